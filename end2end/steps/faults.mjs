// The short fault runs, on the program that the journeys use. Overload is a measure, and belongs to `make faults`.

import path from "node:path";
import process from "node:process";

import { TARGET, run } from "./command.mjs";

export const breakIt = (...parts) =>
  run("node", [path.join("end2end", "faults.mjs"), ...parts, "--short"], {
    env: { ...process.env, GUILDHALL_PROGRAM: path.join(TARGET, "debug", "guildhall") },
  });
