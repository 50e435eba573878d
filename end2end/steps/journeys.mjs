// The journeys: Playwright, once for each way of using the site.

import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { stripVTControlCharacters } from "node:util";

import { END2END, TARGET, ended, run, start } from "./command.mjs";
import { scratch } from "./scratch.mjs";

export const checkTypes = () => run("npx", ["--no-install", "tsc", "--noEmit"], { cwd: END2END });

/** Plays the journeys, or those with a word in their path. Returns the numbers of passed and failed ones. */
export async function playJourneys({ chromium, postgres, shipped, only }) {
  const results = path.join(END2END, "results", shipped ? "shipped" : "journeys", "journeys.json");
  await rm(results, { force: true });
  const chosen = only ? ["--pass-with-no-tests", `(journeys|specs)/[^/]*${only}`] : [];
  const { code } = await ended(
    start("npx", ["--no-install", "playwright", "test", ...chosen], {
      cwd: END2END,
      env: {
        ...process.env,
        TMPDIR: await scratch(),
        GUILDHALL_SHIPPED: shipped ? path.join(TARGET, "site") : "",
        GUILDHALL_CHROMIUM: chromium,
        GUILDHALL_TEST_POSTGRES: postgres,
        GUILDHALL_PROGRAM: path.join(TARGET, "debug", "guildhall"),
      },
    }),
  );
  const { stats, errors, suites } = JSON.parse(await readFile(results, "utf8"));
  for (const problem of errors) console.error(problem.message);
  const passed = stats.expected + stats.flaky;
  let failed = stats.unexpected + errors.length;
  if (failed === 0 && (code !== 0 || (passed === 0 && !only))) failed = 1;
  if (stats.skipped > 0) console.log(`   ${stats.skipped} left out by their tags`);
  return { passed, failed, faults: faultsOf(suites) };
}

/**
 * The failures, and the journeys that passed only at their second try: name, beginning of the first error, and the
 * journey's attachments.
 */
function faultsOf(suites) {
  return suites.flatMap((suite) => [
    ...faultsOf(suite.suites ?? []),
    ...suite.specs.flatMap((spec) => spec.tests.filter((test) => ["unexpected", "flaky"].includes(test.status)).map((test) => fault(spec, test))),
  ]);
}

function fault(spec, test) {
  const { errors = [], attachments = [] } = test.results.find((result) => result.status !== "passed") ?? {};
  const said = errors.map((error) => stripVTControlCharacters(error.message ?? "").slice(0, 1_500));
  const noted = attachments.filter(({ body }) => body).map(({ name, body }) => `${name}: ${Buffer.from(body, "base64").toString("utf8").slice(-2_000)}`);
  const how = test.status === "flaky" ? " (passed at the second try)" : "";
  return [`${spec.file}:${spec.line} [${test.projectName}] ${spec.title}${how}`, ...said, ...noted].join("\n");
}
