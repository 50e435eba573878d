// Cargo in a test run. Everything native uses the dev profile, so that each dependency is compiled once for the server,
// the bundler and all tests.

import { availableParallelism } from "node:os";
import process from "node:process";
import { access } from "node:fs/promises";
import path from "node:path";

import { TARGET, ask, run, watch } from "./command.mjs";
import { checkProgram, checkSite } from "./paths.mjs";
import { scratch } from "./scratch.mjs";

const WASM = "wasm32-unknown-unknown";
// In one call, because separate builds would select other features of the dependencies and compile them twice.
const NATIVE = ["-p", "shared", "-p", "bundle", "-p", "app", "-p", "server"];
const BROWSER = ["--locked", "--target", WASM, "-p", "frontend"];
// Many tests wait for a database. More threads than a small machine has processors keep it busy.
const THREADS = String(Math.max(6, availableParallelism()));
const BUNDLER = path.join(TARGET, "debug", "bundle");

/** Adds the wasm target, and rustfmt and clippy if a minimal toolchain lacks them. */
export async function addRustParts() {
  const sysroot = await ask("rustc", ["--print", "sysroot"]);
  if (!sysroot) throw new Error("Rust is not installed: there is no rustc.");
  const wasm = path.join(sysroot, "lib", "rustlib", WASM);
  if (!(await access(wasm).then(() => true, () => false))) await run("rustup", ["target", "add", WASM]);
  if (!(await ask("cargo", ["clippy", "--version"]))) await run("rustup", ["component", "add", "clippy"]);
  if (!(await ask("cargo", ["fmt", "--version"]))) await run("rustup", ["component", "add", "rustfmt"]);
  clippy.RUSTC_WORKSPACE_WRAPPER = path.join(sysroot, "bin", `clippy-driver${process.platform === "win32" ? ".exe" : ""}`);
  return ask("rustc", ["--version"]);
}

/**
 * Clippy's compiler compiles our own crates as in `cargo clippy`, but completely. One pass lints and builds, so
 * dependencies are not checked for the lints and compiled again for the tests.
 */
const clippy = { CLIPPY_ARGS: "-D__CLIPPY_HACKERY__warnings" };
const linted = () => ({ env: { ...process.env, ...clippy } });

export const checkFormat = () => run("cargo", ["fmt", "--all", "--check"]);

/** All tests with the server, and the bundler, which no test starts. */
export async function buildNative() {
  await run("cargo", ["test", "--locked", "--no-run", ...NATIVE], linted());
  await buildBundler(linted());
  await checkProgram(path.join(TARGET, "debug", "guildhall"));
}

/** Together with the server, because they share dependencies. */
const buildBundler = (options) => run("cargo", ["build", "--locked", ...NATIVE], options);

/** The browser part, as in `make run`. */
export const compileForBrowser = () => run("cargo", ["build", ...BROWSER, "--lib"], linted());

/** The site with that build. */
export async function bundleSite() {
  await run(BUNDLER, ["--dev"], linted());
  await checkSite("site-dev");
}

/** The same crates, linked as they are shipped. */
export const linkShipped = (options = linted()) => run("cargo", ["rustc", ...BROWSER, "--bin", "shipped", "--", "-Clto=fat", "-Ccodegen-units=1"], options);

/** The shipped site. */
export async function bundleShipped(options = linted()) {
  await run(BUNDLER, [], options);
  await checkSite("site");
}

/** The same from scratch, for measurements. */
export async function buildSite() {
  await buildBundler({});
  await linkShipped({});
  await bundleShipped({});
}

/** Runs the tests of all crates, or those with a word in their path. Returns the sum of their results. */
export async function testRust(postgres, only) {
  const env = { ...linted().env, TMPDIR: await scratch(), GUILDHALL_TEST_POSTGRES: postgres, GUILDHALL_TEST_BOTH_ENGINES: "1", RUST_TEST_THREADS: THREADS, CARGO_TERM_COLOR: "never" };
  if (await ask("cargo", ["nextest", "--version"])) {
    const chosen = only ? ["--no-tests", "pass", only] : [];
    const { code, output } = await watch("cargo", ["nextest", "run", "--locked", "--no-fail-fast", "--test-threads", THREADS, ...NATIVE, ...chosen], { env });
    return { ...judged(countNextest(output), code, only), faults: [...new Set(output.match(/^ *(FAIL|TIMEOUT) .*$/gm) ?? [])] };
  }
  const { code, output } = await watch("cargo", ["test", "--locked", "--no-fail-fast", ...NATIVE, ...(only ? [only] : [])], { env });
  return judged(countResults(output), code, only);
}

/** Sums up lines such as `test result: ok. 12 passed; 0 failed; …`. */
function countResults(output) {
  const lines = [...output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed;/gm)];
  const sum = (group) => lines.reduce((all, line) => all + Number(line[group]), 0);
  return { passed: sum(1), failed: sum(2) };
}

/** Parses the line `Summary [ 12.3s] 309 tests run: 308 passed, 1 failed, 0 skipped`. */
function countNextest(output) {
  const line = output.match(/^\s*Summary .*$/m)?.[0] ?? "";
  const count = (what) => Number(line.match(new RegExp(`(\\d+) ${what}`))?.[1] ?? 0);
  return { passed: count("passed"), failed: count("failed") + count("timed out") + count("exec failed") };
}

/** A run that fails without a failed test counts as one failure, and so does a full run without any test. */
function judged({ passed, failed }, code, only) {
  const wrong = code !== 0 || (passed === 0 && !only);
  return { passed, failed: failed === 0 && wrong ? 1 : failed };
}
