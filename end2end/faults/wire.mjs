// A line between the server and PostgreSQL that can die without a word, as where a machine or a firewall between them
// forgets it: nothing arrives any more, and neither side is told.

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

  /** A database's address by way of this line. */
  address(url) {
    const by = new URL(url);
    by.port = String(this.port);
    return by.href;
  }

  /** All lines that there are now are dead; those that come are not. */
  forget() {
    for (const pair of this.pairs) pair.dead = true;
  }

  /** The lines that there are die in the middle of what is said on them: after a few more messages to the database. */
  forgetBusy() {
    for (const pair of this.pairs) pair.left = randomInt(4, 10);
  }

  /** How many lines the server still waits on that died when it had said something on them. */
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
      // A dead line ends on one side alone.
      from.on("close", () => {
        if (!pair.dead) to.destroy();
        if (near.destroyed && far.destroyed) this.pairs.delete(pair);
      });
      from.on("error", () => {});
    }
  }
}
