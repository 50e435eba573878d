// A PostgreSQL cluster for the fault runs, which can be stopped, frozen and restarted. It is never one that somebody
// else uses. It needs /proc.

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

  /** Creates a database and returns its URL. */
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
    // The server is expected to stop during a connection.
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }

  /** Reads from /proc how the server was started, so that it can be restarted in the same way. */
  async #learn() {
    const [{ data_directory: data }] = await this.query("show data_directory");
    this.pid = Number((await readFile(path.join(data, "postmaster.pid"), "utf8")).split("\n")[0]);
    this.arguments = (await readFile(`/proc/${this.pid}/cmdline`, "utf8")).split("\0").slice(0, -1);
    this.home = await readlink(`/proc/${this.pid}/cwd`);
    const { uid, gid } = await stat(`/proc/${this.pid}`);
    this.as = process.getuid() === 0 ? { uid, gid } : {};
  }

  /** A fast shutdown, as an operator does it: open transactions are aborted. */
  async stop() {
    process.kill(this.pid, "SIGINT");
    while (await alive(this.pid)) await pause(10);
  }

  /** Returns when it accepts connections again. */
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

  /** From now on it answers nothing, but keeps its connections. */
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

/** Runs some work without GUILDHALL_TEST_POSTGRES, because that server belongs to others. */
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

/** The parent of a process, or undefined if it is gone. */
async function parent(pid) {
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return line && Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[1]);
}

async function children(pid) {
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(all.map(parent));
  return all.filter((_, index) => parents[index] === pid).map(Number);
}

/** A zombie does not count as alive. */
async function alive(pid) {
  const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return line !== undefined && line.slice(line.lastIndexOf(")") + 2)[0] !== "Z";
}
