#!/usr/bin/env node
// `make bench`: the figures by which the site is judged, as ratios within one run. Nothing here passes or fails.

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

try {
  await installPackages();
  await addRustParts();
  const executablePath = await findChromium();
  await buildSite();
  await run("cargo", ["build", "--locked", "--release", "-p", "server", "--bins", "--examples"]);

  console.error("Starts …");
  const figures = [...(await measureStart())];

  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
  atTheEnd(() => browser.close());
  const site = await Site.start();
  atTheEnd(() => site.remove());
  const person = await site.setUp(browser);

  console.error("First visits …");
  figures.push(...(await measureBytes(browser, site, ["/", "/sign-in"])));
  figures.push(...(await measurePaint(browser, site, ["/", "/sign-in"], "/robots.txt")));
  console.error("Pages with a session …");
  figures.push(...(await measureCpu(site, person)));
  console.error("Durable commits …");
  figures.push(...(await measureCommits(site, person)));
  console.error("Accounts …");
  const people = await makePeople(site);
  figures.push(...(await measureSignIn(site, people)), ...(await measureSeparation(site, people)));
  console.error("People …");
  figures.push(...(await measurePeople(browser)));
  console.error("Commands …");
  figures.push(...(await measureCommands()));
  showFigures(figures);
} catch (problem) {
  console.error(problem instanceof Error ? problem.message : problem);
  if (process.env.GUILDHALL_TRACE) console.error(problem);
  process.exitCode = 1;
} finally {
  await stopEverything();
}
