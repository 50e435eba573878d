// Starts other programs, and ends all of them at the end.

import { spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The folder with Cargo.toml, and end2end. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
export const END2END = path.join(ROOT, "end2end");

// Where cargo builds, by the same rule as cargo itself.
export const TARGET = path.resolve(ROOT, process.env.CARGO_TARGET_DIR ?? "target");

const running = new Set();
const endings = [];

/** Registers work for the end of the run, whatever happens. The last registered runs first. */
export function atTheEnd(work) {
  endings.push(work);
}

/**
 * Starts a program in a process group of its own, so that its children end with it. Its output goes to ours unless
 * `stdio` says otherwise.
 */
export function start(program, args, { stdio = ["ignore", "inherit", "inherit"], ...options } = {}) {
  const child = spawn(program, args, { cwd: ROOT, stdio, detached: true, ...options });
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

/** Runs a program to its end. Throws with its name if it fails. */
export async function run(program, args, options = {}) {
  const { code, signal, missing } = await ended(start(program, args, options));
  if (missing) throw new Error(`${program} is not installed`);
  if (code !== 0) throw new Error(`${[program, ...args].join(" ")} ended with ${signal ?? code}`);
}

/** Runs a program, shows its output as it comes, and returns it together with the exit code. */
export async function watch(program, args, options = {}) {
  const child = start(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  for (const [said, shown] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
    said.on("data", (piece) => {
      shown.write(piece);
      output.push(piece);
    });
  }
  const { code, signal, missing } = await ended(child);
  if (missing) throw new Error(`${program} is not installed`);
  return { code, signal, output: Buffer.concat(output).toString("utf8") };
}

/** Runs a program quietly and returns its standard output, or `undefined` if it is missing or fails. */
export async function ask(program, args, options = {}) {
  const child = start(program, args, { ...options, stdio: ["ignore", "pipe", "ignore"] });
  const output = [];
  child.stdout?.on("data", (piece) => output.push(piece));
  const { code, missing } = await ended(child);
  return missing || code !== 0 ? undefined : Buffer.concat(output).toString("utf8").trim();
}

/** Ends everything that still runs, then does the registered work. */
export async function stopEverything() {
  for (const work of endings.splice(0).reverse()) {
    await Promise.resolve()
      .then(work)
      .catch((problem) => console.error(`While clearing up: ${problem.message}`));
  }
  const left = [...running];
  for (const child of left) signalGroup(child, "SIGTERM");
  await Promise.race([Promise.all(left.map(ended)), pause(5_000)]);
  for (const child of running) signalGroup(child, "SIGKILL");
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Signals a program that `start` started, with all its children. */
export function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (problem) {
    if (problem.code !== "ESRCH") throw problem;
  }
}

/** Waits for a program to end. */
export function ended(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve({ code: child.exitCode, signal: child.signalCode });
      return;
    }
    child.once("error", (problem) => {
      running.delete(child);
      resolve({ code: null, missing: problem.code === "ENOENT" });
    });
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}
