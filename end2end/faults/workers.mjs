// The mail worker is killed while it sends emails: none is lost, none is invented, and each kill causes at most one
// duplicate.

import { randomInt } from "node:crypto";

import { figure, median, milliseconds } from "../bench/figures.mjs";
import { pause } from "../steps/command.mjs";
import { withPeople } from "./emails.mjs";
import { Ledger, Tally, checkSite } from "./ledger.mjs";
import { checkOutbox, drained } from "./outbox.mjs";
import { hurries } from "./program.mjs";
import { Server } from "./server.mjs";
import { Sink } from "./sink.mjs";

const CLIENTS = 3;
/** A new site after this many rounds, so that later rounds are as fast as the first. */
const ROUNDS_A_SITE = 50;
/** The mail server takes this long for an email on average, in milliseconds, so that most kills happen during one. */
const DELAY = 3;
const DRAIN = 60_000;

/** One server on a folder, killed `rounds` times. */
export async function workers(rounds) {
  const tally = new Tally("worker killed on SQLite");
  const sums = { written: 0, received: 0, doubled: 0, took: [] };
  for (let done = 0; done < rounds; done += ROUNDS_A_SITE) {
    const count = Math.min(ROUNDS_A_SITE, rounds - done);
    await withSink(async (sink) => {
      const server = await Server.make();
      try {
        const people = await withPeople(server, sink, CLIENTS);
        const ledger = new Ledger();
        for (let round = 0; round < count; round += 1) await oneKill(server, server, people, ledger);
        await close(server, sink, ledger, tally, sums, count);
      } finally {
        await server.remove();
      }
    });
  }
  return { rows: rows("worker on SQLite", rounds, sums, tally), violations: tally.violations };
}

/** Two servers on one PostgreSQL, one of which is killed `rounds` times. */
export async function workersTogether(rounds, database) {
  const tally = new Tally("one of two workers killed on PostgreSQL");
  const sums = { written: 0, received: 0, doubled: 0, took: [] };
  await withSink(async (sink) => {
    const url = await database();
    const stays = await Server.make({ database: url });
    const dies = await Server.make({ database: url, smtp: sink.url, key: `${stays.data}/key` });
    try {
      const people = await withPeople(stays, sink, CLIENTS);
      await dies.start();
      const ledger = new Ledger();
      for (let round = 0; round < rounds; round += 1) await oneKill(dies, stays, people, ledger);
      await ledger.settle(stays);
      if (!(await hurries())) await endLeases(stays, dies, url);
      await close(stays, sink, ledger, tally, sums, rounds);
    } finally {
      await dies.remove();
      await stays.remove();
    }
  });
  return { rows: rows("one of two workers on PostgreSQL", rounds, sums, tally), violations: tally.violations };
}

async function withSink(work) {
  const sink = await Sink.listen({ delay: DELAY });
  try {
    await work(sink);
  } finally {
    await sink.down();
  }
}

/** Requests are filed at both servers, or at the one, and the first is killed meanwhile and restarted. */
async function oneKill(dies, stays, people, ledger) {
  const load = { going: true };
  const clients = Promise.all(people.map((person, n) => act(n % 2 === 0 ? dies : stays, person, ledger, load)));
  await pause(randomInt(20, 300));
  await dies.kill();
  load.going = false;
  await clients;
  await dies.start();
}

async function act(server, person, ledger, load) {
  while (load.going) {
    const { entry } = await ledger.file(server, person);
    if (entry.state !== "acknowledged") return;
    await pause(randomInt(30, 90));
  }
}

/**
 * A lease lasts five minutes. If the worker can't be hurried, the clock is moved instead. Both servers stop first, so
 * every remaining lease belongs to a dead worker.
 */
async function endLeases(stays, dies, url) {
  await dies.stop();
  await stays.stop();
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("update letter set leased_until = 0 where leased_until is not null");
  await client.end();
  await stays.start();
}

async function close(server, sink, ledger, tally, sums, kills) {
  await ledger.settle(server);
  const site = await drained(server, DRAIN);
  checkSite({ ...site, emails: site.emails.filter((email) => email.state !== "kept") }, ledger, tally);
  const counts = checkOutbox(site, sink.received, tally, { mayDouble: kills });
  for (const [name, count] of Object.entries(counts)) sums[name] += count;
  sums.took.push(...sink.received.map((email) => email.took));
}

function rows(what, rounds, { written, received, doubled, took }, tally) {
  return [
    figure(`${what}: killed`, `${rounds} times`, `${written} emails written, ${received} received, ${doubled} copies too many (at most one a kill); ${tally.says}`),
    figure(`${what}: an email's words on their way, median`, milliseconds(median(took)), "killed in this time, it is sent again"),
  ];
}
