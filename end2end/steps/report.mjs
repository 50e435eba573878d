// Reports which steps ran and how long they took, with the count in the last line.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

import { TARGET } from "./command.mjs";

/** How long each step took last time on this machine, in seconds. */
const TOOK = path.join(TARGET, "took", "test");

/** The result of a step or a suite: `done`, `failed`, or `left out` because something that it needs failed. */
export class Report {
  #started = Date.now();
  #steps = [];
  #notes;

  /** A partial run records no durations. */
  constructor({ notes }) {
    this.#notes = notes;
  }

  /** Runs a step that passes or fails. A failure counts as one failed test. */
  async step(name, title, needs, work) {
    await this.#run(name, title, needs, async () => {
      const says = await work();
      return { passed: 0, failed: 0, says: typeof says === "string" ? says : undefined };
    });
  }

  /** Runs a suite of tests. `work` returns `{ passed, failed }`. */
  async suite(name, title, needs, work) {
    await this.#run(name, title, needs, async () => {
      const { passed, failed, faults = [] } = await work();
      return { passed, failed, faults, says: `${passed} passed, ${failed} failed` };
    });
  }

  /** Prints the table and the count, and returns the exit code. */
  close() {
    const width = Math.max(...this.#steps.map((step) => step.title.length));
    console.log("\nStep by step");
    for (const step of this.#steps) {
      const says = step.says ? `  ${step.says}` : "";
      console.log(`  ${step.title.padEnd(width)}  ${step.state.padEnd(8)}  ${seconds(step.took).padStart(8)}${says}`);
    }
    console.log(`  ${"In all".padEnd(width)}  ${"".padEnd(8)}  ${seconds(Date.now() - this.#started).padStart(8)}`);
    // Repeated at the end, where it is easily found.
    for (const fault of this.#steps.flatMap((step) => step.faults ?? [])) console.log(`\n${fault}`);
    const passed = sum(this.#steps.map((step) => step.passed));
    const failed = sum(this.#steps.map((step) => step.failed));
    if (passed === 0) console.log("\nNothing was tested.");
    console.log(`\n${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0 ? 0 : 1;
  }

  async #run(name, title, needs, work) {
    console.log(`\n── ${title}${lastTime(name)}`);
    const broken = needs.filter((need) => this.#steps.find((step) => step.name === need)?.usable !== true);
    if (broken.length > 0) {
      const says = `needs: ${broken.join(", ")}`;
      console.log(`── ${title}: left out (${says})`);
      this.#steps.push({ name, title, state: "left out", took: 0, passed: 0, failed: 1, usable: false, says });
      return;
    }
    const began = Date.now();
    const step = { name, title, state: "done", took: 0, passed: 0, failed: 0, usable: true, says: undefined };
    try {
      Object.assign(step, await work());
    } catch (problem) {
      console.error(problem instanceof Error ? problem.message : problem);
      if (process.env.GUILDHALL_TRACE) console.error(problem);
      Object.assign(step, { failed: 1, usable: false });
    }
    if (step.failed > 0) step.state = "failed";
    step.took = Date.now() - began;
    if (step.failed === 0 && this.#notes) note(name, step.took);
    this.#steps.push(step);
    console.log(`── ${title}: ${step.state} in ${seconds(step.took)}${step.says ? `: ${step.says}` : ""}`);
  }
}

function lastTime(name) {
  try {
    return ` (last time: ${readFileSync(path.join(TOOK, name), "utf8").trim()} s)`;
  } catch {
    return "";
  }
}

function note(name, milliseconds) {
  mkdirSync(TOOK, { recursive: true });
  writeFileSync(path.join(TOOK, name), `${Math.round(milliseconds / 1000)}\n`);
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function sum(numbers) {
  return numbers.reduce((all, one) => all + one, 0);
}
