// Programs of Debian's packages that stand beside the site in some runs: those that are there, or that can be installed.

import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

import { ask, atTheEnd } from "../steps/command.mjs";
import { mayStart } from "./program.mjs";

/** What else than the program itself a shell looks through; Debian keeps daemons where not every user looks. */
const FOLDERS = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin"];

/**
 * The path of a program whose package has its name; nothing where it is not there and can't be installed: that takes root,
 * Debian and a network.
 */
export async function program(name) {
  const there = () => found(name);
  if (await there()) return there();
  if (process.getuid?.() !== 0) return undefined;
  await mayStart();
  // What is installed is not to be started by itself.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const install = () => ask("apt-get", ["-q", "install", "-y", "--no-install-recommends", name], { env });
  if ((await install()) === undefined) {
    await ask("apt-get", ["-q", "update"], { env });
    await install();
  }
  return there();
}

async function found(name) {
  for (const folder of FOLDERS) {
    const file = path.join(folder, name);
    if ((await ask("test", ["-x", file])) !== undefined) return file;
  }
  return undefined;
}

/** A folder that any account may read, for programs that do not stay root. */
export async function openFolder(name) {
  const made = await mkdtemp(path.join(tmpdir(), `guildhall-${name}-`));
  await chmod(made, 0o755);
  atTheEnd(() => rm(made, { recursive: true, force: true }));
  return made;
}
