// A running program: starting, waiting until it is ready, stopping, restarting.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";

import { freePort } from "../steps/port.mjs";
import { createDatabase, type Database } from "./database.ts";
import { Mail, type Guard } from "./mail.ts";
import { ENDPOINTS, migrateArguments, PROGRAM, serveArguments, SHIPPED } from "./config.ts";

export type Engine = "sqlite" | "postgres";

export interface ServerOptions {
  engine?: Engine;
  /** Without a mail server, emails are kept and an administrator reads them. */
  mail?: boolean | Guard;
  /** An existing data folder. It is not removed. */
  data?: string;
  development?: boolean;
  more?: string[];
}

/** A Guildhall server with its URL, its emails, its data folder and its output. */
export class Guildhall {
  #child: ChildProcess | undefined;
  #printed = "";
  private constructor(
    readonly port: number,
    readonly data: string,
    readonly mail: Mail | undefined,
    readonly database: Database | undefined,
    readonly development: boolean,
    readonly more: string[],
    readonly borrowed: boolean,
  ) {}

  static async start({ engine = "sqlite", mail = true, data: given, development = false, more = [] }: ServerOptions = {}): Promise<Guildhall> {
    const data = given ?? (await mkdtemp(path.join(tmpdir(), "guildhall-journey-")));
    const database = engine === "postgres" ? await createDatabase() : undefined;
    const server = new Guildhall(await freePort(), data, mail ? await Mail.listen(mail === true ? undefined : mail) : undefined, database, development, more, given !== undefined);
    try {
      if (database) await succeed(migrateArguments(data, database.url));
      await server.start();
      return server;
    } catch (problem) {
      await server.remove();
      throw problem;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get arguments(): string[] {
    return serveArguments({ port: this.port, data: this.data, database: this.database?.url, smtp: this.mail?.url, development: this.development, more: this.more });
  }

  /** The mail server that it sends its emails to. */
  get emails(): Mail {
    if (!this.mail) throw new Error("this site has no mail server");
    return this.mail;
  }

  /** Everything that it has printed since its first start. */
  get printed(): string {
    return this.#printed;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const child = spawn(PROGRAM, this.arguments, { stdio: ["ignore", "pipe", "pipe"], env: { ...plainEnvironment(), ...(SHIPPED && { GUILDHALL_SITE: SHIPPED }), ...(this.mail?.certificate && { SSL_CERT_FILE: this.mail.certificate }) } });
    this.#child = child;
    const hear = (piece: Buffer) => (this.#printed += piece.toString("utf8"));
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    let broken: Error | undefined;
    child.once("error", (problem) => (broken = problem));
    for (const until = Date.now() + 30_000; Date.now() < until; await pause(20)) {
      if (broken) throw new Error(`${PROGRAM} cannot be started: ${broken.message}`);
      if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode} at its start:\n${this.#printed}`);
      const answer = await fetch(this.url + ENDPOINTS.ready).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok) return;
    }
    throw new Error(`The server was not ready after 30 seconds:\n${this.#printed}`);
  }

  /** Stops it, gracefully by default. Returns the exit code. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const end = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const code = await end;
    clearTimeout(late);
    return code;
  }

  async restart(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.stop(signal);
    await this.start();
  }

  /** The set-up link that an empty site prints, for creating the first account. */
  async setUpAddress(): Promise<string> {
    for (const until = Date.now() + 10_000; Date.now() < until; await pause(20)) {
      const line = this.#printed.split("\n").findLast((line) => line.includes(ENDPOINTS.setUp));
      const found = line?.match(/https?:\/\/[^\s"'<>]+\/set-up\?token=[^\s"'<>]+/);
      if (found) return found[0];
    }
    throw new Error(`No set-up address was printed:\n${this.#printed}`);
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    await this.mail?.close();
    await this.database?.drop();
    if (!this.borrowed) await rm(this.data, { recursive: true, force: true });
  }
}

/** Runs the program until it exits and returns its output. Used for commands, and for starts that must fail. */
export async function runProgram(args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "pipe"], env: plainEnvironment() });
  let said = "";
  child.stdout.on("data", (piece: Buffer) => (said += piece.toString("utf8")));
  child.stderr.on("data", (piece: Buffer) => (said += piece.toString("utf8")));
  const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearTimeout(late);
  return { code, said };
}

async function succeed(args: string[]): Promise<void> {
  const { code, said } = await runProgram(args);
  if (code !== 0) throw new Error(`guildhall ${args[0]} ended with ${code}:\n${said}`);
}

/** Environment variables that match flags must not reach a server of the journeys by accident. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GUILDHALL_")));
}
