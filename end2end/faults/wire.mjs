// A proxy between the server and PostgreSQL whose connections can die silently, as if a firewall had dropped them:
// nothing arrives any more, and neither side is told.

import { randomInt } from "node:crypto";
import { connect, createServer } from "node:net";

import { atTheEnd } from "../steps/command.mjs";

export class Wire {
  static async between(port) {
    const wire = Object.assign(new Wire(), { to: Number(port), pairs: new Set() });
    wire.server = createServer((near) => wire.#join(near));
    await new Promise((resolve) => wire.server.listen(0, "127.0.0.1", resolve));
    wire.port = wire.server.address().port;
    atTheEnd(() => wire.close());
    return wire;
  }

  /** A database's URL through this proxy. */
  address(url) {
    const by = new URL(url);
    by.port = String(this.port);
    return by.href;
  }

  /** All current connections are dead. New ones are not. */
  forget() {
    for (const pair of this.pairs) pair.dead = true;
  }

  /** The current connections die in the middle of their use, after a few more messages to the database. */
  forgetBusy() {
    for (const pair of this.pairs) pair.left = randomInt(4, 10);
  }

  /** The number of dead connections on which the server still waits for an answer. */
  get held() {
    return [...this.pairs].filter((pair) => pair.busy && !pair.near.destroyed).length;
  }

  async close() {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  #join(near) {
    const far = connect(this.to, "127.0.0.1");
    const pair = { near, far, dead: false, left: Infinity };
    this.pairs.add(pair);
    for (const [from, to] of [[near, far], [far, near]]) {
      from.setNoDelay(true);
      from.on("data", (piece) => {
        if (from === near && (pair.left -= 1) === -1) Object.assign(pair, { dead: true, busy: true });
        if (!pair.dead) to.write(piece);
      });
      // A dead connection ends on one side only.
      from.on("close", () => {
        if (!pair.dead) to.destroy();
        if (near.destroyed && far.destroyed) this.pairs.delete(pair);
      });
      from.on("error", () => {});
    }
  }
}
