// Reads a site's database directly, on either engine, so that a page can't hide what is wrong.

import { readFile, rm } from "node:fs/promises";
import path from "node:path";

import { readTable } from "./sqlite.mjs";

const TABLES = ["request", "event", "letter", "once"];

/** The rows of requests, history, emails and idempotency keys. A server may be running. */
export async function readSite(server) {
  const rows = server.database ? await ofPostgres(server.database) : await ofFolder(server);
  return {
    requests: rows.request.map((row) => ({ id: uuid(row.id), name: row.name, state: row.state })),
    events: rows.event.map((row) => ({ kind: row.kind, request: uuid(row.request_id), name: JSON.parse(row.details).name })),
    emails: rows.letter.map((row) => ({ id: uuid(row.id), to: row.to_address, subject: row.subject, state: row.state, tries: Number(row.tries), why: row.last_error })),
    forms: rows.once.map((row) => row.outcome),
  };
}

async function ofPostgres(url) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const rows = {};
    for (const table of TABLES) rows[table] = (await client.query(`select * from ${table}`)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** The program's own backup is one file without a log beside it. */
async function ofFolder(server) {
  const copy = `${server.data}-copy`;
  await server.command("backup", copy);
  try {
    const file = await readFile(path.join(copy, "guildhall.db"));
    return Object.fromEntries(TABLES.map((table) => [table, readTable(file, table)]));
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

function uuid(value) {
  if (!Buffer.isBuffer(value)) return value;
  return value.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
