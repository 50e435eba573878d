// The people of an organization: the page with a thousand members on a small and a large site, the cost of commands,
// and a thousand pages with an event stream.

import { spawn } from "node:child_process";
import http from "node:http";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { createGunzip } from "node:zlib";

import pg from "pg";

import { END2END, run, TARGET } from "../steps/command.mjs";
import { startPostgres } from "../steps/postgres.mjs";
import { figure, kilobytes, median, milliseconds } from "./figures.mjs";
import { cpuMicroseconds, inTurns, residentBytes } from "./machine.mjs";
import { PROGRAM, Site, ask, folder } from "./site.mjs";

const PASSWORD = "a password for looking around";
const PAGE = "/manage/organization/observatory/people";
const ROUNDS = 7;
const LISTENERS = 1_000;
/** Pages are compressed only for navigations from nowhere or from the site itself. */
const AS_A_BROWSER = { accept: "text/html", "accept-encoding": "gzip", "sec-fetch-site": "none" };

/** The page on a small site, on one with 100,000 accounts, and on PostgreSQL. */
export async function measurePeople(browser) {
  const { url } = await startPostgres({ durable: true });
  const small = await crowd(5_000);
  const large = await crowd(100_000);
  const onPostgres = await crowd(5_000, await emptied(url));
  const figures = [];
  try {
    const [one, other, third] = [await looked(browser, small), await looked(browser, large), await looked(browser, onPostgres)];
    const beside = (name, aim) => `with 100,000 accounts behind it ${(other[name] / one[name]).toFixed(2)} times that (aim: 1.3)${aim}`;
    figures.push(
      figure("people, 1,000 members: CPU of the page", milliseconds(one.cpu), beside("cpu", "; aim: 2 ms")),
      figure("people, 1,000 members: bytes of the page", kilobytes(one.bytes), "aim: 25 KB"),
      figure("people, 1,000 members: nodes", String(one.nodes), "aim: 1,500"),
      figure("people, 1,000 members: largest paint", milliseconds(one.paint), beside("paint", "; aim: 200 ms")),
      figure("people, 1,000 members: blocked for", milliseconds(one.blocked), "aim: 50 ms"),
      figure("people, 1,000 members: all of them as JSON", milliseconds(one.json), `${kilobytes(one.jsonBytes)}; ${beside("json", "")}`),
      figure("people, 20,000 members: CPU of the page", milliseconds(other.cpuOfLargest), `${(other.cpuOfLargest / other.cpu).toFixed(2)} times the one of 1,000`),
      figure("people on PostgreSQL, 1,000 members: CPU of the page", milliseconds(third.cpu), "of the server alone"),
      figure("people on PostgreSQL, 1,000 members: largest paint", milliseconds(third.paint), `blocked for ${milliseconds(third.blocked)}`),
      figure("people on PostgreSQL, 1,000 members: all of them as JSON", milliseconds(third.json)),
      ...(await measureListeners(small)),
      await measureNeighbour(onPostgres),
    );
  } finally {
    await small.remove();
    await large.remove();
    await onPostgres.remove();
  }
  return figures;
}

/** Without a database URL it is in a folder. */
async function crowd(accounts, database) {
  const data = await folder();
  const place = ["--data", data, ...(database ? ["--database", database] : [])];
  if (database) await run(PROGRAM, ["migrate", ...place], { stdio: ["ignore", "ignore", "ignore"] });
  console.error(`A crowd of ${accounts}${database ? " on PostgreSQL" : ""} …`);
  const began = performance.now();
  await run(PROGRAM, ["demo", ...place, "--large", "--accounts", String(accounts)], { stdio: ["ignore", "ignore", "ignore"] });
  console.error(`… made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return Site.start(data, database && ["--database", database]);
}

async function looked(browser, site) {
  const cookie = await signIn(site, "dana");
  const cpu = await cpuOf(site, cookie, PAGE);
  const cpuOfLargest = await cpuOf(site, cookie, "/manage/organization/commons/people");
  const times = [];
  let jsonBytes = 0;
  for (let n = 0; n <= 15; n += 1) {
    const began = performance.now();
    jsonBytes = (await ask(site.port, `${PAGE}.json`, { headers: { cookie } })).bytes;
    if (n > 0) times.push(performance.now() - began);
  }
  return { cpu, cpuOfLargest, json: median(times), jsonBytes, ...(await seen(browser, site, cookie)) };
}

/** CPU in milliseconds, median of a few rounds. */
async function cpuOf(site, cookie, target) {
  const count = 200;
  const spent = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const before = await cpuMicroseconds(site.pid);
    await inTurns(4, count, async () => {
      const { status } = await ask(site.port, target, { headers: { cookie, ...AS_A_BROWSER } });
      if (status !== 200) throw new Error(`${target} answered ${status}`);
    });
    if (round > 0) spent.push(((await cpuMicroseconds(site.pid)) - before) / count / 1000);
  }
  return median(spent);
}

/** The page in a browser: bytes, nodes, largest contentful paint, and how long the main thread was blocked. */
async function seen(browser, site, cookie) {
  const visits = [];
  for (let visit = 0; visit <= ROUNDS; visit += 1) {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
    const [name, value] = cookie.split("=");
    await context.addCookies([{ name, value, url: site.url }]);
    const page = await context.newPage();
    const wire = await context.newCDPSession(page);
    let document;
    let bytes = 0;
    await wire.send("Network.enable");
    wire.on("Network.responseReceived", ({ requestId, type }) => (document ??= type === "Document" ? requestId : undefined));
    wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => (bytes = requestId === document ? encodedDataLength : bytes));
    await page.addInitScript(() => {
      window.blocked = 0;
      window.painted = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((task) => (window.blocked += Math.max(0, task.duration - 50)))).observe({ type: "longtask", buffered: true });
      new PerformanceObserver((list) => list.getEntries().forEach((paint) => (window.painted = paint.startTime))).observe({ type: "largest-contentful-paint", buffered: true });
    });
    await page.goto(site.url + PAGE, { waitUntil: "load" });
    await page.locator("html[data-ready]").waitFor({ state: "attached" });
    await page.waitForTimeout(500);
    const { blocked, painted, nodes } = await page.evaluate(() => ({ blocked: window.blocked, painted: window.painted, nodes: document.querySelectorAll("*").length }));
    if (visit > 0) visits.push({ bytes, blocked, paint: painted, nodes });
    await context.close();
  }
  return Object.fromEntries(["bytes", "blocked", "paint", "nodes"].map((name) => [name, median(visits.map((visit) => visit[name]))]));
}

/** Pages with a silent event stream, then one change until the last of them has received it. */
async function measureListeners(site) {
  const cookie = await signIn(site, "dana");
  // One account may have this many event streams.
  const members = await membersOf(site, cookie, Math.ceil(LISTENERS / 32));
  const cookies = [];
  for (const name of members) cookies.push(await signIn(site, name));
  const before = await residentBytes(site.pid);
  const lines = [];
  const agent = new http.Agent({ maxSockets: LISTENERS });
  await inTurns(16, LISTENERS, async () => {
    cookies.push(cookies.shift());
    lines.push(await listen(site, cookies[0], agent));
  });
  const each = ((await residentBytes(site.pid)) - before) / LISTENERS;
  const last = await lastHears(lines, site, cookie);
  lines.forEach((line) => line.end());
  agent.destroy();
  return [
    figure(`${LISTENERS} pages that listen: memory for each`, kilobytes(each)),
    figure(`${LISTENERS} pages that listen: from the answer to a form until the last has heard`, milliseconds(last), "they and the server share the machine"),
  ];
}

/** The first members by name. */
async function membersOf(site, cookie, number) {
  const answer = await fetch(`${site.url}/see/people/list?organization=observatory`, { headers: { cookie, accept: "application/json" } });
  const { people } = await answer.json();
  return people.slice(0, number).map((person) => person.username);
}

/** A page with an event stream from a second server on the same database. */
async function measureNeighbour(site) {
  const neighbour = await Site.start(site.data, site.more);
  const cookie = await signIn(site, "dana");
  try {
    const line = await listen(neighbour, cookie);
    // It subscribes to notifications at its start, which may not be finished yet.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const last = await lastHears([line], site, cookie);
    line.end();
    return figure("two servers of one PostgreSQL: from the answer to a form until a page of the other has heard", milliseconds(last));
  } finally {
    await neighbour.stop();
  }
}

/** The time between the answer to a form and the last event, in milliseconds, median of five. */
async function lastHears(lines, site, cookie) {
  const delays = [];
  for (const name of ["aiko-adler", "aiko-alves", "aiko-baran", "aiko-berg", "aiko-bianchi"]) {
    const began = performance.now();
    const heard = Promise.all(lines.map((line) => line.next()));
    const answered = invite(site, cookie, name).then(() => performance.now() - began);
    await heard;
    const last = performance.now() - began;
    delays.push(last - (await answered));
    // Further events of the same change.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return median(delays);
}

function listen(site, cookie, agent) {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: "127.0.0.1", port: site.port, path: "/live", headers: { cookie, accept: "text/event-stream" }, agent }, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`/live answered ${answer.statusCode}`));
      let heard = () => {};
      const text = answer.headers["content-encoding"] === "gzip" ? answer.pipe(createGunzip()) : answer;
      text.on("data", (piece) => String(piece).includes("data: people/") && heard());
      answer.on("error", () => {});
      resolve({ next: () => new Promise((done) => (heard = done)), end: () => request.destroy() });
    });
    request.on("error", reject);
  });
}

async function invite(site, cookie, username) {
  const fields = { organization: "observatory", username, role: "member", once: randomBytes(16).toString("hex") };
  const { status } = await send(site, "/do/people/invite", fields, { cookie });
  if (status !== 200) throw new Error(`Inviting ${username} answered ${status}`);
}

async function signIn(site, who) {
  const { status, cookies } = await send(site, "/do/accounts/sign-in", { who, password: PASSWORD });
  const cookie = cookies.map((one) => one.split(";")[0]).find((one) => /^session(-\d+)?=/.test(one));
  if (!cookie) throw new Error(`Signing in as ${who} answered ${status}`);
  return cookie;
}

function send(site, target, fields, more = {}) {
  const body = new URLSearchParams(fields).toString();
  const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body), ...more };
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port: site.port, path: target, method: "POST", headers }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve({ status: answer.statusCode, cookies: answer.headers["set-cookie"] ?? [] }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/**
 * Commands per second that are decided, stored and acknowledged, on both engines, compared with better-auth's
 * organization plugin.
 */
export async function measureCommands() {
  await run("npm", ["ci", "--no-audit", "--no-fund", "--silent"], { cwd: BETTER_AUTH });
  const { url } = await startPostgres({ durable: true });
  const figures = [];
  for (const [engine, place] of [
    ["SQLite", () => folder()],
    ["PostgreSQL", () => emptied(url)],
  ]) {
    const ours = await lines(path.join(TARGET, "release", "examples", "commands"), [await place()]);
    const theirs = await lines("node", [path.join(BETTER_AUTH, "measure.mjs"), await place()]);
    figures.push(...rates(engine, ours, theirs));
  }
  return figures;
}

const BETTER_AUTH = path.join(END2END, "bench", "better-auth");

/** An empty database of its own. */
async function emptied(url) {
  const server = new pg.Client({ connectionString: url });
  await server.connect();
  await server.query("drop database if exists guildhall_bench with (force)");
  await server.query("create database guildhall_bench");
  await server.end();
  return url.replace(/\/[^/]*$/, "/guildhall_bench");
}

function rates(engine, ours, theirs) {
  const bare = ours.find(([what]) => what === "a bare commit")[2];
  return ours.map(([what, clients, rate]) => {
    const same = theirs.find(([their, by]) => their === what && by === clients);
    const held = [same && `${(rate / same[2]).toFixed(2)} times better-auth's ${same[2].toFixed(0)}`];
    if (what === "a bare commit") held.push("one row, one transaction");
    else if (COMMANDS.includes(what)) held.push(`${(rate / bare).toFixed(2)} of the bare commits (aim: ${clients === 1 ? "half" : "2,500 a second"})`);
    return figure(`${engine}: ${what}, ${clients === 1 ? "1 client" : `${clients} clients`}, a second`, rate.toFixed(0), held.filter(Boolean).join("; "));
  });
}

const COMMANDS = ["invite", "accept", "change a role", "remove"];

/** The rates that a program prints. */
async function lines(program, args) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (piece) => (said += piece));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${[program, ...args].join(" ")} ended with ${code}`);
  return said.trim().split("\n").map((line) => line.split("\t")).map(([what, clients, rate]) => [what, Number(clients), Number(rate)]);
}
