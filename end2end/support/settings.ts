// How the program is started: the only place of end2end that knows the names of its settings.

import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const END2END = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
export const PROGRAM = process.env.GUILDHALL_PROGRAM ?? path.resolve(END2END, "..", "target", "debug", "guildhall");

/** The folder of the site that is shipped, where the journeys are about it. */
export const SHIPPED = process.env.GUILDHALL_SHIPPED;

/** Every person of the journeys has this one. */
export const PASSWORD = "correct horse battery staple 1";

export interface Settings {
  port: number;
  data: string;
  /** A PostgreSQL to use instead of the file in the data folder. */
  database?: string | undefined;
  /** Where emails go; without it they are kept under Outgoing mail. */
  smtp?: string | undefined;
  /** As on a developer's machine: with the style guide, and emails in the log. */
  development?: boolean | undefined;
  /** More flags, as they stand. */
  more?: string[] | undefined;
}

export function serveArguments({ port, data, database, smtp, development = false, more = [] }: Settings): string[] {
  return [
    "serve",
    `--development=${development}`,
    // Everybody in the journeys comes from one address.
    ...["--accounts-an-hour", "3600"],
    ...["--listen", `127.0.0.1:${port}`],
    ...["--data", data],
    ...["--public-url", `http://127.0.0.1:${port}`],
    ...(database ? ["--database", database] : []),
    ...(smtp ? ["--smtp", smtp] : []),
    ...more,
  ];
}

/** What is done to a new PostgreSQL database before the first start. */
export function migrateArguments(data: string, database: string): string[] {
  return ["migrate", "--data", data, "--database", database];
}

export const ADDRESSES = { live: "/health/live", ready: "/health/ready", setUp: "/set-up?token=" } as const;
