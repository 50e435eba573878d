#!/usr/bin/env node
// `make test`: every check and every suite in one run, on a machine with only Rust, a C compiler and Node. `--only
// people` runs just the tests and journeys with that word in their path.
//
// A failed step does not hide the others. A step is skipped only if something that it needs (a build, a service) has
// failed. The last line counts the tests of all suites. Any other step that fails or is skipped counts as one failure.

import process from "node:process";
import { parseArgs } from "node:util";

import { Report } from "./steps/report.mjs";
import { stopEverything } from "./steps/command.mjs";
import { findChromium } from "./steps/chromium.mjs";
import { installPackages } from "./steps/packages.mjs";
import { startPostgres } from "./steps/postgres.mjs";
import { addRustParts, buildNative, bundleShipped, bundleSite, checkFormat, compileForBrowser, linkShipped, testRust } from "./steps/rust.mjs";
import { runFaults } from "./steps/faults.mjs";
import { checkTypes, playJourneys } from "./steps/journeys.mjs";

const { only } = parseArgs({ options: { only: { type: "string" } } }).values;
const report = new Report({ notes: !only });

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, async () => {
    await stopEverything();
    process.exit(130);
  });
}

// Results that later steps need.
const found = { postgres: undefined, chromium: undefined };
const play = (shipped) => () => playJourneys({ chromium: found.chromium, postgres: found.postgres.url, shipped, only });

// The cheapest steps come first.
await report.step("rust", "Look for the wasm target, rustfmt and clippy", [], addRustParts);
await report.step("format", "Check the format", ["rust"], checkFormat);
await report.step("packages", "Install the packages of end2end", [], installPackages);
await report.step("types", "Check the types of the journeys", ["packages"], checkTypes);
await report.step("chromium", "Find a Chromium", ["packages"], async () => {
  found.chromium = await findChromium();
  return found.chromium;
});
await report.step("postgres", "Start PostgreSQL", ["packages"], async () => {
  found.postgres = await startPostgres();
  return found.postgres.says;
});

// One compiler alone would leave a core idle for minutes. The shipped build is linked by one thread, and nothing needs
// it before the journeys.
const browser = report.step("browser", "Lint and compile what runs in the browser", ["rust"], compileForBrowser);
const shipped = browser.then(() => report.step("shipped", "Link what runs in the browser, as it is shipped", ["browser"], linkShipped));
await Promise.all([report.step("native", "Lint and compile shared, bundle, app, server and their tests", ["rust"], buildNative), browser]);
await report.step("site", "Make the site", ["native", "browser"], bundleSite);

const shippedSite = shipped.then(() => report.step("shipped-site", "Make the site that is shipped", ["native", "shipped"], bundleShipped));
await Promise.all([report.suite("cargo", "Test shared, bundle, app and server", ["native", "postgres"], () => testRust(found.postgres.url, only)), shippedSite]);
// Alone, because it measures response times.
if (!only) await report.step("faults", "Kill it, and take away its disk, database and mail server", ["native", "packages", "postgres"], runFaults);
await report.suite("journeys", "Play the journeys in Chromium", ["native", "site", "chromium", "postgres"], play(false));
await report.suite("shipped-journeys", "Play the main path on the site that is shipped", ["shipped-site", "chromium", "postgres"], play(true));

await stopEverything();
process.exitCode = report.close();
