// The server's resource use: start time, memory, CPU per request, durable commits.

import { open, readFile, rm, stat } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import path from "node:path";

import { pause } from "../steps/command.mjs";
import { figure, median, megabytes, microseconds, milliseconds } from "./figures.mjs";
import { PROGRAM, Site, ask, folder } from "./site.mjs";

const ROUNDS = 7;

/** Start time on an empty folder (with all migrations) and on an existing one, idle memory, and the program's size. */
export async function measureStart() {
  const [first, later, memory] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const fresh = await Site.start();
    first.push(fresh.ready);
    await fresh.stop();
    const again = await Site.start(fresh.data);
    later.push(again.ready);
    await pause(1_000);
    memory.push(await residentBytes(again.pid));
    await again.remove();
  }
  return [
    figure(`ready, first start, median of ${ROUNDS}`, milliseconds(median(first)), "aim: 200 ms"),
    figure(`ready, later start, median of ${ROUNDS}`, milliseconds(median(later)), "aim: 200 ms"),
    figure("memory, idle", megabytes(median(memory)), "aim: 40 MB"),
    figure("the program", megabytes((await stat(PROGRAM)).size), "aim: 30 MB"),
  ];
}

/** Server CPU per request, for a page with a session and for the session check alone. */
export async function measureCpu(site, { cookie }) {
  const kinds = [
    { name: "bare", target: "/health/live", headers: {}, count: 8_000 },
    { name: "viewer", target: "/see/accounts/viewer", headers: { cookie }, count: 8_000 },
    { name: "nobody", target: "/see/accounts/viewer", headers: {}, count: 8_000 },
    { name: "page", target: "/manage/organizations", headers: { cookie, accept: "text/html" }, count: 800 },
    { name: "stranger", target: "/sign-in", headers: { accept: "text/html" }, count: 800 },
  ];
  const spent = new Map(kinds.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, target, headers, count } of kinds) {
      const before = await cpuMicroseconds(site.pid);
      await inTurns(4, count, async () => {
        const { status } = await ask(site.port, target, { headers });
        if (status !== 200) throw new Error(`${target} answered ${status}`);
      });
      const each = ((await cpuMicroseconds(site.pid)) - before) / count;
      if (round > 0) spent.get(name).push(each);
    }
  }
  const of = (name) => median(spent.get(name));
  const check = of("viewer") - of("bare");
  return [
    figure("CPU of a page with a session", milliseconds(of("page") / 1000), `${(of("page") / of("stranger")).toFixed(2)} times Sign in without one`),
    figure("CPU of a bare answer (/health/live)", microseconds(of("bare"))),
    figure("CPU of “who am I”, signed in", microseconds(of("viewer")), `${(of("viewer") / of("bare")).toFixed(2)} times the bare answer`),
    figure("CPU of “who am I”, without a cookie", microseconds(of("nobody"))),
    figure("CPU of the session check (signed in, less without a cookie)", microseconds(of("viewer") - of("nobody")), "aim: 40 µs"),
    figure("CPU of the session check and its answer (less the bare one)", microseconds(check)),
  ];
}

/** Requests for organizations by HTTP, each a durable commit, compared with raw appends with fdatasync, alternating. */
export async function measureCommits(site, { cookie, form }) {
  const rounds = 5;
  const count = 200;
  const [raw, one, sixteen] = [[], [], []];
  const file = async () => {
    const body = new URLSearchParams(form.fields.map(([name, value]) => [name, changed(name, value)])).toString();
    const headers = { cookie, accept: "text/html", "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body) };
    const { status } = await ask(site.port, form.action, { method: "POST", headers, body });
    if (status !== 303) throw new Error(`${form.action} answered ${status}`);
  };
  for (let round = 0; round <= rounds; round += 1) {
    const times = [await rawAppends(count), await rate(1, count, file), await rate(16, count, file)];
    if (round > 0) [raw, one, sixteen].forEach((list, index) => list.push(times[index]));
  }
  const base = median(raw);
  const held = (value) => `${(value / base).toFixed(2)} of the raw appends`;
  return [
    figure("raw 4 KB appends with fdatasync, a second", median(raw).toFixed(0), "the same disk, the same run"),
    figure("commits a second, 1 client", median(one).toFixed(0), held(median(one))),
    figure("commits a second, 16 clients", median(sixteen).toFixed(0), held(median(sixteen))),
  ];
}

/** Each request has another name and another idempotency key. */
function changed(name, value) {
  if (name === "once") return randomBytes(16).toString("hex");
  return value === "the-name" ? `bench-${randomBytes(8).toString("hex")}` : value;
}

async function rawAppends(count) {
  const home = await folder();
  const file = await open(path.join(home, "raw"), "a");
  const page = randomBytes(4096);
  try {
    return await rate(1, count, async () => {
      await file.write(page);
      await file.datasync();
    });
  } finally {
    await file.close();
    await rm(home, { recursive: true, force: true });
  }
}

async function rate(clients, count, work) {
  const began = performance.now();
  await inTurns(clients, count, work);
  return (count * 1000) / (performance.now() - began);
}

/** Runs `count` pieces of work, `clients` at a time. */
export async function inTurns(clients, count, work) {
  let left = count;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left > 0) {
        left -= 1;
        await work();
      }
    }),
  );
}

export async function residentBytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1]) * 1024;
}

/**
 * CPU time of all threads, including finished ones. It has a resolution of 10 ms, so each round makes thousands of
 * requests.
 */
export async function cpuMicroseconds(pid) {
  const line = await readFile(`/proc/${pid}/stat`, "utf8");
  // The second field, the name, may contain spaces, so counting starts after its bracket.
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
