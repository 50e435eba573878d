// The disk is full: pages still work, forms are refused with a reason, and with free space everything works again. The
// disk is a tmpfs in a mount namespace of the server, so nothing of it outlives the server.

import { open, rm } from "node:fs/promises";
import path from "node:path";
import process from "node:process";

import { figure, median, milliseconds } from "../bench/figures.mjs";
import { ask, signalGroup, start } from "../steps/command.mjs";
import { badRefusal } from "./http.mjs";
import { Ledger, Tally, checkPages, checkSite } from "./ledger.mjs";
import { makePeople } from "./people.mjs";
import { folder } from "./program.mjs";
import { Server } from "./server.mjs";
import { readSite } from "./tables.mjs";

const SIZE = "24m";
const ROUNDS = 8;
/** The number of forms that are sent to a full disk. The first may still fit into free pages of the database. */
const FORMS = 150;

export async function disk(scale) {
  const unshare = await namespace();
  if (!unshare) return { rows: [], violations: [], notRun: "a mount namespace can't be made here (unshare --mount)" };
  const tally = new Tally("disk full");
  const sums = { acknowledged: 0, refused: 0, healed: [], pages: [], statuses: new Map() };
  const rounds = Math.max(2, Math.round(ROUNDS * scale));
  const site = await SmallSite.make(unshare);
  try {
    for (let round = 0; round < rounds; round += 1) await oneFilling(site, round, tally, sums);
    const again = await startOnFull(site, tally);
    await checkPages(site.server, site.newest, tally);
    checkSite(await readSite(site.server), site.ledger, tally);
    return { rows: [...rowsOf(rounds, sums, tally), again], violations: tally.violations };
  } finally {
    await site.remove();
  }
}

function rowsOf(rounds, sums, tally) {
  const statuses = [...sums.statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
  return [
    figure("disk full: filled", `${rounds} times`, `${sums.acknowledged} requests acknowledged, ${sums.refused} forms refused for want of room; ${tally.says}`),
    figure("disk full: answers to forms and pages", statuses, "asked for: 503 with a sentence to forms, 200 to pages"),
    figure("disk full: a page, median", milliseconds(median(sums.pages)), `at most ${milliseconds(Math.max(...sums.pages))}`),
    figure("disk full: good again after room was made, median", milliseconds(median(sums.healed)), `at most ${milliseconds(Math.max(...sums.healed))}`),
  ];
}

/** The arguments of `unshare` for a namespace on this machine, or undefined if there is none. */
async function namespace() {
  if (process.platform !== "linux") return undefined;
  const way = process.getuid() === 0 ? ["--mount"] : ["--user", "--map-root-user", "--mount"];
  const tried = await ask("unshare", [...way, "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt && echo made"]);
  return tried === "made" ? way : undefined;
}

/**
 * A server with its data folder on a small disk. Others reach the disk through the process that holds the namespace.
 */
class SmallSite {
  static async make(unshare) {
    const place = await folder();
    const site = Object.assign(new SmallSite(), { place, ledger: new Ledger(), newest: new Ledger() });
    await site.#mount(unshare);
    const enter = ["-t", String(site.holder.pid), ...unshare.filter((flag) => flag !== "--map-root-user")];
    if (unshare.includes("--user")) enter.push("--preserve-credentials");
    site.server = await Server.make({ data: place, wrap: (command) => ["nsenter", [...enter, "--", ...command]] });
    await site.server.start();
    site.people = (await makePeople(site.server, 3)).people;
    return site;
  }

  async #mount(unshare) {
    const script = `mount -t tmpfs -o size=${SIZE},mode=0700 tmpfs "$0" && echo made && exec sleep 86400`;
    this.holder = start("unshare", [...unshare, "sh", "-c", script, this.place], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve, reject) => {
      this.holder.stdout.once("data", resolve);
      this.holder.once("close", () => reject(new Error("The small disk could not be made.")));
    });
  }

  async remove() {
    await this.server.stop();
    signalGroup(this.holder, "SIGKILL");
  }

  /** The path of a file on the small disk, as seen from outside the namespace. */
  inside(name) {
    return path.join(`/proc/${this.holder.pid}/root`, this.place, name);
  }

  /** Fills the disk up to `room` free bytes. */
  async fill(room) {
    const file = await open(this.inside("filling"), "w");
    const piece = Buffer.alloc(64 * 1024, 1);
    let written = 0;
    try {
      for (let step = piece.length; step >= 4096; ) {
        try {
          written += (await file.write(piece, 0, step)).bytesWritten;
        } catch (problem) {
          if (problem.code !== "ENOSPC") throw problem;
          step /= 2;
        }
      }
      await file.truncate(Math.max(0, written - room));
    } finally {
      await file.close();
    }
  }

  empty() {
    return rm(this.inside("filling"), { force: true });
  }

  async file(person, accept) {
    const sent = await this.newest.file(this.server, person, accept);
    this.ledger.entries.push(sent.entry);
    return sent;
  }
}

/** Fills the disk while forms are sent, requests pages, frees space, and measures the time until a form is accepted. */
async function oneFilling(site, round, tally, sums) {
  site.newest = new Ledger();
  // With space for some database pages a transaction can begin but not end.
  await site.fill(round * 20_000);
  await forms(site, tally, sums);
  await pages(site, tally, sums);
  await site.empty();
  const began = performance.now();
  const { answer } = await site.file(site.people[0]);
  if (answer.status !== 200) tally.add("refused", `with room again, the next form was answered ${answer.status}: ${answer.text.slice(0, 120)}`);
  sums.healed.push(performance.now() - began);
  // A client that sends its refused forms again has each of them once.
  await site.newest.settle(site.server);
  await checkPages(site.server, site.newest, tally);
  sums.acknowledged += site.newest.acknowledged.length;
}

/** Sends forms as programs do, and every tenth as a browser does, until the disk has been full for a while. */
async function forms(site, tally, sums) {
  let refused = 0;
  for (let n = 0; n < FORMS && refused < 30; n += 1) {
    const { answer, entry } = await site.file(site.people[n % 3]);
    count(sums, answer);
    if (answer.status === 200) continue;
    refused += 1;
    judge(answer, `the form for ${entry.name}`, tally);
    if (refused % 5 === 0) await likeABrowser(site, tally, sums);
  }
  sums.refused += refused;
  if (refused === 0) tally.add("half", "the disk was not full: no form was refused");
}

async function likeABrowser(site, tally, sums) {
  const { answer } = await site.file(site.people[0], "text/html");
  count(sums, answer);
  if (answer.status !== 303) judge(answer, "a browser's form", tally);
}

/** A form that is not accepted gets 503 or 507 and a message. */
function judge(answer, what, tally) {
  if (answer.status !== 503 && answer.status !== 507) tally.add("refused", `${what} was answered ${answer.status || answer.why}: ${answer.text.slice(0, 120)}`);
  else if (badRefusal(answer)) tally.add("refused", `${what}: ${badRefusal(answer)}`);
}

async function pages(site, tally, sums) {
  for (const target of ["/search?q=an", "/sign-in", "/manage/organizations", "/manage/account", "/see/organizations/yours", "/health/live", "/health/ready"]) {
    for (const person of site.people) {
      const answer = await site.server.call(target, { cookie: person.cookie, accept: target.startsWith("/see") ? "application/json" : "text/html" });
      count(sums, answer);
      sums.pages.push(answer.ms);
      const ways = target === "/sign-in" ? [200, 303, 302] : [200];
      if (!ways.includes(answer.status)) tally.add("refused", `${target} was answered ${answer.status || answer.why} on a full disk`);
    }
  }
}

/**
 * A server that is killed on a full disk restarts, or says why it can't. With free space everything acknowledged is
 * there.
 */
async function startOnFull(site, tally) {
  site.newest = new Ledger();
  await site.file(site.people[0]);
  await site.fill(0);
  await site.server.kill();
  const started = await site.server.start({ within: 20_000 }).then(() => true, () => false);
  const said = site.server.printed.trim().split("\n").at(-1);
  if (!started && !/^guildhall: .*(database|folder|disk)/.test(said)) tally.add("refused", `a start on a full disk ended with: ${said}`);
  if (started) await site.server.stop();
  await site.empty();
  await site.server.start();
  return figure("disk full: killed and started again on it", started ? "started" : "refused", started ? "" : said);
}

function count(sums, { status }) {
  const what = status || "no answer";
  sums.statuses.set(what, (sums.statuses.get(what) ?? 0) + 1);
}
