// Accounts: whether timing reveals them, what a sign-in costs besides its hash, and how many sign-ins affect other
// pages.

import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";

import { figure, median, milliseconds } from "./figures.mjs";
import { cpuMicroseconds, inTurns } from "./machine.mjs";
import { PROGRAM, ask } from "./site.mjs";

const PEOPLE = 60;
const PASSWORD = "a password of the bench";

/** Creates people with verified addresses at the command line, beside the running server. */
export async function makePeople(site) {
  const file = path.join(site.data, "bench-password");
  await writeFile(file, PASSWORD);
  const names = Array.from({ length: PEOPLE }, (_, n) => `person-${n}`);
  for (const name of names) {
    const child = spawn(PROGRAM, ["admin", "create", "--username", name, "--email", `${name}@example.org`, "--password-file", file, "--data", site.data], { stdio: "ignore" });
    const code = await new Promise((resolve) => child.once("exit", resolve));
    if (code !== 0) throw new Error(`${name} could not be made`);
  }
  return names;
}

/**
 * How well response time tells an account from none: the area under the ROC curve, where 0.5 means not at all. Each try
 * has its own client address, so that no limit applies. The two kinds are shuffled, because a fixed order would be
 * distinguishable by itself.
 */
export async function measureSeparation(site, names) {
  const strangers = names.map((name) => `nobody-${name}`);
  const wrong = (who) => post(site, "/do/accounts/sign-in", { who, password: "not the password of anybody" }, [422]);
  const forgot = (who) => post(site, "/do/accounts/ask-for-reset", { who, once: token() }, [200]);
  const join = (who) => {
    const username = `new-${token().slice(0, 12)}`;
    return post(site, "/do/accounts/create", { username, email: `${who}@example.org`, password: PASSWORD, once: token() }, [200]);
  };
  const rows = [];
  for (const [what, act, rounds, clients] of [
    ["a wrong password", wrong, 20, 1],
    ["making an account with an address that is held", join, 4, 1],
    ["a forgotten password", forgot, 5, 6],
  ]) {
    const [known, unknown] = [[], []];
    const turns = shuffled(Array.from({ length: rounds }, () => names.flatMap((name, n) => [[name, known], [strangers[n], unknown]])).flat());
    await inTurns(clients, turns.length, async () => {
      const [who, times] = turns.pop();
      const began = performance.now();
      await act(who);
      times.push(performance.now() - began);
    });
    rows.push(figure(`separation by time, ${what}`, separation(known, unknown).toFixed(3), `of ${known.length} each; aim: at most 0.55; medians ${milliseconds(median(known))} and ${milliseconds(median(unknown))}`));
  }
  return rows;
}

/** CPU of a sign-in compared with its hash alone, and the effect of many sign-ins on other pages. */
export async function measureSignIn(site, names) {
  const signIn = (who) => post(site, "/do/accounts/sign-in", { who, password: PASSWORD }, [200]);
  const count = 120;
  const before = await cpuMicroseconds(site.pid);
  for (let n = 0; n < count; n += 1) await signIn(names[n % names.length]);
  const each = ((await cpuMicroseconds(site.pid)) - before) / count / 1000;
  const rows = [figure("CPU of a sign-in", milliseconds(each), await besideTheHash(each))];

  const page = async () => {
    const began = performance.now();
    await ask(site.port, "/sign-in", { headers: { accept: "text/html" } });
    return performance.now() - began;
  };
  const quiet = await times(400, page);
  let going = true;
  const flood = Promise.all(Array.from({ length: 8 }, async (_, n) => {
    while (going) await signIn(names[n]);
  }));
  const busy = await times(400, page);
  going = false;
  await flood;
  const [idle, crowded] = [percentile(quiet, 0.99), percentile(busy, 0.99)];
  rows.push(figure("a page while 8 clients sign in without a pause, p99", milliseconds(crowded), `${(crowded / idle).toFixed(2)} times ${milliseconds(idle)} when nobody does; aim: 2`));
  return rows;
}

async function besideTheHash(each) {
  const child = spawn(path.join(path.dirname(PROGRAM), "examples", "bare_hash"), { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (piece) => (said += piece));
  await new Promise((resolve) => child.once("close", resolve));
  const bare = Number(said);
  return `its hash alone: ${milliseconds(bare)}, so ${milliseconds(each - bare)} more; aim: 1 ms`;
}

async function times(count, work) {
  const all = [];
  for (let n = 0; n < count; n += 1) all.push(await work());
  return all;
}

function percentile(numbers, part) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** The probability that one of the first takes longer than one of the second, or the reverse if that is more likely. */
function separation(first, second) {
  const all = [...first.map((time) => [time, true]), ...second.map((time) => [time, false])].sort((one, other) => one[0] - other[0]);
  const ranks = all.reduce((sum, [, known], index) => sum + (known ? index + 1 : 0), 0);
  const area = (ranks - (first.length * (first.length + 1)) / 2) / (first.length * second.length);
  return Math.max(area, 1 - area);
}

function shuffled(list) {
  return list.map((one) => [randomBytes(4).readUInt32LE(), one]).sort(([one], [other]) => one - other).map(([, one]) => one);
}

const token = () => randomBytes(16).toString("hex");

async function post(site, target, fields, expected) {
  const body = new URLSearchParams(fields).toString();
  const [a, b, c] = randomBytes(3);
  const headers = {
    accept: "application/json",
    "content-type": "application/x-www-form-urlencoded",
    "content-length": Buffer.byteLength(body),
    "x-forwarded-for": `10.${a}.${b}.${c}`,
  };
  const { status } = await ask(site.port, target, { method: "POST", headers, body });
  if (!expected.includes(status)) throw new Error(`${target} answered ${status}`);
}
