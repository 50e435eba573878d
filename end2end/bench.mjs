#!/usr/bin/env node
// `make bench`: the figures that matter for the site, as ratios within one run. Nothing here passes or fails.

import process from "node:process";

import { makePeople, measureSeparation, measureSignIn } from "./bench/accounts.mjs";
import { measureBytes, measurePaint } from "./bench/browser.mjs";
import { measureCommits, measureCpu, measureStart } from "./bench/machine.mjs";
import { measureCommands, measurePeople } from "./bench/people.mjs";
import { Site } from "./bench/site.mjs";
import { showFigures } from "./bench/figures.mjs";
import { findChromium } from "./steps/chromium.mjs";
import { atTheEnd, run, stopEverything } from "./steps/command.mjs";
import { installPackages } from "./steps/packages.mjs";
import { addRustParts, buildSite } from "./steps/rust.mjs";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, async () => {
    await stopEverything();
    process.exit(130);
  });
}

/** The parts that can be measured separately: `node end2end/bench.mjs people commands`. */
const PARTS = {
  start: measureStart,
  visits: async () => [
    ...(await measureBytes(await browser(), await site(), ["/", "/sign-in"])),
    ...(await measurePaint(await browser(), await site(), ["/", "/sign-in"], "/robots.txt")),
  ],
  session: async () => measureCpu(await site(), await person()),
  commits: async () => measureCommits(await site(), await person()),
  accounts: async () => {
    const people = await makePeople(await site());
    return [...(await measureSignIn(await site(), people)), ...(await measureSeparation(await site(), people))];
  },
  people: async () => measurePeople(await browser()),
  commands: measureCommands,
};

/** What several parts share is created when the first of them needs it. */
const browser = once(async () => {
  const { chromium } = await import("@playwright/test");
  const executablePath = await findChromium();
  const started = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  atTheEnd(() => started.close());
  return started;
});
const site = once(async () => {
  const started = await Site.start();
  atTheEnd(() => started.remove());
  return started;
});
const person = once(async () => (await site()).setUp(await browser()));

function once(make) {
  let made;
  return () => (made ??= make());
}

try {
  const parts = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS);
  const unknown = parts.find((part) => !(part in PARTS));
  if (unknown) throw new Error(`There is no part ${unknown}. There are: ${Object.keys(PARTS).join(", ")}.`);
  const figures = [];
  await installPackages();
  await addRustParts();
  await buildSite();
  await run("cargo", ["build", "--locked", "--release", "-p", "server", "--bins", "--examples"]);

  for (const part of parts) {
    console.error(`${part} …`);
    figures.push(...(await PARTS[part]()));
  }
  showFigures(figures);
} catch (problem) {
  console.error(problem instanceof Error ? problem.message : problem);
  if (process.env.GUILDHALL_TRACE) console.error(problem);
  process.exitCode = 1;
} finally {
  await stopEverything();
}
