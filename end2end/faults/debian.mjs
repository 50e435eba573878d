// Programs from Debian packages that some runs need beside the site. They are used if present, or installed if
// possible.

import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

import { ask, atTheEnd } from "../steps/command.mjs";
import { mayStart } from "./program.mjs";

/** The folders to search. Debian installs daemons in folders that are not on every user's path. */
const FOLDERS = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin"];

/**
 * The path of a program whose package has the same name. Undefined if it is missing and can't be installed, which takes
 * root, Debian and a network.
 */
export async function program(name) {
  const there = () => found(name);
  if (await there()) return there();
  if (process.getuid?.() !== 0) return undefined;
  await mayStart();
  // An installed service must not be started.
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

/** A folder that any account may read, for programs that drop root privileges. */
export async function openFolder(name) {
  const made = await mkdtemp(path.join(tmpdir(), `guildhall-${name}-`));
  await chmod(made, 0o755);
  atTheEnd(() => rm(made, { recursive: true, force: true }));
  return made;
}
