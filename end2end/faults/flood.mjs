// Sends requests over raw connections in a thread of its own, so that measurements beside it are not delayed. Node uses
// a good part of a processor for it. `late` says how far it fell behind its rate.

import { connect } from "node:net";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

/**
 * Sends `rate` requests a second whatever the answers (an open loop), or as many as `clients` connections carry if each
 * waits for its answer (a closed loop). Returns the answers, with times in milliseconds by status.
 */
export function flood(options) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: options });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** The limit of open connections. A request that would need one more counts as not sent. */
const LINES = 2_000;

class Line {
  constructor(port, head, done) {
    Object.assign(this, { head, done, tail: "", left: undefined });
    this.socket = connect(port, "127.0.0.1");
    this.socket.setNoDelay(true);
    this.socket.on("data", (piece) => this.#hear(piece));
    this.socket.on("error", () => {});
    this.socket.on("close", () => this.#end(0));
  }

  send() {
    this.began = performance.now();
    this.busy = true;
    this.status = undefined;
    this.socket.write(this.head);
  }

  /** A body has a length, or ends with an empty chunk. */
  #hear(piece) {
    let body = piece;
    if (this.status === undefined) {
      const end = piece.indexOf("\r\n\r\n");
      const head = piece.toString("latin1", 0, end < 0 ? piece.length : end);
      this.status = Number(head.slice(9, 12));
      this.retry = /\r\nretry-after:/i.test(head);
      this.left = Number(head.match(/\r\ncontent-length: (\d+)/i)?.[1] ?? -1);
      this.tail = "";
      body = piece.subarray(end + 4);
    }
    if (this.left >= 0) {
      this.left -= body.length;
      if (this.left <= 0) this.#end(this.status);
    } else {
      this.tail = (this.tail + body.toString("latin1", Math.max(0, body.length - 7))).slice(-7);
      if (this.tail.endsWith("0\r\n\r\n")) this.#end(this.status);
    }
  }

  #end(status) {
    if (status === 0) this.broken = true;
    if (!this.busy) return;
    this.busy = false;
    this.done(this, status, performance.now() - this.began);
  }
}

class Flood {
  constructor({ port, path, cookie, seconds, rate, clients }) {
    Object.assign(this, { port, seconds, rate, clients, all: [], idle: [], times: {}, sent: 0, unsent: 0, bare: 0 });
    this.head = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: text/html\r\ncookie: ${cookie}\r\n\r\n`;
  }

  async run() {
    const began = performance.now();
    if (this.rate) await this.#openLoop(began);
    else await this.#closedLoop(began);
    const took = (performance.now() - began) / 1000;
    // Open requests may still be answered.
    for (const until = performance.now() + 20_000; this.all.some((line) => line.busy) && performance.now() < until; ) await tick(10);
    const unanswered = this.all.filter((line) => line.busy).length;
    for (const line of this.all) line.socket.destroy();
    return { times: this.times, sent: this.sent, unsent: this.unsent, unanswered, took, bare: this.bare };
  }

  /** Each millisecond sends as many requests as are due. */
  async #openLoop(began) {
    for (let due = 0; performance.now() < began + this.seconds * 1000; await tick(1)) {
      const now = ((performance.now() - began) * this.rate) / 1000;
      for (; due < now; due += 1) this.#one();
    }
  }

  async #closedLoop(began) {
    this.again = () => performance.now() < began + this.seconds * 1000;
    for (let n = 0; n < this.clients; n += 1) this.#one();
    while (this.again()) await tick(10);
  }

  #one() {
    let line = this.idle.pop();
    while (line?.broken) line = this.idle.pop();
    if (!line) {
      if (this.all.length >= LINES) this.all = this.all.filter((one) => !one.broken);
      if (this.all.length >= LINES) {
        this.unsent += 1;
        return;
      }
      line = new Line(this.port, this.head, (...came) => this.#came(...came));
      this.all.push(line);
    }
    this.sent += 1;
    line.send();
  }

  #came(line, status, ms) {
    (this.times[status] ??= []).push(ms);
    if (status === 503 && !line.retry) this.bare += 1;
    if (!line.broken) this.idle.push(line);
    if (this.again?.()) this.#one();
  }
}

function tick(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (!isMainThread) parentPort.postMessage(await new Flood(workerData).run());
