// The journeys, once for each way of using the site.

import process from "node:process";

import { defineConfig } from "@playwright/test";

import type { Ways, WorkerWays } from "./ground/test.ts";

const chromium = process.env.GUILDHALL_CHROMIUM;

export default defineConfig<Ways, WorkerWays>({
  testDir: ".",
  testMatch: ["journeys/*.spec.ts", "specs/*.spec.ts"],
  outputDir: "results/traces",
  // Each worker has a server and a database of its own; the journeys of one file share them.
  fullyParallel: false,
  workers: Number(process.env.GUILDHALL_WORKERS ?? 2),
  // On a machine with other work, a browser stumbles now and then. What passes at the second try is named in the report.
  retries: 1,
  forbidOnly: process.env.CI !== undefined,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["line"], ["json", { outputFile: "results/journeys.json" }]],
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
  projects: [
    { name: "javascript", grepInvert: /@plain/ },
    { name: "no-javascript", grepInvert: /@script/, use: { javaScriptEnabled: false } },
    { name: "narrow", grep: /@main/, use: { viewport: { width: 320, height: 640 } } },
    { name: "keyboard", grep: /@main/, use: { input: "keyboard" } },
    // What a page does by itself (its frame, its fields, its focus) does not depend on the database.
    { name: "postgres", grepInvert: /@plain|@sqlite/, testIgnore: /(frame|hydration|wrong-inputs)\.spec\.ts$/, use: { engine: "postgres" } },
  ],
});
