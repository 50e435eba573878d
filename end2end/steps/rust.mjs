// What cargo does in a test run. Everything native uses the dev profile, so that each dependency compiles once.

import process from "node:process";
import { access } from "node:fs/promises";
import path from "node:path";

import { ask, run, watch } from "./command.mjs";

const WASM = "wasm32-unknown-unknown";
// With the server in the same call, `app` is compiled as the server has it, and once.
const NATIVE = ["-p", "shared", "-p", "bundle", "-p", "app", "-p", "server"];

/** Adds the wasm target, and rustfmt and clippy where a minimal tool chain came without them. */
export async function addRustParts() {
  const sysroot = await ask("rustc", ["--print", "sysroot"]);
  if (!sysroot) throw new Error("Rust is not installed: there is no rustc.");
  const wasm = path.join(sysroot, "lib", "rustlib", WASM);
  if (!(await access(wasm).then(() => true, () => false))) await run("rustup", ["target", "add", WASM]);
  if (!(await ask("cargo", ["clippy", "--version"]))) await run("rustup", ["component", "add", "clippy"]);
  if (!(await ask("cargo", ["fmt", "--version"]))) await run("rustup", ["component", "add", "rustfmt"]);
  return ask("rustc", ["--version"]);
}

export const checkFormat = () => run("cargo", ["fmt", "--all", "--check"]);

export const checkServerCode = () => run("cargo", ["clippy", "--locked", ...NATIVE, "--all-targets", "--", "-D", "warnings"]);

export const checkBrowserCode = () =>
  run("cargo", ["clippy", "--locked", "-p", "app", "--target", WASM, "--features", "hydrate", "--", "-D", "warnings"]);

export const buildSite = () => run("cargo", ["run", "--locked", "-q", "--profile", "tool", "-p", "bundle"]);

/** With all tests in one go: built alone, the server would have its dependencies with other features, and each twice. */
export const buildServer = () => run("cargo", ["test", "--locked", "--no-run", ...NATIVE]);

/** Runs the tests of all crates and answers the sum of their result lines. */
export async function testRust(postgres) {
  const { code, output } = await watch("cargo", ["test", "--locked", "--no-fail-fast", ...NATIVE], {
    env: { ...process.env, GUILDHALL_TEST_POSTGRES: postgres, GUILDHALL_TEST_BOTH_ENGINES: "1", CARGO_TERM_COLOR: "never" },
  });
  return countResults(output, code);
}

/** Adds up lines like `test result: ok. 12 passed; 0 failed; …`. A run that fails without a failed test counts as one. */
export function countResults(output, code) {
  let passed = 0;
  let failed = 0;
  for (const line of output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed;/gm)) {
    passed += Number(line[1]);
    failed += Number(line[2]);
  }
  if (code !== 0 && failed === 0) failed = 1;
  if (code === 0 && passed === 0) failed = 1;
  return { passed, failed };
}
