// A record of what clients sent and what they were answered, for comparison with the site.

import { file, ownRequests, previewWithdraw, token, withdraw } from "./people.mjs";

let names = 0;

export class Ledger {
  constructor() {
    this.entries = [];
  }

  /** Files a request under a new name, and records the answer. */
  async file(server, person, accept) {
    const entry = { person, accept, name: `f${(names += 1)}-${token().slice(0, 8)}`, once: token(), state: "unknown", answers: [] };
    this.entries.push(entry);
    return this.send(server, entry);
  }

  /** Sends an entry's form, for the first time or again. With the same idempotency key it is the same form. */
  async send(server, entry) {
    const answer = await file(server, entry.person, entry);
    note(entry, answer);
    return { entry, answer };
  }

  /** Withdraws a filed request, if its preview can be read. */
  async withdraw(server, entry) {
    const own = await ownRequests(server, entry.person);
    const request = own?.find((one) => one.name === entry.name)?.id;
    const agreed = request && (await previewWithdraw(server, entry.person, request));
    if (!agreed) return;
    entry.withdrawal = { person: entry.person, request, agreed, once: token(), state: "unknown", answers: [] };
    await this.sendWithdrawal(server, entry);
  }

  async sendWithdrawal(server, { person, withdrawal }) {
    note(withdrawal, await withdraw(server, person, withdrawal));
  }

  /** Resends everything that had no clear answer. */
  async settle(server) {
    for (const entry of this.entries) {
      if (entry.state === "unknown") await this.send(server, entry);
      if (entry.withdrawal?.state === "unknown") await this.sendWithdrawal(server, entry);
    }
  }

  get acknowledged() {
    return this.entries.filter((entry) => entry.state === "acknowledged");
  }

  get unknown() {
    return this.entries.filter((entry) => entry.state === "unknown");
  }

  get withdrawn() {
    return this.entries.filter((entry) => entry.withdrawal?.state === "acknowledged");
  }
}

/**
 * 200 is an acknowledgement, and so is 303 to a browser. No answer or 503 is inconclusive. Anything else says that
 * nothing happened.
 */
function note(form, { status }) {
  form.answers.push(status);
  form.state = status === 200 || status === 303 ? "acknowledged" : status === 0 || status === 503 || status === 507 ? "unknown" : "refused";
}

/** A tally of violations, with one sentence and a count for each kind. */
export class Tally {
  #kinds = new Map();

  constructor(where) {
    Object.assign(this, { where, counts: { lost: 0, doubled: 0, half: 0, phantom: 0, refused: 0 } });
  }

  /** Sentences that differ only in names and numbers are of one kind. */
  add(kind, sentence) {
    this.counts[kind] += 1;
    const shape = sentence.replace(/f\d+-[0-9a-f]{8}|\d+/g, "…");
    const known = this.#kinds.get(shape);
    if (known) known.count += 1;
    else this.#kinds.set(shape, { kind, sentence, count: 1 });
  }

  get violations() {
    return [...this.#kinds.values()].map(({ kind, sentence, count }) => `${this.where}: ${kind}: ${sentence}${count > 1 ? ` (and ${count - 1} more like it)` : ""}`);
  }

  get says() {
    return Object.entries(this.counts).map(([kind, count]) => `${count} ${kind}`).join(", ");
  }
}

/** Compares the pages right after a fault with the ledger: what was acknowledged is there, once. */
export async function checkPages(server, ledger, tally) {
  for (const person of new Set(ledger.entries.map((entry) => entry.person))) {
    const own = await ownRequests(server, person);
    if (!own) {
      tally.add("lost", `${person.username} could not read their own requests`);
      continue;
    }
    for (const entry of ledger.entries.filter((one) => one.person === person)) {
      const found = own.filter((one) => one.name === entry.name);
      if (found.length > 1) tally.add("doubled", `${entry.name} is there ${found.length} times`);
      if (found.length === 0 && entry.state === "acknowledged") tally.add("lost", `${entry.name} was acknowledged and is not there`);
      if (entry.withdrawal?.state === "acknowledged" && found[0]?.state !== "Withdrawn") tally.add("lost", `${entry.name} was taken back, and is ${found[0]?.state}`);
    }
  }
}

/**
 * Compares the database with the ledger: each request exists once with its audit event and its two emails, or not at
 * all.
 */
export function checkSite(site, ledger, tally) {
  const requests = grouped(site.requests, (row) => row.name);
  const filed = grouped(site.events.filter((row) => row.kind === "request_filed"), (row) => row.name);
  const withdrawn = grouped(site.events.filter((row) => row.kind === "request_withdrawn"), (row) => row.request);
  const emails = grouped(site.emails, (row) => nameIn(row.subject));
  const known = new Set(ledger.entries.map((entry) => entry.name));
  for (const entry of ledger.entries) {
    const rows = requests.get(entry.name) ?? [];
    const counts = { requests: rows.length, lines: filed.get(entry.name)?.length ?? 0, emails: emails.get(entry.name)?.length ?? 0 };
    checkOne(entry, counts, tally);
    const taken = rows[0] ? (withdrawn.get(rows[0].id)?.length ?? 0) : 0;
    if (taken > 1) tally.add("doubled", `${entry.name} was taken back ${taken} times`);
    if (rows[0] && (rows[0].state === "withdrawn") !== (taken === 1)) tally.add("half", `${entry.name} is ${rows[0].state}, with ${taken} lines that it was taken back`);
    if (entry.withdrawal?.state === "acknowledged" && rows[0]?.state !== "withdrawn") tally.add("lost", `${entry.name} was taken back, and is ${rows[0]?.state}`);
  }
  for (const name of [...requests.keys(), ...emails.keys()]) {
    if (name && !known.has(name)) tally.add("phantom", `${name} is there, and nobody asked for it`);
  }
  for (const outcome of site.forms) if (outcome === "") tally.add("half", "a form was claimed, and has no outcome");
}

function checkOne(entry, { requests, lines, emails }, tally) {
  const what = `${entry.name} (answers: ${entry.answers.join(", ")}) has ${requests} requests, ${lines} lines of history, ${emails} emails`;
  if (entry.state === "acknowledged" && requests === 0) tally.add("lost", what);
  if (entry.state === "refused" && requests > 0) tally.add("phantom", `${what}, and was refused`);
  if (requests > 1 || lines > 1 || emails > 2) tally.add("doubled", what);
  else if (lines !== requests || emails !== 2 * requests) tally.add("half", what);
}

/** The organization's name in the subject of an email about a request. */
export function nameIn(subject) {
  return subject.match(/^(?:Your request for|New request:) (\S+)/)?.[1];
}

export function grouped(rows, key) {
  const groups = new Map();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}
