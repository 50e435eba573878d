// Raw requests: forms that are read from a page and sent by hand, as broken clients and other sites would.

import { connect } from "node:net";

import type { Locator } from "@playwright/test";

interface Form {
  address: string;
  fields: [string, string][];
}

/** The form of a button, with what it would send now. */
export async function readForm(button: Locator): Promise<Form> {
  return button.evaluate((element) => {
    const form = element.closest("form");
    if (!form) throw new Error("this button is in no form");
    const fields = [...new FormData(form)].map(([name, value]): [string, string] => [name, String(value)]);
    return { address: form.action, fields };
  });
}

/** Sends bytes unchanged and returns the first line of the response. */
export async function sendBytes(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const line = connect(port, "127.0.0.1", () => line.write(bytes));
    let heard = "";
    line.setTimeout(10_000, () => line.destroy(new Error("no answer within 10 seconds")));
    line.on("data", (piece) => {
      heard += piece.toString("latin1");
      if (heard.includes("\r\n")) line.destroy();
    });
    line.on("error", reject);
    line.on("close", () => resolve(heard.split("\r\n")[0] ?? ""));
  });
}
