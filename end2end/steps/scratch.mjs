// A folder for the databases of a run, in memory where there is room: most file systems are slow at tens of thousands of
// files that come and go.

import { chmod, mkdtemp, readdir, readlink, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

import { atTheEnd } from "./command.mjs";

const MEMORY = "/dev/shm";
/** More than a run needs: one without nextest, a test process with a database for each test. */
const ROOM = 5 * 2 ** 30;

let made;

/** The folder, which goes with the run. */
export const scratch = () => (made ??= make());

async function make() {
  const ours = await prefix();
  await sweep(ours);
  const roomy = await statfs(MEMORY).then(({ bavail, bsize }) => bavail * bsize >= ROOM, () => false);
  const folder = await mkdtemp(path.join(roomy ? MEMORY : tmpdir(), `${ours}${process.pid}-`));
  atTheEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  // PostgreSQL comes here by another account.
  await chmod(folder, 0o711);
  return folder;
}

/** Containers may share the memory, and each counts its processes for itself. */
async function prefix() {
  const space = await readlink("/proc/self/ns/pid").catch(() => "");
  return `guildhall-run-${space.replace(/\D/g, "")}-`;
}

/** Gives back the memory of runs that were killed; of other accounts', it can't. */
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
