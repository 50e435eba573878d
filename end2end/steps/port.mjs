// Finds free ports for the servers of a run.

import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ephemeral ports, because an outgoing connection could take one of those before it is used. Above 10,080,
 * which is blocked by browsers and `fetch`.
 */
const [FIRST, END] = [10_100, 32_000];

/**
 * A port that nobody listens on.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(FIRST, END);
    if (await isFree(port)) return port;
  }
  throw new Error("no port is free");
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
