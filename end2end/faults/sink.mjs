// A mail server with faults. It keeps every email that it received completely, whether it acknowledged it or not.

import { createServer } from "node:net";

import { atTheEnd, pause } from "../steps/command.mjs";

/**
 * `faultAt(stage, email)` is called at the stages `connect`, `mail`, `rcpt`, `part` (the first bytes of an email) and
 * `end` (all of it). It returns undefined for no fault, or `{ say: "451 not now" }`, `{ drop: true }` for a broken
 * connection, `{ silent: true }` for no answer.
 */
export class Sink {
  static async listen({ faultAt = () => undefined, interval = 0, delay = 0 } = {}) {
    const sink = Object.assign(new Sink(), { faultAt, interval, delay, received: [], hits: 0, lines: new Set(), port: 0 });
    await sink.up();
    atTheEnd(() => sink.down());
    return sink;
  }

  get url() {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Listens, at the same port as before if it had one. */
  async up() {
    this.server = createServer((socket) => this.#attend(socket));
    await new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(this.port, "127.0.0.1", resolve);
    });
    this.port = this.server.address().port;
  }

  /** Refuses connections, and breaks the open ones. */
  async down() {
    for (const socket of this.lines) socket.destroy();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  #attend(socket) {
    this.lines.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => this.lines.delete(socket));
    // Clients that are killed in the middle of an email are part of the tests.
    socket.on("error", () => {});
    const line = { socket, email: {}, bytes: "", inData: false, turn: Promise.resolve() };
    line.turn = this.#answer(line, "connect", "220 sink");
    socket.on("data", (piece) => {
      line.bytes += piece.toString("latin1");
      line.turn = line.turn.then(() => this.#read(line));
    });
  }

  async #read(line) {
    while (!line.socket.destroyed) {
      if (line.inData) {
        if (line.bytes && !line.begun) {
          line.begun = true;
          if (await this.#meets(line, "part")) return;
        }
        const end = line.bytes.indexOf("\r\n.\r\n");
        if (end < 0) return;
        await this.#take(line, line.bytes.slice(0, end));
        line.bytes = line.bytes.slice(end + 5);
        line.inData = false;
      } else {
        const end = line.bytes.indexOf("\r\n");
        if (end < 0) return;
        const said = line.bytes.slice(0, end);
        line.bytes = line.bytes.slice(end + 2);
        await this.#obey(line, said);
      }
    }
  }

  async #obey(line, said) {
    const word = said.slice(0, 4).toUpperCase();
    if (word === "MAIL") {
      line.email = {};
      await this.#answer(line, "mail", "250 ok");
    } else if (word === "RCPT") {
      line.email.to = said.match(/<([^>]*)>/)?.[1];
      await this.#answer(line, "rcpt", "250 ok");
    } else if (word === "DATA") {
      line.inData = true;
      line.begun = false;
      await this.#say(line, "354 go on");
      line.asked = performance.now();
    } else if (word === "QUIT") {
      await this.#say(line, "221 bye");
      line.socket.end();
    } else {
      await this.#say(line, "250 ok");
    }
  }

  /** The email is complete: from now on it may have been delivered, whatever the client hears. */
  async #take(line, text) {
    const head = text.split("\r\n\r\n")[0].replace(/\r\n[ \t]+/g, " ");
    const of = (name) => head.match(new RegExp(`^${name}: (.*)$`, "im"))?.[1] ?? "";
    const email = { to: line.email.to, id: of("Message-ID").replace(/^<|@.*$/g, ""), subject: of("Subject"), took: performance.now() - line.asked };
    line.email = email;
    if (this.delay) await pause(Math.random() * 2 * this.delay);
    const fault = this.faultAt("end", email);
    if (!fault || fault.drop || fault.silent) this.received.push({ ...email, told: !fault });
    await this.#act(line, fault, "250 taken");
  }

  async #answer(line, stage, words) {
    await this.#act(line, this.faultAt(stage, line.email), words);
  }

  async #meets(line, stage) {
    const fault = this.faultAt(stage, line.email);
    if (fault) await this.#act(line, fault);
    return fault !== undefined;
  }

  async #act(line, fault, words) {
    if (fault) this.hits += 1;
    if (fault?.drop) line.socket.destroy();
    else if (!fault?.silent) await this.#say(line, fault?.say ?? words);
  }

  async #say(line, words) {
    if (!this.interval) {
      line.socket.write(`${words}\r\n`);
      return;
    }
    for (const character of `${words}\r\n`) {
      if (line.socket.destroyed) return;
      line.socket.write(character);
      await pause(this.interval);
    }
  }
}
