// The short fault runs, on the program that the journeys use. Overload is a measure, and belongs to `make faults`.

import path from "node:path";
import process from "node:process";

import { TARGET, run } from "./command.mjs";

/**
 * Three lists of parts beside each other: most of them wait for time to go by, each list with a PostgreSQL of its own. What
 * installs something stands in one of them.
 */
export const breakIt = () => Promise.all([["outage", "kills"], ["cutoff", "disk", "pooler", "nginx"], ["letters", "workers"]].map(short));

const short = (parts) =>
  run("node", [path.join("end2end", "faults.mjs"), ...parts, "--short"], {
    env: { ...process.env, GUILDHALL_PROGRAM: path.join(TARGET, "debug", "guildhall") },
  });
