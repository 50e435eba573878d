// Checks that build output names no folders of the machine, because they reveal users and disks and are sent to
// browsers.

import { readFile, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import process from "node:process";

import { ROOT, TARGET } from "./command.mjs";

const home = (variable, folder) => process.env[variable] ?? path.join(homedir(), folder);
/** The folders of dependencies' sources and of the toolchain. */
const OTHERS = [home("CARGO_HOME", ".cargo"), home("RUSTUP_HOME", ".rustup")];

/** Refuses a site whose WebAssembly names a folder of this machine. */
export async function checkSite(site) {
  const pages = path.join(TARGET, site, "pkg");
  const found = (await readdir(pages)).filter((name) => name.endsWith(".wasm"));
  if (found.length === 0) throw new Error(`There is no wasm in ${pages}.`);
  // A folder directly below the root, such as `/src`, also occurs in unrelated paths.
  const ours = path.dirname(ROOT) === path.parse(ROOT).root ? [] : [ROOT];
  for (const name of found) await check(path.join(pages, name), [...OTHERS, ...ours]);
}

/**
 * Refuses a program that names a source file of this machine. An unoptimised one contains the path of its site, and
 * debug lines of assemblers.
 */
export const checkProgram = (program) => check(program, OTHERS);

async function check(file, folders) {
  const bytes = await readFile(file);
  for (const folder of folders) {
    for (let at = bytes.indexOf(`${folder}/`); at !== -1; at = bytes.indexOf(`${folder}/`, at + 1)) {
      const named = bytes.toString("latin1", at, at + 300).match(/^[\x21-\x7e]*?\.rs\b/)?.[0];
      if (named) throw new Error(`${file} names a file of this machine: ${named}`);
    }
  }
}
