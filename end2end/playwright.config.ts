// The journeys: all of them as most people use the site, and the main path in each other way. With GUILDHALL_SHIPPED, the
// folder of the site that is shipped, those that are about that site.

import { availableParallelism } from "node:os";
import process from "node:process";

import { defineConfig } from "@playwright/test";

import type { Ways, WorkerWays } from "./support/test.ts";

const chromium = process.env.GUILDHALL_CHROMIUM;
const results = process.env.GUILDHALL_SHIPPED ? "results/shipped" : "results/journeys";

export default defineConfig<Ways, WorkerWays>({
  testDir: ".",
  testMatch: ["journeys/*.spec.ts", "specs/*.spec.ts"],
  outputDir: `${results}/traces`,
  // Each worker has a server and a database of its own; names that journeys give are new on it.
  fullyParallel: true,
  // Some journeys wait: one more than there are processors in a small machine keeps these busy.
  workers: Number(process.env.GUILDHALL_WORKERS ?? Math.max(3, availableParallelism())),
  // On a machine with other work, a browser stumbles now and then. What passes at the second try is named in the report.
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
    // Whoever reads in large emails, and goes by the keyboard alone.
    { name: "keyboard", grep: /@main/, use: { inputMode: "keyboard", viewport: { width: 320, height: 640 } } },
    // Both engines are held by the server's own tests; here they are seen at work under a page, and under open pages.
    { name: "postgres", grepInvert: /@plain|@sqlite/, testMatch: /(setup|news|the-document)\.spec\.ts$/, use: { engine: "postgres" } },
    // The program from outside: no page is needed.
    { name: "program", grep: /@plain/, use: { javaScriptEnabled: false } },
  ],
});
