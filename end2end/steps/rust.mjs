// What cargo does in a test run. Everything native uses the dev profile, so that each dependency compiles once, for the
// server, the bundler and all tests.

import process from "node:process";
import { access } from "node:fs/promises";
import path from "node:path";

import { TARGET, ask, run, watch } from "./command.mjs";

const WASM = "wasm32-unknown-unknown";
// In one call: built alone, each crate would have its dependencies with other features, and each twice.
const NATIVE = ["-p", "shared", "-p", "bundle", "-p", "app", "-p", "server"];
const BROWSER = ["build", "--locked", "--target", WASM, "-p", "app", "--lib", "--features", "hydrate"];
const BUNDLER = path.join(TARGET, "debug", "bundle");

/** Adds the wasm target, and rustfmt and clippy where a minimal tool chain came without them. */
export async function addRustParts() {
  const sysroot = await ask("rustc", ["--print", "sysroot"]);
  if (!sysroot) throw new Error("Rust is not installed: there is no rustc.");
  const wasm = path.join(sysroot, "lib", "rustlib", WASM);
  if (!(await access(wasm).then(() => true, () => false))) await run("rustup", ["target", "add", WASM]);
  if (!(await ask("cargo", ["clippy", "--version"]))) await run("rustup", ["component", "add", "clippy"]);
  if (!(await ask("cargo", ["fmt", "--version"]))) await run("rustup", ["component", "add", "rustfmt"]);
  clippy.RUSTC_WORKSPACE_WRAPPER = path.join(sysroot, "bin", `clippy-driver${path.extname(process.execPath)}`);
  return ask("rustc", ["--version"]);
}

/**
 * Our own crates are compiled by clippy's compiler, as `cargo clippy` does it, but to the end: it lints and builds in one
 * pass, and dependencies are not looked at once for the lints and compiled once more for the tests.
 */
const clippy = { CLIPPY_ARGS: "-D__CLIPPY_HACKERY__warnings" };
const linted = () => ({ env: { ...process.env, ...clippy } });

export const checkFormat = () => run("cargo", ["fmt", "--all", "--check"]);

/** The server, the bundler and all tests. */
export const buildNative = () => run("cargo", ["test", "--locked", "--no-run", ...NATIVE], linted());

/** What runs in the browser, as `make run` has it. */
export const compileForBrowser = () => run("cargo", [...BROWSER, "--profile", "wasm-dev"], linted());

/** The site of it. */
export const bundleSite = () => run(BUNDLER, ["--dev"], linted());

/** What runs in the browser, as it is shipped: clippy's compiler leaves some optimisations out. */
export const compileShipped = () => run("cargo", [...BROWSER, "--profile", "wasm"]);

/** The site that is shipped. */
export const bundleShipped = () => run(BUNDLER, []);

/** Runs the tests of all crates, or those with a word in their path, and answers the sum of their results. */
export async function testRust(postgres, only) {
  const env = { ...linted().env, GUILDHALL_TEST_POSTGRES: postgres, GUILDHALL_TEST_BOTH_ENGINES: "1", CARGO_TERM_COLOR: "never" };
  if (await ask("cargo", ["nextest", "--version"])) {
    const chosen = only ? ["--no-tests", "pass", only] : [];
    const { code, output } = await watch("cargo", ["nextest", "run", "--locked", "--no-fail-fast", ...NATIVE, ...chosen], { env });
    return countNextest(output, code);
  }
  const { code, output } = await watch("cargo", ["test", "--locked", "--no-fail-fast", ...NATIVE, ...(only ? [only] : [])], { env });
  return countResults(output, code);
}

/** Adds up lines like `test result: ok. 12 passed; 0 failed; …`. A run that fails without a failed test counts as one. */
export function countResults(output, code) {
  const lines = [...output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed;/gm)];
  return judged(sum(lines, 1), sum(lines, 2), code);
}

/** Reads the line `Summary [ 12.3s] 309 tests run: 308 passed, 1 failed, 0 skipped`. */
export function countNextest(output, code) {
  const line = output.match(/^\s*Summary .*$/m)?.[0] ?? "";
  const count = (what) => Number(line.match(new RegExp(`(\\d+) (?:${what})`))?.[1] ?? 0);
  return judged(count("passed"), count("failed") + count("timed out") + count("exec failed"), code);
}

function judged(passed, failed, code) {
  return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed };
}

function sum(lines, group) {
  return lines.reduce((all, line) => all + Number(line[group]), 0);
}
