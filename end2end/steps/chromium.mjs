// Finds the browser for the journeys, or installs one.

import { access, constants } from "node:fs/promises";
import path from "node:path";
import process from "node:process";

import { END2END, ask, run } from "./command.mjs";

// The headless shell needs little more than half of the time for the same journeys.
const SHELL = "chromium-headless-shell";
const NAMES = [SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Returns the path of a Chromium. */
export async function findChromium() {
  if (process.env.GUILDHALL_CHROMIUM) {
    await access(process.env.GUILDHALL_CHROMIUM, constants.X_OK).catch(() => {
      throw new Error(`GUILDHALL_CHROMIUM says ${process.env.GUILDHALL_CHROMIUM}, which is no program that can be run`);
    });
    return process.env.GUILDHALL_CHROMIUM;
  }
  const installs = process.getuid?.() === 0 && (await ask("apt-get", ["--version"]));
  if (installs && !(await onThePath([SHELL]))) {
    // Not every distribution has it.
    await install(SHELL).catch(() => {});
  }
  const there = (await onThePath(NAMES)) ?? (await fromPlaywright());
  if (there) return there;

  if (installs) await install("chromium");
  else await run("npx", ["playwright", "install", "chromium"], { cwd: END2END });
  const installed = (await onThePath(NAMES)) ?? (await fromPlaywright());
  if (!installed) throw new Error("No Chromium was found or could be installed. Name one with GUILDHALL_CHROMIUM.");
  return installed;
}

async function install(name) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["-q", "update"], { env });
  await run("apt-get", ["-q", "install", "-y", "--no-install-recommends", name, "fonts-liberation"], { env });
}

async function onThePath(names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
      const file = path.join(folder, name);
      if (await runs(file)) return file;
    }
  }
  return undefined;
}

async function fromPlaywright() {
  const { chromium } = await import("@playwright/test");
  const file = chromium.executablePath();
  return file && (await runs(file)) ? file : undefined;
}

function runs(file) {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
