// A server under test: it is started, killed and restarted at the same address on the same data.

import { readFile, readdir, rm } from "node:fs/promises";

import { ended, pause, signalGroup, start } from "../steps/command.mjs";
import { freePort } from "../steps/port.mjs";
import { call, lines } from "./http.mjs";
import { PROGRAM, folder, hurryFlags, mayStart, plainEnvironment, runProgram, unwrapped } from "./program.mjs";

export class Server {
  /** `database` is a PostgreSQL URL, `smtp` a mail server's. `wrap` makes the command that runs the program. */
  static async make({ data, database, smtp, key, wrap = unwrapped } = {}) {
    const server = new Server();
    Object.assign(server, { wrap, data: data ?? (await folder()), port: await freePort(), database, smtp, key, printed: "", agent: lines() });
    if (database) await server.command("migrate");
    return server;
  }

  /** The arguments that say where the data is. */
  get place() {
    const args = ["--data", this.data];
    if (this.database) args.push("--database", this.database);
    if (this.key) args.push("--key-file", this.key);
    return args;
  }

  /** The limits on requests and accounts would stop hundreds of forms, so they are raised. */
  async arguments() {
    // A proxy in front of it has another URL.
    const url = this.url ?? `http://127.0.0.1:${this.port}`;
    const limits = ["--requests-at-once", "10000", "--accounts-an-hour", "3600", "--emails-to-one-a-day", "1000000", "--trusted-proxy", "127.0.0.1"];
    const mail = this.smtp ? ["--smtp", `${this.smtp}?starttls=never`, "--mail-from", "Guildhall <guildhall@example.org>", ...(await hurryFlags())] : [];
    return ["serve", "--development=false", "--listen", `127.0.0.1:${this.port}`, "--public-url", url, ...this.place, ...limits, ...mail];
  }

  /** Starts it. Returns the milliseconds until it was ready. */
  async start({ within = 30_000 } = {}) {
    await mayStart();
    const [program, args] = this.wrap([PROGRAM, ...(await this.arguments())]);
    const began = performance.now();
    const child = start(program, args, { stdio: ["ignore", "pipe", "pipe"], env: plainEnvironment() });
    this.child = child;
    for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (piece) => (this.printed = (this.printed + piece).slice(-20_000)));
    while (child.exitCode === null && child.signalCode === null && performance.now() - began < within) {
      if ((await this.call("/health/ready", { patience: 2_000 })).status === 200) return performance.now() - began;
      await pause(2);
    }
    await mayStart();
    throw new Error(`The server did not become ready:\n${this.printed}`);
  }

  get pid() {
    return this.child.pid;
  }

  call(target, options = {}) {
    return call(this.port, target, { agent: this.agent, ...options });
  }

  /** Ends it as a power failure would. */
  async kill() {
    signalGroup(this.child, "SIGKILL");
    await ended(this.child);
    this.#forgetLines();
  }

  async stop() {
    if (!this.child) return;
    this.#forgetLines();
    signalGroup(this.child, "SIGTERM");
    const late = setTimeout(() => signalGroup(this.child, "SIGKILL"), 15_000);
    await ended(this.child);
    clearTimeout(late);
  }

  async remove() {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }

  /** Runs a command of the program on the same data. */
  async command(...args) {
    const { code, said } = await runProgram([...args, ...this.place], this.wrap);
    if (code !== 0) throw new Error(`guildhall ${args[0]} ended with ${code}: ${said}`);
  }

  /** The server's memory in bytes, or 0 if the system does not report it. */
  async memory() {
    const status = await readFile(`/proc/${this.pid}/status`, "utf8").catch(() => "");
    return Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1] ?? 0) * 1024;
  }

  /** The number of open files and sockets. */
  async open() {
    return (await readdir(`/proc/${this.pid}/fd`).catch(() => [])).length;
  }

  #forgetLines() {
    this.agent.destroy();
    this.agent = lines();
  }
}
