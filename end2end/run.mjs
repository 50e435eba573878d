#!/usr/bin/env node
// `make test`: every check and every suite, in one go, on a machine with only Rust, a C compiler and Node.
//
// A step that fails does not hide the others: a step is left out only when something that it stands on
// (a build, a service) has failed. The last line counts the tests of all suites; a step that is no suite and
// fails, or had to be left out, counts as one failed.

import process from "node:process";

import { Report } from "./steps/report.mjs";
import { stopEverything } from "./steps/command.mjs";
import { findChromium } from "./steps/chromium.mjs";
import { installPackages } from "./steps/packages.mjs";
import { startPostgres } from "./steps/postgres.mjs";
import { addRustParts, buildServer, buildSite, checkBrowserCode, checkFormat, checkServerCode, testRust } from "./steps/rust.mjs";
import { breakIt } from "./steps/faults.mjs";
import { checkTypes, playJourneys } from "./steps/journeys.mjs";

const report = new Report();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, async () => {
    await stopEverything();
    process.exit(130);
  });
}

// What a later step needs from an earlier one.
const found = { postgres: undefined, chromium: undefined };

await report.step("packages", "Install the packages of end2end", [], () => installPackages());
await report.step("rust", "Look for the wasm target, rustfmt and clippy", [], () => addRustParts());
await report.step("chromium", "Find a Chromium", ["packages"], async () => {
  found.chromium = await findChromium();
  return found.chromium;
});
await report.step("postgres", "Start PostgreSQL", ["packages"], async () => {
  found.postgres = await startPostgres();
  return found.postgres.says;
});
await report.step("format", "Check the format", ["rust"], checkFormat);
// The site is compiled in a folder of its own, for minutes by one thread alone: both cores have work beside each other.
await Promise.all([
  report.step("site", "Make the site", ["rust"], buildSite),
  (async () => {
    await report.step("clippy-server", "Clippy: shared, bundle, app, server", ["rust"], checkServerCode);
    await report.step("clippy-app", "Clippy: app, as the browser gets it", ["rust"], checkBrowserCode);
  })(),
]);
await report.step("build", "Build the server and the tests", ["site"], buildServer);
await report.suite("cargo", "Test shared, bundle, app and server", ["build", "postgres"], () => testRust(found.postgres.url));
await report.step("types", "Check the types of the journeys", ["packages"], checkTypes);
await report.suite("journeys", "Play the journeys in Chromium", ["build", "chromium", "postgres"], () =>
  playJourneys({ chromium: found.chromium, postgres: found.postgres.url }),
);
await report.step("faults", "Kill it, and take away its disk, database and mail server", ["build", "packages", "postgres"], breakIt);

await stopEverything();
process.exitCode = report.close();
