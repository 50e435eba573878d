// PgBouncer between the servers and PostgreSQL, in transaction mode with few sessions: two servers and command-line
// commands work through it as they do without it.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";

import { figure } from "../bench/figures.mjs";
import { atTheEnd, ended, pause, start } from "../steps/command.mjs";
import { freePort } from "../steps/port.mjs";
import { openFolder, program } from "./debian.mjs";
import { Ledger, Tally, checkPages, checkSite } from "./ledger.mjs";
import { makePeople } from "./people.mjs";
import { folder, mayStart, runProgram } from "./program.mjs";
import { Server } from "./server.mjs";
import { readSite } from "./tables.mjs";

/** Fewer sessions than one server has connections, so transactions of many connections share a session. */
const SESSIONS = 4;
const PEOPLE = 6;
const EACH = 60;

export async function pooler(cluster, scale) {
  const bouncer = await program("pgbouncer");
  if (!bouncer) return { rows: [], violations: [], notRun: "PgBouncer is not here and can't be installed (root on Debian can)" };
  const tally = new Tally("through PgBouncer");
  const running = await startPooler(bouncer, new URL(cluster.url).port);
  const direct = await cluster.database();
  const plain = new URL(direct);
  plain.port = String(running.port);
  await refusesWithoutTheWord(plain.href, tally);
  const database = `${plain.href}?pgbouncer=true`;
  const first = await Server.make({ database });
  const second = await Server.make({ database, key: path.join(first.data, "key") });
  // Both servers answer under one URL.
  second.url = `http://127.0.0.1:${first.port}`;
  try {
    await first.start();
    await second.start();
    const { people } = await makePeople(first, PEOPLE);
    const ledger = new Ledger();
    const began = performance.now();
    await Promise.all(people.map((person, n) => act(n % 2 === 0 ? first : second, person, ledger, Math.ceil(EACH * scale))));
    const took = (performance.now() - began) / 1000;
    for (const entry of ledger.entries) {
      if (entry.state !== "acknowledged") tally.add("refused", `${entry.name} was answered ${entry.answers.join(", ")}`);
    }
    await checkPages(first, ledger, tally);
    await checkPages(second, ledger, tally);
    checkSite(await readSite({ database: direct }), ledger, tally);
    // Prepared statements and LISTEN would be left in sessions that other connections get.
    const [{ count }] = await cluster.query("select count(*)::int as count from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", direct);
    if (count > SESSIONS) tally.add("half", `${count} sessions stand at the database; the pooler has ${SESSIONS}`);
    await first.command("migrate");
    await first.command("backup", path.join(await folder(), "copy"));
    const beside = `${PEOPLE} clients at two servers, ${count} sessions for both; migrated, asked at the command line and copied through it; ${tally.says}`;
    return { rows: [figure("through PgBouncer: requests filed", `${ledger.acknowledged.length} of ${ledger.entries.length} in ${took.toFixed(1)} s`, beside)], violations: tally.violations };
  } finally {
    await first.stop();
    await second.remove();
    await first.remove();
  }
}

/** Without the flag for a pooler, the refusal explains it. */
async function refusesWithoutTheWord(database, tally) {
  const { code, said } = await runProgram(["migrate", "--data", await folder(), "--database", database]);
  if (code === 0 || !said.includes("pgbouncer=true")) tally.add("refused", `without pgbouncer=true, migrating ended with ${code}: ${said.trim()}`);
}

async function act(server, person, ledger, count) {
  for (let n = 1; n <= count; n += 1) {
    const { entry } = await ledger.file(server, person);
    if (n % 3 === 0) await ledger.withdraw(server, entry);
  }
}

/** With Debian's defaults and nothing more lenient. Without root it runs as the current user. */
async function startPooler(bouncer, to) {
  const home = await openFolder("pgbouncer");
  const port = await freePort();
  const settings = path.join(home, "pgbouncer.ini");
  await writeFile(settings, `[databases]
* = host=127.0.0.1 port=${to} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${SESSIONS}
max_client_conn = 300
`);
  await mayStart();
  const as = process.getuid() === 0 ? ["-u", "nobody"] : [];
  const child = start(bouncer, ["-q", ...as, settings], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (piece) => (said = (said + piece).slice(-2_000)));
  atTheEnd(async () => {
    child.kill("SIGTERM");
    await Promise.race([ended(child), pause(5_000)]);
  });
  const { default: pg } = await import("pg");
  for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
    const client = new pg.Client({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres`, connectionTimeoutMillis: 1_000 });
    client.on("error", () => {});
    const answers = await client.connect().then(() => client.query("select 1")).then(() => true, () => false);
    await client.end().catch(() => {});
    if (answers) return { port };
    await pause(50);
  }
  throw new Error(`PgBouncer did not start: ${said}`);
}
