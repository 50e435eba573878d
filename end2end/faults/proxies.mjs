// Reverse proxies in front of the site, with the configurations from the server's README. Only addresses and
// certificates are replaced.

import { readFile, writeFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import process from "node:process";

import { figure, median, milliseconds } from "../bench/figures.mjs";
import { ROOT, atTheEnd, ended, pause, start } from "../steps/command.mjs";
import { freePort } from "../steps/port.mjs";
import { openFolder, program } from "./debian.mjs";
import { call, lines } from "./http.mjs";
import { Ledger, Tally, checkPages, checkSite } from "./ledger.mjs";
import { makePeople } from "./people.mjs";
import { mayStart } from "./program.mjs";
import { Server } from "./server.mjs";
import { readSite } from "./tables.mjs";

const PEOPLE = 4;
const EACH = 40;
/** Longer than the first event takes, unless a proxy buffers it. */
const AT_ONCE = 3_000;
/** Longer than connections used to be kept, and than many proxies allow a silent one. */
const SILENT = 30_000;
/** The address that a client claims for itself, and its real one. */
const CLAIMED = "203.0.113.9";
const TRUE = "127.0.0.5";

export function nginx(scale) {
  return behind("nginx", "nginx", scale, async (home, block, port, to) => {
    const site = block
      .replace(/listen 443 ssl;/, `listen 127.0.0.1:${port};`)
      .replace(/^.*ssl_certificate.*\n/gm, "")
      .replace("127.0.0.1:3000", `127.0.0.1:${to}`);
    const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${home}/${name};`);
    const settings = path.join(home, "nginx.conf");
    await writeFile(settings, `daemon off; pid ${home}/pid; error_log ${home}/errors error;\nevents {}\nhttp { access_log off; ${folders.join(" ")}\n${site}\n}\n`);
    return { args: ["-c", settings, "-p", home, "-e", path.join(home, "errors")], errors: path.join(home, "errors") };
  });
}

export function caddy(scale) {
  return behind("caddy", "caddyfile", scale, async (home, block, port, to) => {
    const site = block.replace("guild.example.org", `http://127.0.0.1:${port}`).replace("127.0.0.1:3000", `127.0.0.1:${to}`);
    const settings = path.join(home, "Caddyfile");
    await writeFile(settings, `{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n}\n${site}`);
    return { args: ["run", "--adapter", "caddyfile", "--config", settings] };
  });
}

async function behind(name, language, scale, configure) {
  const at = await program(name);
  if (!at) return { rows: [], violations: [], notRun: `${name} is not here and can't be installed (root on Debian can)` };
  const block = (await readFile(path.join(ROOT, "server", "README.md"), "utf8")).match(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``))?.[1];
  if (!block) throw new Error(`server/README.md has no configuration for ${name}.`);
  const tally = new Tally(`behind ${name}`);
  const port = await freePort();
  const server = await Server.make();
  server.url = `http://127.0.0.1:${port}`;
  const agent = lines();
  try {
    await server.start();
    const home = await openFolder(name);
    const errors = await run(at, name, home, port, await configure(home, block, port, server.port));
    const site = { call: (target, options = {}) => call(port, target, { agent, ...options }), command: (...args) => server.command(...args) };
    const { people } = await makePeople(site, PEOPLE);
    await checkAddresses(site, server.url, people[0], port, tally);
    await checkNews(port, people[0], tally);
    const ledger = new Ledger();
    const times = await fileMany(site, people, ledger, tally);
    if (scale >= 1) {
      await pause(SILENT);
      times.push(...(await fileMany(site, people, ledger, tally, 1)));
    }
    await checkPages(site, ledger, tally);
    checkSite(await readSite(server), ledger, tally);
    const said = errors ? (await readFile(errors, "utf8")).trim() : "";
    if (said) tally.add("half", `it wrote to its log: ${said.split("\n")[0]}`);
    return { rows: [figure(`behind ${name}: a form, median`, milliseconds(median(times)), `${ledger.acknowledged.length} of ${ledger.entries.length} acknowledged; ${tally.says}`)], violations: tally.violations };
  } finally {
    agent.destroy();
    await server.remove();
  }
}

/** Starts a proxy, waits until it accepts connections, and returns the path of its error log. */
async function run(at, name, home, port, { args, errors }) {
  await mayStart();
  const child = start(at, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home } });
  let said = "";
  child.stderr.on("data", (piece) => (said = (said + piece).slice(-2_000)));
  atTheEnd(async () => {
    child.kill("SIGTERM");
    await Promise.race([ended(child), pause(5_000)]);
  });
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    if ((await call(port, "/health/live", { patience: 2_000 })).status === 200) return errors;
    await pause(50);
  }
  throw new Error(`${name} did not start: ${said}`);
}

/** Redirects lead to the reader's URL, and the site takes the client address from the proxy, not from the client. */
async function checkAddresses(site, url, { username }, port, tally) {
  const away = await site.call("/manage/organizations", { accept: "text/html" });
  const to = away.headers.location ?? "";
  if (![302, 303].includes(away.status) || !(to.startsWith("/") || to.startsWith(`${url}/`))) tally.add("refused", `a visitor was led to “${to}” (${away.status})`);
  const cookie = await signInFrom(TRUE, port, username);
  const { status, text } = await site.call("/see/accounts/settings", { cookie });
  if (status !== 200 || !text.includes(`"${TRUE}"`)) tally.add("refused", `a client at ${TRUE} is taken for another: ${status} ${text.slice(0, 200)}`);
  if (text.includes(CLAIMED)) tally.add("refused", `a client is believed to be at ${CLAIMED} because it says so`);
}

/** Signs in from another loopback address, claiming a false one. Returns the session cookie. */
function signInFrom(localAddress, port, username) {
  const body = new URLSearchParams({ who: username, password: "a password of the faults" }).toString();
  const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded", "content-length": Buffer.byteLength(body), "x-forwarded-for": CLAIMED };
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, path: "/do/accounts/sign-in", method: "POST", headers, localAddress }, (answer) => {
      answer.resume();
      const cookies = (answer.headers["set-cookie"] ?? []).map((one) => one.split(";")[0]);
      resolve(cookies.find((one) => /session/.test(one)) ?? "");
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Events are passed on as they come. */
async function checkNews(port, { cookie }, tally) {
  const heard = await new Promise((resolve) => {
    const request = http.get({ host: "127.0.0.1", port, path: "/live", headers: { cookie, accept: "text/event-stream" } }, (answer) => {
      answer.on("error", () => {});
      answer.once("data", (piece) => end(piece.toString("utf8")));
    });
    const late = setTimeout(() => end(""), AT_ONCE);
    const end = (piece) => {
      clearTimeout(late);
      request.destroy();
      resolve(piece);
    };
    request.on("error", () => {});
  });
  if (!heard.includes("data:")) tally.add("half", `no news came within ${AT_ONCE} ms: “${heard.slice(0, 80)}”`);
}

/** Several people send forms at once. Returns how long each took. */
async function fileMany(site, people, ledger, tally, each = EACH) {
  const times = [];
  const file = async (person) => {
    for (let n = 0; n < each; n += 1) {
      const { entry, answer } = await ledger.file(site, person);
      times.push(answer.ms);
      if (entry.state !== "acknowledged") tally.add("refused", `a form was answered ${answer.status || answer.why}: ${answer.text.slice(0, 80)}`);
    }
  };
  await Promise.all(people.map(file));
  return times;
}
