// The program under test, and what it can be asked for.

import process from "node:process";
import path from "node:path";
import { rm } from "node:fs/promises";

import { PROGRAM as BUILT, folder as benchFolder } from "../bench/site.mjs";
import { atTheEnd, ended, start } from "../steps/command.mjs";

export const PROGRAM = process.env.GUILDHALL_PROGRAM ? path.resolve(process.env.GUILDHALL_PROGRAM) : BUILT;

/** How many times faster than the clock the mail worker is asked to wait: a lease of 5 minutes becomes 10 seconds. */
export const HURRY = 30;

/** The environment twins of the flags must not reach a server under test by accident. */
export function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GUILDHALL_")));
}

/** A command as it is, where it needs no other program before it; the name and the arguments. */
export const plainly = ([program, ...args]) => [program, args];

/** Runs a command of the program to its end; answers its exit code and what it said. */
export async function say(args, wrap = plainly) {
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

/** From now on nothing new is started: the run is being broken off, and what there is goes. */
export function breakOff() {
  ending = true;
}

/** Whoever is about to start something waits here for ever once the run is being broken off. */
export function mayStart() {
  return ending ? new Promise(() => {}) : Promise.resolve();
}

let hurried;

/** The flag that makes the mail worker's waits short, or nothing where the program does not know it. */
export async function hurryFlags() {
  hurried ??= say(["serve", "--mail-hurry", String(HURRY), "--help"]).then(({ code }) => (code === 0 ? ["--mail-hurry", String(HURRY)] : []));
  return hurried;
}

/** Whether the mail worker can be made to wait less. */
export async function hurries() {
  return (await hurryFlags()).length > 0;
}

/** A folder on the project's disk that goes with the run. */
export async function folder() {
  const made = await benchFolder();
  atTheEnd(() => rm(made, { recursive: true, force: true }));
  return made;
}
