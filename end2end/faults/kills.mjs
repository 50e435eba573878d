// Kills the server under load again and again, and restarts it on the same data.

import { randomInt } from "node:crypto";

import { figure, median, milliseconds } from "../bench/figures.mjs";
import { pause } from "../steps/command.mjs";
import { Ledger, Tally, checkPages, checkSite } from "./ledger.mjs";
import { makePeople } from "./people.mjs";
import { Server } from "./server.mjs";
import { readSite } from "./tables.mjs";

const CLIENTS = 6;
/** A page shows 100 of one's own requests, so no client files more in a round than can be found there. */
const MOST = 80;
/** A new site after this many rounds, so that later rounds are as fast as the first. */
const ROUNDS_A_SITE = 10;

/**
 * `engine` is a name for the figures. `database` creates a database and returns its URL, or is undefined for a folder.
 */
export async function kills(engine, rounds, database) {
  const tally = new Tally(`kill on ${engine}`);
  const sums = { trials: 0, acknowledged: 0, withdrawn: 0, unknown: 0, there: 0, restarts: [] };
  for (let done = 0; done < rounds; done += ROUNDS_A_SITE) {
    await oneSite(Math.min(ROUNDS_A_SITE, rounds - done), await database?.(), tally, sums);
  }
  const rows = [
    figure(`${engine}: killed under load`, `${sums.trials} times`, `${CLIENTS} clients; ${sums.acknowledged} requests and ${sums.withdrawn} withdrawals acknowledged; ${sums.unknown} forms had no answer and were sent again`),
    figure(`${engine}: what went wrong`, `${tally.counts.lost} lost`, tally.says),
    figure(`${engine}: ready after a kill, median`, milliseconds(median(sums.restarts)), `at most ${milliseconds(Math.max(...sums.restarts))}`),
  ];
  return { rows, violations: tally.violations };
}

async function oneSite(rounds, database, tally, sums) {
  const server = await Server.make({ database });
  try {
    await server.start();
    const { people } = await makePeople(server, CLIENTS);
    const whole = new Ledger();
    for (let round = 0; round < rounds; round += 1) {
      const ledger = new Ledger();
      await oneKill(server, people, ledger, tally, sums);
      whole.entries.push(...ledger.entries);
    }
    checkSite(await readSite(server), whole, tally);
    sums.acknowledged += whole.acknowledged.length;
    sums.withdrawn += whole.withdrawn.length;
  } finally {
    await server.remove();
  }
}

async function oneKill(server, people, ledger, tally, sums) {
  const load = { going: true };
  const clients = Promise.all(people.map((person) => act(server, person, ledger, load)));
  await pause(randomInt(0, 401));
  await server.kill();
  load.going = false;
  await clients;
  sums.trials += 1;
  sums.restarts.push(await server.start());
  sums.unknown += ledger.unknown.length + ledger.entries.filter((entry) => entry.withdrawal?.state === "unknown").length;
  // First the state after the restart, and only then the result of resending.
  await checkPages(server, ledger, tally);
  await ledger.settle(server);
  await resendOne(server, ledger, tally);
  await checkPages(server, ledger, tally);
  for (const entry of ledger.entries) {
    if (entry.state !== "acknowledged") tally.add("refused", `${entry.name} was sent again and answered ${entry.answers.at(-1)}`);
    if (entry.withdrawal && entry.withdrawal.state !== "acknowledged") tally.add("refused", `taking ${entry.name} back was sent again and answered ${entry.withdrawal.answers.at(-1)}`);
  }
}

/** Files requests until the server is gone, and withdraws every third. */
async function act(server, person, ledger, load) {
  for (let n = 1; load.going && n <= MOST; n += 1) {
    const { entry } = await ledger.file(server, person);
    if (entry.state !== "acknowledged") return;
    if (n % 3 === 0) await ledger.withdraw(server, entry);
  }
}

/** A form whose answer arrived gives the same answer when sent again. */
async function resendOne(server, ledger, tally) {
  const entry = ledger.acknowledged[0];
  if (!entry) return;
  const { answer } = await ledger.send(server, entry);
  if (answer.status !== 200) tally.add("refused", `${entry.name} had its answer, was sent again and answered ${answer.status}`);
}
