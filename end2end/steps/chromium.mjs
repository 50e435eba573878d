// The browser of the journeys: one that is there, or else one that can be installed here.

import { access, constants } from "node:fs/promises";
import path from "node:path";
import process from "node:process";

import { END2END, ask, run } from "./command.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Answers the path of a Chromium. */
export async function findChromium() {
  if (process.env.GUILDHALL_CHROMIUM) {
    await access(process.env.GUILDHALL_CHROMIUM, constants.X_OK).catch(() => {
      throw new Error(`GUILDHALL_CHROMIUM says ${process.env.GUILDHALL_CHROMIUM}, which is no program that can be run`);
    });
    return process.env.GUILDHALL_CHROMIUM;
  }
  const there = (await onThePath()) ?? (await fromPlaywright());
  if (there) return there;

  if (process.getuid?.() === 0 && (await ask("apt-get", ["--version"]))) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["-q", "update"], { env });
    await run("apt-get", ["-q", "install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"], { env });
  } else {
    await run("npx", ["playwright", "install", "chromium"], { cwd: END2END });
  }
  const installed = (await onThePath()) ?? (await fromPlaywright());
  if (!installed) throw new Error("No Chromium was found or could be installed. Name one with GUILDHALL_CHROMIUM.");
  return installed;
}

async function onThePath() {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    for (const name of NAMES) {
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
