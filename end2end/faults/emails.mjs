// Emails and a faulty mail server: each kind of fault has a site of its own, and all run at the same time.

import { figure } from "../bench/figures.mjs";
import { pause } from "../steps/command.mjs";
import { Ledger, Tally, checkSite } from "./ledger.mjs";
import { makePeople, token, file } from "./people.mjs";
import { checkOutbox, drained } from "./outbox.mjs";
import { hurries } from "./program.mjs";
import { Server } from "./server.mjs";
import { Sink } from "./sink.mjs";

const REQUESTS = 5;
const POISON = "person-1@example.org";
/**
 * The first retry comes after 30 seconds, and is noticed up to 15 seconds later. A hurried worker is 30 times as fast.
 */
const SLOWEST = 100_000;
const HURRIED = 15_000;
/** The time in which emails to others must be sent while one email is refused again and again. */
const UNHELD = 8_000;

/** No faults after this many at a stage. */
function first(count, stage, fault) {
  let left = count;
  return (at) => (at === stage && left > 0 && (left -= 1) >= 0 ? fault : undefined);
}

/** The kinds of faults, each as `{ name, faultAt, … }`. */
function faultScenarios(scale, hurried) {
  const toPoison = (fault) => (at, email) => (at === "rcpt" && email.to === POISON ? fault : undefined);
  const poisoned = (email) => email.to === POISON;
  const all = [
    { name: "the mail server is down, then up", down: true },
    { name: "it drops the line in the middle of an email", faultAt: first(4, "part", { drop: true }) },
    { name: "it takes the email and drops the line", faultAt: first(4, "end", { drop: true }), mayDouble: 4 },
    { name: "it greets with 421", faultAt: first(3, "connect", { say: "421 not now" }) },
    { name: "it answers the sender with 451", faultAt: first(3, "mail", { say: "451 not now" }) },
    { name: "it answers the sender with 550, by mistake", faultAt: first(3, "mail", { say: "550 who are you" }) },
    { name: "it answers the receiver with 450", faultAt: first(3, "rcpt", { say: "450 not now" }) },
    { name: "it answers the email with 452", faultAt: first(3, "end", { say: "452 no room" }) },
    { name: "it refuses one receiver for good", faultAt: toPoison({ say: "550 nobody of that name" }), mayFail: poisoned, others: true },
    { name: "it refuses one receiver again and again", faultAt: toPoison({ say: "451 not now" }), mayWait: poisoned, others: true },
    { name: "it answers a byte at a time", interval: hurried || scale < 1 ? 20 : 1_000, within: 900_000 },
  ];
  // It blocks a worker for as long as one email may take, which is two minutes without hurry.
  if (hurried || scale === 1) all.push({ name: "it never answers about one receiver", faultAt: toPoison({ silent: true }), mayWait: poisoned, within: 400_000 });
  return all;
}

export async function emails(scale) {
  const hurried = await hurries();
  const results = await Promise.all(faultScenarios(scale, hurried).map((trouble) => brave(trouble, hurried)));
  return { rows: results.map(({ row }) => row), violations: results.flatMap(({ violations }) => violations) };
}

async function brave(trouble, hurried) {
  const tally = new Tally(`emails, ${trouble.name}`);
  const sink = await Sink.listen(trouble);
  const server = await Server.make();
  try {
    const people = await withPeople(server, sink);
    const ledger = new Ledger();
    if (trouble.down) await sink.down();
    await act(server, people, ledger);
    if (trouble.down) await pause(1_500).then(() => sink.up());
    const within = hurried ? HURRIED : (trouble.within ?? SLOWEST);
    if (trouble.others) await checkOthers(server, tally);
    const site = await drained(server, within, trouble.mayWait);
    checkSite({ ...site, emails: site.emails.filter((email) => email.state !== "kept") }, ledger, tally);
    const counts = checkOutbox(site, sink.received, tally, trouble);
    if (!trouble.down && !trouble.interval && sink.hits === 0) tally.add("half", "the trouble did not come up");
    return { row: figure(`emails: ${trouble.name}`, `${tally.counts.lost} lost`, `${counts.written} written, ${counts.received} received, ${counts.doubled} doubled; the fault was met ${sink.hits} times`), violations: tally.violations };
  } finally {
    await server.remove();
    await sink.down();
  }
}

/** People are created first, with emails that are kept, and then the mail server starts. */
export async function withPeople(server, sink, count = 2) {
  await server.start();
  const { people } = await makePeople(server, count);
  await server.stop();
  server.smtp = sink.url;
  await server.start();
  return people;
}

/** Some commands, one of them by the person with the refused address, and one that the site refuses. */
async function act(server, [person, poisoned], ledger) {
  await ledger.file(server, poisoned);
  for (let n = 0; n < REQUESTS; n += 1) await ledger.file(server, person);
  const again = { name: ledger.entries[1].name, once: token() };
  const { status } = await file(server, person, again);
  if (status !== 422) throw new Error(`The same name was asked for twice, and the answer was ${status}`);
}

/** One undeliverable email delays no other: those were sent at the first attempt. */
async function checkOthers(server, tally) {
  const site = await drained(server, UNHELD, (email) => email.to === POISON);
  for (const email of site.emails.filter((one) => one.to !== POISON && one.state !== "kept")) {
    if (email.state !== "sent" || email.tries !== 1) tally.add("lost", `“${email.subject}” to ${email.to} was held up by another's: ${email.state} after ${email.tries} tries`);
  }
}
