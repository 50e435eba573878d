// Compares the outbox with what a mail server received.

import { pause } from "../steps/command.mjs";
import { grouped } from "./ledger.mjs";
import { readSite } from "./tables.mjs";

/** Waits until only emails that `mayWait` are waiting, or until the time is up. Returns the site's state at the end. */
export async function drained(server, within, mayWait = () => false) {
  for (const until = Date.now() + within; ; await pause(500)) {
    const site = await readSite(server);
    if (!site.emails.some((email) => email.state === "waiting" && !mayWait(email)) || Date.now() > until) return site;
  }
}

/**
 * `mayFail` and `mayWait` say for which emails that is allowed. `mayDouble` is the allowed number of duplicates.
 * Returns the counts, and adds a sentence for each violation to `tally`.
 */
export function checkOutbox(site, received, tally, { mayFail = () => false, mayWait = () => false, mayDouble = 0 } = {}) {
  // Emails that were written before there was a mail server are kept, and are not sent to it.
  const written = site.emails.filter((email) => email.state !== "kept");
  const known = new Map(site.emails.map((email) => [email.id, email]));
  const copies = grouped(received, (email) => email.id);
  for (const email of written) {
    const what = `the email “${email.subject}” to ${email.to}`;
    const count = copies.get(email.id)?.length ?? 0;
    if (email.state === "failed" && !mayFail(email)) tally.add("lost", `${what} was given up after ${email.tries} tries: ${email.why}`);
    if (email.state === "waiting" && !mayWait(email)) tally.add("lost", `${what} still waits after ${email.tries} tries: ${email.why}`);
    if (email.state === "sent" && count === 0) tally.add("lost", `${what} is noted as sent and was not received`);
  }
  for (const email of received) {
    if (known.get(email.id)?.state === undefined || known.get(email.id).state === "kept") tally.add("phantom", `an email “${email.subject}” was received that was not written`);
  }
  const doubled = [...copies.values()].reduce((sum, all) => sum + all.length - 1, 0);
  if (doubled > mayDouble) tally.add("doubled", `${doubled} copies too many were received, where at most ${mayDouble} can't be avoided`);
  for (const [what, all] of grouped(received, (email) => `${email.to} “${email.subject}”`)) {
    if (new Set(all.map((email) => email.id)).size > 1) tally.add("doubled", `${what} came with several message ids`);
  }
  return { written: written.length, received: received.length, doubled };
}
