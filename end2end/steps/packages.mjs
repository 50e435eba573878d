// Installs the packages of this folder by the lock file.

import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { createHash } from "node:crypto";

import { END2END, run } from "./command.mjs";

/** Installs with `npm ci`, unless exactly this lock file was installed before. */
export async function installPackages() {
  const lock = createHash("sha256").update(await readFile(path.join(END2END, "package-lock.json"))).digest("hex");
  const note = path.join(END2END, "node_modules", ".installed-from");
  if ((await readFile(note, "utf8").catch(() => "")) === lock) return "installed before";
  // No package needs an install script. What PostgreSQL's would do is done by postgres.mjs.
  await run("npm", ["ci", "--ignore-scripts"], { cwd: END2END });
  await stat(path.join(END2END, "node_modules"));
  await writeFile(note, lock);
  return undefined;
}
