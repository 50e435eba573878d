// The journeys: all of them in the usual way, and the main path in each other way of using the site. With
// GUILDHALL_SHIPPED, the folder of the shipped site, only those about that site run.

import { availableParallelism } from "node:os";
import process from "node:process";

import { defineConfig } from "@playwright/test";

import type { TestOptions, WorkerOptions } from "./support/test.ts";

const chromium = process.env.GUILDHALL_CHROMIUM;
const results = process.env.GUILDHALL_SHIPPED ? "results/shipped" : "results/journeys";

export default defineConfig<TestOptions, WorkerOptions>({
  testDir: ".",
  testMatch: ["journeys/*.spec.ts", "specs/*.spec.ts"],
  outputDir: `${results}/traces`,
  // Each worker has its own server and database, so names that journeys use are unique there.
  fullyParallel: true,
  // Some journeys wait. One worker more than a small machine has processors keeps it busy.
  workers: Number(process.env.GUILDHALL_WORKERS ?? Math.max(3, availableParallelism())),
  // On a busy machine, a browser sometimes stalls. The report names what passes only at the second try.
  retries: 1,
  forbidOnly: process.env.CI !== undefined,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["line"], ["json", { outputFile: `${results}/journeys.json` }]],
  use: {
    viewport: { width: 1200, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
    actionTimeout: 20_000,
    navigationTimeout: 20_000,
    screenshot: "only-on-failure",
    trace: process.env.GUILDHALL_TRACE ? "retain-on-failure" : "off",
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  projects: process.env.GUILDHALL_SHIPPED ? [{ name: "shipped", grep: /@shipped|@site/ }] : [
    { name: "javascript", grepInvert: /@plain|@site|@shipped/ },
    { name: "no-javascript", grep: /@main|@both/, use: { javaScriptEnabled: false } },
    // For users with large text and only a keyboard.
    { name: "keyboard", grep: /@main/, use: { inputMode: "keyboard", viewport: { width: 320, height: 640 } } },
    // The server's own tests cover both engines. Here PostgreSQL is used under a page, and under open pages.
    { name: "postgres", grepInvert: /@plain|@sqlite/, testMatch: /(setup|live-updates|the-document)\.spec\.ts$/, use: { engine: "postgres" } },
    // The program from outside, without a page.
    { name: "program", grep: /@plain/, use: { javaScriptEnabled: false } },
  ],
});
