// Compares the outbox with what a mail server received.

import { pause } from "../steps/command.mjs";
import { grouped } from "./ledger.mjs";
import { readSite } from "./tables.mjs";

/** Waits until only emails that `mayWait` are waiting, or until the time is up. Returns the site's state at the end. */
export async function drained(server, within, mayWait = () => false) {
  for (const until = Date.now() + within; ; await pause(500)) {
    const site = await readSite(server);
    if (!site.letters.some((letter) => letter.state === "waiting" && !mayWait(letter)) || Date.now() > until) return site;
  }
}

/**
 * `mayFail` and `mayWait` say for which emails that is allowed. `mayDouble` is the allowed number of duplicates.
 * Returns the counts, and adds a sentence for each violation to `tally`.
 */
export function checkOutbox(site, received, tally, { mayFail = () => false, mayWait = () => false, mayDouble = 0 } = {}) {
  // Emails that were written before there was a mail server are kept, and are not sent to it.
  const written = site.letters.filter((letter) => letter.state !== "kept");
  const known = new Map(site.letters.map((letter) => [letter.id, letter]));
  const copies = grouped(received, (letter) => letter.id);
  for (const letter of written) {
    const what = `the letter “${letter.subject}” to ${letter.to}`;
    const count = copies.get(letter.id)?.length ?? 0;
    if (letter.state === "failed" && !mayFail(letter)) tally.add("lost", `${what} was given up after ${letter.tries} tries: ${letter.why}`);
    if (letter.state === "waiting" && !mayWait(letter)) tally.add("lost", `${what} still waits after ${letter.tries} tries: ${letter.why}`);
    if (letter.state === "sent" && count === 0) tally.add("lost", `${what} is noted as sent and was not received`);
  }
  for (const letter of received) {
    if (known.get(letter.id)?.state === undefined || known.get(letter.id).state === "kept") tally.add("phantom", `a letter “${letter.subject}” was received that was not written`);
  }
  const doubled = [...copies.values()].reduce((sum, all) => sum + all.length - 1, 0);
  if (doubled > mayDouble) tally.add("doubled", `${doubled} copies too many were received, where at most ${mayDouble} can't be avoided`);
  for (const [what, all] of grouped(received, (letter) => `${letter.to} “${letter.subject}”`)) {
    if (new Set(all.map((letter) => letter.id)).size > 1) tally.add("doubled", `${what} came with several message ids`);
  }
  return { written: written.length, received: received.length, doubled };
}
