// A PostgreSQL of the faults' own, that can be stopped, frozen and started again. It is never one that somebody else
// uses; what it needs of the system is /proc.

import { randomBytes } from "node:crypto";
import { readFile, readdir, readlink, stat } from "node:fs/promises";
import path from "node:path";
import process from "node:process";

import { atTheEnd, pause, start } from "../steps/command.mjs";
import { startPostgres } from "../steps/postgres.mjs";
import { mayStart } from "./program.mjs";

export class Cluster {
  static async start() {
    const { url } = await privately(startPostgres);
    const cluster = Object.assign(new Cluster(), { url });
    if (process.platform === "linux") {
      await cluster.#learn();
      atTheEnd(() => cluster.#end());
    }
    return cluster;
  }

  /** Whether its processes can be found and signalled. */
  get canFail() {
    return this.pid !== undefined;
  }

  /** A new database; answers its address. */
  async database() {
    const name = `faults_${randomBytes(6).toString("hex")}`;
    await this.query(`create database ${name}`);
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async query(statement, url = this.url) {
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    // It is expected to be stopped under us.
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }

  /** Reads from the system how the server was started, so that it can be started again just so. */
  async #learn() {
    const [{ data_directory: data }] = await this.query("show data_directory");
    this.pid = Number((await readFile(path.join(data, "postmaster.pid"), "utf8")).split("\n")[0]);
    this.arguments = (await readFile(`/proc/${this.pid}/cmdline`, "utf8")).split("\0").slice(0, -1);
    this.home = await readlink(`/proc/${this.pid}/cwd`);
    const { uid, gid } = await stat(`/proc/${this.pid}`);
    this.as = process.getuid() === 0 ? { uid, gid } : {};
  }

  /** Fast, as an operator stops it: running transactions are broken off. */
  async stop() {
    process.kill(this.pid, "SIGINT");
    while (await alive(this.pid)) await pause(10);
  }

  /** Answers when it takes connections again. */
  async restart() {
    await mayStart();
    const child = start(this.arguments[0], this.arguments.slice(1), { cwd: this.home, stdio: "ignore", env: { HOME: this.home }, ...this.as });
    this.pid = child.pid;
    for (let tries = 0; tries < 200; tries += 1) {
      if (await this.query("select 1").then(() => true, () => false)) return;
      await pause(50);
    }
    throw new Error("PostgreSQL did not start again.");
  }

  /** From now on it answers nothing, and breaks no line either. */
  async freeze() {
    process.kill(this.pid, "SIGSTOP");
    for (const pid of await children(this.pid)) signal(pid, "SIGSTOP");
  }

  async thaw() {
    for (const pid of await children(this.pid)) signal(pid, "SIGCONT");
    signal(this.pid, "SIGCONT");
  }

  async #end() {
    if (!(await alive(this.pid))) return;
    await this.thaw();
    signal(this.pid, "SIGINT");
    for (let tries = 0; tries < 500 && (await alive(this.pid)); tries += 1) await pause(10);
  }
}

/** Does something as if no PostgreSQL had been named: that one is for others. */
async function privately(work) {
  const named = process.env.GUILDHALL_TEST_POSTGRES;
  delete process.env.GUILDHALL_TEST_POSTGRES;
  try {
    return await work();
  } finally {
    if (named !== undefined) process.env.GUILDHALL_TEST_POSTGRES = named;
  }
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (problem) {
    if (problem.code !== "ESRCH") throw problem;
  }
}

/** The parent of a process; undefined when it is gone. */
async function parent(pid) {
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return line && Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[1]);
}

async function children(pid) {
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(all.map(parent));
  return all.filter((_, index) => parents[index] === pid).map(Number);
}

/** A process that has ended and was not waited for yet does not count. */
async function alive(pid) {
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return line !== undefined && line.slice(line.lastIndexOf(")") + 2)[0] !== "Z";
}
