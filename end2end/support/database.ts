// Creates and drops a PostgreSQL database for a server.

import { randomBytes } from "node:crypto";
import process from "node:process";

import pg from "pg";

export interface Database {
  url: string;
  drop(): Promise<void>;
}

export async function createDatabase(): Promise<Database> {
  const given = process.env.GUILDHALL_TEST_POSTGRES;
  if (!given) throw new Error("These journeys need a PostgreSQL: `make test` starts one, or name one with GUILDHALL_TEST_POSTGRES.");
  const name = `guildhall_journey_${randomBytes(6).toString("hex")}`;
  await once(given, `create database ${name}`);
  const url = new URL(given);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => once(given, `drop database if exists ${name} with (force)`) };
}

/** Runs one statement on a connection of its own. */
export async function once(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
