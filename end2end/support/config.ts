// How the program is started. No other file of end2end knows the names of its settings.

import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

export const END2END = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
export const PROGRAM = process.env.GUILDHALL_PROGRAM ?? path.resolve(END2END, "..", "target", "debug", "guildhall");

/** The folder of the shipped site, if the journeys are about it. */
export const SHIPPED = process.env.GUILDHALL_SHIPPED;

/** The password of every person in the journeys. */
export const PASSWORD = "correct horse battery staple 1";

export interface ServeOptions {
  port: number;
  data: string;
  /** A PostgreSQL URL to use instead of the file in the data folder. */
  database?: string | undefined;
  /** The mail server. Without one, emails are kept under Outgoing email. */
  smtp?: string | undefined;
  /** As on a development machine: with the style guide, and with emails in the log. */
  development?: boolean | undefined;
  /** More flags. */
  more?: string[] | undefined;
}

export function serveArguments({ port, data, database, smtp, development = false, more = [] }: ServeOptions): string[] {
  return [
    "serve",
    `--development=${development}`,
    // Everyone in the journeys has the same client address.
    ...["--accounts-an-hour", "3600"],
    ...["--listen", `127.0.0.1:${port}`],
    ...["--data", data],
    ...["--public-url", `http://127.0.0.1:${port}`],
    ...(database ? ["--database", database] : []),
    ...(smtp ? ["--smtp", smtp] : []),
    ...more,
  ];
}

/** The arguments that migrate a new PostgreSQL database before the first start. */
export function migrateArguments(data: string, database: string): string[] {
  return ["migrate", "--data", data, "--database", database];
}

export const ENDPOINTS = { live: "/health/live", ready: "/health/ready", setUp: "/set-up?token=" } as const;
