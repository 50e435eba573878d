// The program under test and its commands.

import process from "node:process";
import path from "node:path";
import { rm } from "node:fs/promises";

import { PROGRAM as BUILT, folder as benchFolder } from "../bench/site.mjs";
import { atTheEnd, ended, start } from "../steps/command.mjs";

export const PROGRAM = process.env.GUILDHALL_PROGRAM ? path.resolve(process.env.GUILDHALL_PROGRAM) : BUILT;

/** How much faster than the clock the mail worker's waits are: a lease of 5 minutes becomes 10 seconds. */
export const HURRY = 30;

/** Environment variables that match flags must not reach a server under test by accident. */
export function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GUILDHALL_")));
}

/** A command that needs no wrapper: the program's name and the arguments. */
export const unwrapped = ([program, ...args]) => [program, args];

/** Runs a command of the program to its end. Returns its exit code and its output. */
export async function runProgram(args, wrap = unwrapped) {
  await mayStart();
  const [program, given] = wrap([PROGRAM, ...args]);
  const child = start(program, given, { stdio: ["ignore", "pipe", "pipe"], env: plainEnvironment() });
  let said = "";
  for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (piece) => (said += piece));
  const { code, missing } = await ended(child);
  if (missing) throw new Error(`There is no program at ${PROGRAM}. Build it with \`make release\`.`);
  return { code, said };
}

let ending = false;

/** From now on nothing new is started, because the run is being aborted. */
export function abortRun() {
  ending = true;
}

/** Resolves at once, or never once the run is being aborted. */
export function mayStart() {
  return ending ? new Promise(() => {}) : Promise.resolve();
}

let hurried;

/** The flag that shortens the mail worker's waits, or nothing if the program does not have it. */
export async function hurryFlags() {
  hurried ??= runProgram(["serve", "--mail-hurry", String(HURRY), "--help"]).then(({ code }) => (code === 0 ? ["--mail-hurry", String(HURRY)] : []));
  return hurried;
}

/** Whether the mail worker's waits can be shortened. */
export async function hurries() {
  return (await hurryFlags()).length > 0;
}

/** A folder on the project's disk that is removed after the run. */
export async function folder() {
  const made = await benchFolder();
  atTheEnd(() => rm(made, { recursive: true, force: true }));
  return made;
}
