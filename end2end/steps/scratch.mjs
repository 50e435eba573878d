// A folder for the databases of a run, in memory if there is enough, because most file systems are slow at creating and
// deleting tens of thousands of files.

import { chmod, mkdtemp, readdir, readlink, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

import { atTheEnd } from "./command.mjs";

const MEMORY = "/dev/shm";
/** More than a run needs. Without nextest, a test process has a database for each test. */
const ROOM = 5 * 2 ** 30;

let made;

/** The folder, which is removed after the run. */
export const scratch = () => (made ??= make());

async function make() {
  const ours = await prefix();
  await sweep(ours);
  const roomy = await statfs(MEMORY).then(({ bavail, bsize }) => bavail * bsize >= ROOM, () => false);
  const folder = await mkdtemp(path.join(roomy ? MEMORY : tmpdir(), `${ours}${process.pid}-`));
  atTheEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  // PostgreSQL accesses it as another user.
  await chmod(folder, 0o711);
  return folder;
}

/** Containers may share the memory, but each has process ids of its own. */
async function prefix() {
  const space = await readlink("/proc/self/ns/pid").catch(() => "");
  return `guildhall-run-${space.replace(/\D/g, "")}-`;
}

/** Removes the folders of killed runs, except those of other users. */
async function sweep(ours) {
  for (const name of await readdir(MEMORY).catch(() => [])) {
    const run = name.startsWith(ours) ? Number.parseInt(name.slice(ours.length), 10) : undefined;
    if (run && !isRunning(run)) await rm(path.join(MEMORY, name), { recursive: true, force: true }).catch(() => {});
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (problem) {
    return problem.code !== "ESRCH";
  }
}
