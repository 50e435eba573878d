// PostgreSQL restarts while emails are sent, so what the mail server accepts meanwhile can't be recorded at once. The
// worker survives and remembers it. No email is sent twice, and none waits until the lease of a dead worker expires.

import { randomInt } from "node:crypto";

import { figure, milliseconds } from "../bench/figures.mjs";
import { pause } from "../steps/command.mjs";
import { withPeople } from "./emails.mjs";
import { Ledger, Tally, checkSite } from "./ledger.mjs";
import { checkOutbox, drained } from "./outbox.mjs";
import { Server } from "./server.mjs";
import { Sink } from "./sink.mjs";

const RESTARTS = 4;
const REQUESTS = 6;
/** Long enough for the worker's next poll, and shorter than a lease. */
const PATIENCE = 40_000;

export async function noting(cluster, scale) {
  if (!cluster.canFail) return { rows: [], violations: [], notRun: "PostgreSQL can be restarted on Linux alone" };
  const tally = new Tally("PostgreSQL restarted while emails flow");
  const sink = await Sink.listen({ delay: 10 });
  const server = await Server.make({ database: await cluster.database() });
  const restarts = Math.max(2, Math.round(RESTARTS * scale));
  try {
    const people = await withPeople(server, sink);
    const ledger = new Ledger();
    for (let round = 0; round < restarts; round += 1) await oneRestart(cluster, server, people, ledger);
    await ledger.settle(server);
    const began = performance.now();
    const site = await drained(server, PATIENCE);
    const took = performance.now() - began;
    checkSite({ ...site, emails: site.emails.filter((email) => email.state !== "kept") }, ledger, tally);
    const counts = checkOutbox(site, sink.received, tally);
    const says = `${counts.written} written, ${counts.received} received, ${counts.doubled} copies too many; ${tally.says}`;
    return { rows: [figure(`PostgreSQL restarted ${restarts} times while emails flow: all sent`, milliseconds(took), says)], violations: tally.violations };
  } finally {
    await server.remove();
    await sink.down();
  }
}

async function oneRestart(cluster, server, people, ledger) {
  await Promise.all(people.map(async (person) => {
    for (let n = 0; n < REQUESTS / people.length; n += 1) await ledger.file(server, person);
  }));
  await pause(randomInt(30, 300));
  await cluster.stop();
  await cluster.restart();
  await pause(1_000);
}
