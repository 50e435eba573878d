#!/usr/bin/env node
// The fault runs: how the site behaves when its process, disk, database or mail server fails, or when it is overloaded.
// `node end2end/faults.mjs [part …] [--rounds N | --short]` exits with 1 if a guarantee was broken. It needs the
// release binary, or the one that GUILDHALL_PROGRAM names.

import { access } from "node:fs/promises";
import process from "node:process";

import { showFigures } from "./bench/figures.mjs";
import { Cluster } from "./faults/cluster.mjs";
import { disk } from "./faults/disk.mjs";
import { emails } from "./faults/emails.mjs";
import { kills } from "./faults/kills.mjs";
import { noting } from "./faults/noting.mjs";
import { cutOff, outage } from "./faults/outage.mjs";
import { overload } from "./faults/overload.mjs";
import { pooler } from "./faults/pooler.mjs";
import { PROGRAM, abortRun, mayStart } from "./faults/program.mjs";
import { caddy, nginx } from "./faults/proxies.mjs";
import { workers, workersTogether } from "./faults/workers.mjs";
import { stopEverything } from "./steps/command.mjs";
import { installPackages } from "./steps/packages.mjs";
import { checkProgram } from "./steps/paths.mjs";

/** The size of each part: in full, and as a part of `make test`. */
const FULL = { kills: 100, workers: 200, together: 20, scale: 1 };
const SHORT = { kills: 5, workers: 10, together: 2, scale: 0.25 };

let cluster;
/** The one PostgreSQL of the run. It starts when a part first needs it. */
const postgres = () => (cluster ??= Cluster.start());
const database = async () => (await postgres()).database();

const PARTS = {
  kills: async (many) => [await kills("SQLite", many.kills), await kills("PostgreSQL", many.kills, database)],
  emails: async (many) => [await emails(many.scale)],
  workers: async (many) => [await workers(many.workers), await workersTogether(many.together, database)],
  disk: async (many) => [await disk(many.scale)],
  outage: async (many) => [await outage(await postgres(), many.scale), await noting(await postgres(), many.scale)],
  cutoff: async () => [await cutOff(await postgres())],
  pooler: async (many) => [await pooler(await postgres(), many.scale)],
  nginx: async (many) => [await nginx(many.scale)],
  caddy: async (many) => [await caddy(many.scale)],
  overload: async (many) => [await overload(many.scale)],
};

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, async () => {
    abortRun();
    await stopEverything();
    process.exit(130);
  });
}

try {
  const { parts, many } = asked(process.argv.slice(2));
  await access(PROGRAM).catch(() => {
    throw new Error(`There is no program at ${PROGRAM}. Build it with \`make release\`, or name one with GUILDHALL_PROGRAM.`);
  });
  await checkProgram(PROGRAM);
  await installPackages();
  const { figures, violations, left } = await run(parts, many);
  if (figures.length > 0) showFigures(figures);
  for (const sentence of left) console.log(`\nnot run: ${sentence}`);
  for (const sentence of violations) console.log(`\nviolation: ${sentence}`);
  console.log(`\n${violations.length} violations, ${left.length} parts not run`);
  if (violations.length > 0) process.exitCode = 1;
} catch (problem) {
  console.error(problem instanceof Error ? problem.message : problem);
  if (process.env.GUILDHALL_TRACE) console.error(problem);
  process.exitCode = 1;
} finally {
  await stopEverything();
}

/** Parses the command line. */
function asked(args) {
  const parts = [];
  let many = FULL;
  for (let n = 0; n < args.length; n += 1) {
    if (args[n] === "--short") many = SHORT;
    else if (args[n] === "--rounds") many = rounds(args[(n += 1)]);
    else if (args[n] in PARTS) parts.push(args[n]);
    else throw new Error(`There is no part ${args[n]}. There are: ${Object.keys(PARTS).join(", ")}; and --short, --rounds N.`);
  }
  return { parts: parts.length > 0 ? parts : Object.keys(PARTS), many };
}

function rounds(text) {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error("Behind --rounds belongs a number, as in --rounds 20.");
  return { ...FULL, kills: count, workers: count, together: count };
}

/**
 * Runs the parts one after the other, because they would disturb each other's timings. A part that crashes counts as a
 * violation.
 */
async function run(parts, many) {
  const all = { figures: [], violations: [], left: [] };
  for (const part of parts) {
    console.error(`${part} …`);
    const began = performance.now();
    try {
      for (const { rows, violations, notRun } of await PARTS[part](many)) {
        all.figures.push(...rows);
        all.violations.push(...violations);
        if (notRun) all.left.push(`${part}: ${notRun}`);
      }
    } catch (problem) {
      await mayStart();
      if (process.env.GUILDHALL_TRACE) console.error(problem);
      all.violations.push(`${part} did not come to its end: ${problem.message}`);
    }
    console.error(`${part}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  return all;
}
