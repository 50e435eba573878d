// A folder for the databases of a run, in memory where there is room: most file systems are slow at tens of thousands of
// files that come and go.

import { chmod, mkdtemp, readdir, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

import { atTheEnd } from "./command.mjs";

const MEMORY = "/dev/shm";
/** More than a run needs. */
const ROOM = 3 * 2 ** 30;

let made;

/** The folder, which goes with the run. */
export const scratch = () => (made ??= make());

async function make() {
  await sweep();
  const roomy = await statfs(MEMORY).then(({ bavail, bsize }) => bavail * bsize >= ROOM, () => false);
  const folder = await mkdtemp(path.join(roomy ? MEMORY : tmpdir(), `guildhall-run-${process.pid}-`));
  atTheEnd(() => rm(folder, { recursive: true, force: true }));
  // PostgreSQL comes here by another account.
  await chmod(folder, 0o711);
  return folder;
}

/** Gives back the memory of runs that were killed. */
async function sweep() {
  for (const name of await readdir(MEMORY).catch(() => [])) {
    const [, run] = name.match(/^guildhall-run-(\d+)-/) ?? [];
    if (run && !isRunning(Number(run))) await rm(path.join(MEMORY, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (problem) {
    return problem.code !== "ESRCH";
  }
}
