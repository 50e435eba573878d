// The journeys: Playwright, once for each way of using the site.

import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { stripVTControlCharacters } from "node:util";

import { END2END, TARGET, ended, run, start } from "./command.mjs";

export const checkTypes = () => run("npx", ["--no-install", "tsc", "--noEmit"], { cwd: END2END });

/** Plays all journeys and answers how many passed and failed. */
export async function playJourneys({ chromium, postgres }) {
  const results = path.join(END2END, "results", "journeys.json");
  await rm(results, { force: true });
  const { code } = await ended(
    start("npx", ["--no-install", "playwright", "test"], {
      cwd: END2END,
      env: {
        ...process.env,
        GUILDHALL_CHROMIUM: chromium,
        GUILDHALL_TEST_POSTGRES: postgres,
        GUILDHALL_PROGRAM: path.join(TARGET, "debug", "guildhall"),
      },
    }),
  );
  const { stats, errors, suites } = JSON.parse(await readFile(results, "utf8"));
  for (const problem of errors) console.error(problem.message);
  const passed = stats.expected;
  // No journey is tried twice, so `flaky` stays 0; if that ever changes, a flaky journey is a failed one.
  let failed = stats.unexpected + stats.flaky + errors.length;
  if (failed === 0 && (code !== 0 || passed === 0)) failed = 1;
  if (stats.skipped > 0) console.log(`   ${stats.skipped} left out by their tags`);
  return { passed, failed, faults: faultsOf(suites) };
}

/** What went wrong in each failed journey: its name, and the beginning of the first error. */
function faultsOf(suites) {
  return suites.flatMap((suite) => [
    ...faultsOf(suite.suites ?? []),
    ...suite.specs.flatMap((spec) =>
      spec.tests
        .filter((test) => test.status === "unexpected")
        .map((test) => {
          const error = test.results.at(-1)?.error?.message ?? "it did not come to its end";
          return `${spec.file}:${spec.line} [${test.projectName}] ${spec.title}\n${stripVTControlCharacters(error).slice(0, 1_500)}`;
        }),
    ),
  ]);
}
