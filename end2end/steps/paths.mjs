// Folders of the machine that builds have no place in what is built: they name users and disks, and are sent to browsers.

import { readFile, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import process from "node:process";

import { ROOT, TARGET } from "./command.mjs";

const home = (variable, folder) => process.env[variable] ?? path.join(homedir(), folder);
/** Where the sources of others lie, and what is made of them. */
const OTHERS = [home("CARGO_HOME", ".cargo"), home("RUSTUP_HOME", ".rustup")];

/** Refuses a site whose wasm names a folder of this machine. */
export async function holdSite(site) {
  const pages = path.join(TARGET, site, "pkg");
  const found = (await readdir(pages)).filter((name) => name.endsWith(".wasm"));
  if (found.length === 0) throw new Error(`There is no wasm in ${pages}.`);
  // A folder with one name alone, as `/src`, stands in many a path that is nobody's.
  const ours = path.dirname(ROOT) === path.parse(ROOT).root ? [] : [ROOT];
  for (const name of found) await hold(path.join(pages, name), [...OTHERS, ...ours]);
}

/**
 * Refuses a program that names a source file of this machine. One that is not optimised knows the folder of its site, and
 * has lines for debuggers that assemblers wrote.
 */
export const holdProgram = (program) => hold(program, OTHERS);

async function hold(file, folders) {
  const bytes = await readFile(file);
  for (const folder of folders) {
    for (let at = bytes.indexOf(`${folder}/`); at !== -1; at = bytes.indexOf(`${folder}/`, at + 1)) {
      const named = bytes.toString("latin1", at, at + 300).match(/^[\x21-\x7e]*?\.rs\b/)?.[0];
      if (named) throw new Error(`${file} names a file of this machine: ${named}`);
    }
  }
}
