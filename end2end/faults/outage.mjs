// PostgreSQL is restarted, frozen, stopped and disconnected: pages report it in time, nothing piles up, and the site
// recovers by itself.

import { figure, median, megabytes, milliseconds } from "../bench/figures.mjs";
import { pause } from "../steps/command.mjs";
import { badRefusal } from "./http.mjs";
import { Ledger, Tally, checkPages, checkSite } from "./ledger.mjs";
import { makePeople } from "./people.mjs";
import { Server } from "./server.mjs";
import { readSite } from "./tables.mjs";
import { Wire } from "./wire.mjs";

/** An answer takes at most as long as the program promises (15 seconds), plus a margin. */
const BOUND = 16_000;
const LIVE = 1_000;
const HEALED = 10_000;
/** The memory and file descriptors that waiting requests may use. */
const MEMORY = 150e6;
const LINES = 1_100;
/** Requests a second: pages with a session, pages without one, and forms. */
const PAGES = 15;
const STRANGERS = 10;
const FORMS = 4;
const PUBLIC = ["/", "/see/organizations/search?query=an", "/sign-in", "/search?query=an"];
/** The administrator and the applicants. Each files fewer requests than a page shows. */
const PEOPLE = 4;

/** The database itself is down. */
export async function outage(cluster, scale) {
  if (!cluster.canFail) return { rows: [], violations: [], notRun: "PostgreSQL can be stopped and frozen on Linux alone" };
  return outages(cluster, [
    { name: "restarted", fail: () => cluster.stop(), mend: () => cluster.restart(), lasts: 0 },
    { name: "stopped", fail: () => cluster.stop(), mend: () => cluster.restart(), lasts: 20_000 * scale },
    { name: "frozen", fail: () => cluster.freeze(), mend: () => cluster.thaw(), lasts: Math.max(9_000, 20_000 * scale) },
  ]);
}

/** The database is up, but the connection to it is broken. */
export function cutOff(cluster) {
  return outages(cluster, [
    { name: "cut off: its lines are dead, new ones work", fail: (wire) => wire.forget(), mend: () => {}, lasts: 0 },
    { name: "cut off in the middle of forms", fail: (wire, watch) => underForms(wire, watch), mend: () => {}, lasts: 0 },
  ]);
}

async function outages(cluster, kinds) {
  const rows = [];
  const violations = [];
  for (const kind of kinds) {
    const result = await oneOutage(cluster, kind);
    rows.push(...result.rows);
    violations.push(...result.violations);
  }
  return { rows, violations };
}

async function oneOutage(cluster, kind) {
  const tally = new Tally(`PostgreSQL ${kind.name}`);
  const wire = await Wire.between(new URL(cluster.url).port);
  const database = wire.address(await cluster.database());
  const server = await Server.make({ database });
  try {
    await server.start();
    const { people } = await makePeople(server, PEOPLE);
    const watch = new Watch(server, people);
    watch.begin();
    await pause(1_000);
    const before = await watch.costs();
    const failed = performance.now();
    await kind.fail(wire, watch);
    await pause(kind.lasts);
    await kind.mend();
    const mended = performance.now();
    await watch.untilGood(mended, 2 * HEALED);
    await pause(500);
    await watch.end();
    judge(watch, before, mended, tally);
    await checkLines(wire, mended, tally);
    // A server that does not recover is restarted, so that its data can be checked.
    if (firstGood(watch.forms, mended) === undefined) await server.kill().then(() => server.start());
    await watch.ledger.settle(server);
    await checkPages(server, watch.ledger, tally);
    checkSite(await readSite(server), watch.ledger, tally);
    return { rows: rowsOf(kind, watch, before, failed, mended, tally), violations: tally.violations };
  } finally {
    await server.remove();
    await wire.close();
  }
}

/**
 * Sends as many forms as there are database connections, which all die during these forms. None may be held for ever.
 */
async function underForms(wire, watch) {
  await watch.burst(48);
  wire.forgetBusy();
  await watch.burst(16);
}

/** Requests pages, files requests and samples the server's resource use, at a constant rate whatever the answers. */
class Watch {
  constructor(server, people) {
    Object.assign(this, { server, people, pages: [], visits: [], forms: [], lives: [], ledger: new Ledger(), flying: new Set(), most: { memory: 0, lines: 0, flying: 0 }, filed: 0, visited: 0 });
  }

  begin() {
    const every = (rate, work) => setInterval(() => this.#fly(work()), 1000 / rate);
    const person = () => this.people[this.filed % this.people.length];
    this.timers = [
      every(PAGES, () => this.#note(this.pages, this.server.call("/manage/organizations", { cookie: this.people[0].cookie, accept: "text/html" }))),
      every(STRANGERS, () => this.#visit()),
      every(FORMS, () => this.#file(person())),
      every(5, () => this.#note(this.lives, this.server.call("/health/live"))),
      every(5, () => this.costs()),
    ];
  }

  #fly(work) {
    this.flying.add(work);
    this.most.flying = Math.max(this.most.flying, this.flying.size);
    work.finally(() => this.flying.delete(work));
  }

  async #note(list, asked, target = "") {
    list.push({ target, ...(await asked) });
  }

  async #visit() {
    const target = PUBLIC[(this.visited += 1) % PUBLIC.length];
    const accept = target.startsWith("/see") ? "application/json" : "text/html";
    await this.#note(this.visits, this.server.call(target, { accept }), target);
  }

  async #file(person) {
    this.filed += 1;
    const { answer } = await this.ledger.file(this.server, person);
    this.forms.push(answer);
  }

  async burst(count) {
    await Promise.all(Array.from({ length: count }, (_, n) => this.#file(this.people[n % this.people.length])));
  }

  async costs() {
    const [memory, lines] = await Promise.all([this.server.memory(), this.server.open()]);
    this.most = { ...this.most, memory: Math.max(this.most.memory, memory), lines: Math.max(this.most.lines, lines) };
    return { memory, lines };
  }

  /** Waits until a page and a form that were sent after `since` have succeeded. */
  async untilGood(since, within) {
    const good = (list) => list.some((answer) => answer.began > since && answer.status === 200);
    while (performance.now() < since + within && !(good(this.pages) && good(this.forms))) await pause(20);
  }

  get answers() {
    return [...this.pages, ...this.visits, ...this.forms];
  }

  async end() {
    this.timers.forEach(clearInterval);
    await Promise.all(this.flying);
  }
}

/** The time until the first success of a request sent after `since`, in milliseconds, or undefined. */
function firstGood(list, since) {
  const good = list.filter((answer) => answer.began > since && answer.status === 200).map((answer) => answer.began + answer.ms - since);
  return good.length > 0 ? Math.min(...good) : undefined;
}

function judge(watch, before, mended, tally) {
  for (const answer of watch.answers) {
    const what = answer.target ? `an answer to a stranger at ${answer.target}` : "an answer";
    if (answer.ms > BOUND) tally.add("half", `${what} took longer than ${BOUND} ms`);
    if (![200, 503].includes(answer.status)) tally.add("refused", `${what} was ${answer.status || answer.why}: ${answer.text.slice(0, 100)}`);
    else if (answer.status === 503 && badRefusal(answer)) tally.add("refused", `${what}: ${badRefusal(answer)}`);
  }
  for (const answer of watch.lives) {
    if (answer.status !== 200 || answer.ms > LIVE) tally.add("refused", `/health/live answered ${answer.status || answer.why} after ${answer.ms.toFixed(0)} ms`);
  }
  for (const [what, list] of [["page", watch.pages], ["form", watch.forms]]) {
    const healed = firstGood(list, mended);
    if (healed === undefined || healed > HEALED) tally.add("half", `the first good ${what} came ${healed === undefined ? "never" : `only after ${milliseconds(healed)}`}`);
  }
  if (watch.most.memory - before.memory > MEMORY) tally.add("half", `memory grew from ${megabytes(before.memory)} to ${megabytes(watch.most.memory)}`);
  if (watch.most.lines > LINES) tally.add("half", `there were ${watch.most.lines} open lines`);
}

/** A dead connection is dropped in about the time limit of an answer, because the pool is small. */
async function checkLines(wire, mended, tally) {
  while (wire.held > 0 && performance.now() < mended + BOUND) await pause(100);
  if (wire.held > 0) tally.add("half", `${wire.held} dead lines to the database are held ${milliseconds(performance.now() - mended)} after all were answered`);
}

function rowsOf(kind, watch, before, failed, mended, tally) {
  const during = watch.answers.filter((answer) => answer.began >= failed);
  const refused = during.filter((answer) => answer.status !== 200).map((answer) => answer.ms);
  const name = `PostgreSQL ${kind.name}`;
  const healed = (list) => (firstGood(list, mended) === undefined ? "never" : milliseconds(firstGood(list, mended)));
  const waits = refused.length > 0 ? `${milliseconds(median(refused))}, at most ${milliseconds(Math.max(...refused))}` : "none";
  return [
    figure(`${name}: refused answers, median time`, waits, `${refused.length} of ${during.length}; bound: ${BOUND} ms`),
    figure(`${name}: first good page afterwards`, healed(watch.pages), `form: ${healed(watch.forms)}`),
    figure(`${name}: memory`, `${megabytes(before.memory)} to ${megabytes(watch.most.memory)}`, `at most ${watch.most.flying} requests in flight, ${watch.most.lines} open files and lines; ${tally.says}`),
  ];
}
