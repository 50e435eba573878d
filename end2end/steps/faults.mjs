// The short fault runs, with the program that the journeys use. Overload is a measurement and belongs to `make faults`.

import path from "node:path";
import process from "node:process";

import { TARGET, run } from "./command.mjs";

/**
 * Three lists of parts run in parallel, because most parts only wait. Each list has a PostgreSQL of its own. Parts that
 * install packages are in the same list.
 */
export const runFaults = () => Promise.all([["outage", "kills"], ["cutoff", "disk", "pooler", "nginx"], ["emails", "workers"]].map(short));

const short = (parts) =>
  run("node", [path.join("end2end", "faults.mjs"), ...parts, "--short"], {
    env: { ...process.env, GUILDHALL_PROGRAM: path.join(TARGET, "debug", "guildhall") },
  });
