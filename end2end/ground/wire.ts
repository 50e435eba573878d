// Below the screens: forms read from a page and sent by hand, as broken clients, bad lines and other sites would.

import { connect } from "node:net";

import type { Locator, Page } from "@playwright/test";

export interface Form {
  address: string;
  fields: [string, string][];
}

export interface Answer {
  status: number;
  location: string | undefined;
  type: string;
  text: string;
}

/** The form around a button, with what it would send now. */
export async function readForm(button: Locator): Promise<Form> {
  return button.evaluate((element) => {
    const form = element.closest("form");
    if (!form) throw new Error("this button is in no form");
    const fields = [...new FormData(form)].map(([name, value]): [string, string] => [name, String(value)]);
    return { address: form.action, fields };
  });
}

/** Sends a form with the cookies of a page's browser, as a page without JavaScript would, and follows nothing. */
export async function postAsIs(page: Page, { address, fields }: Form, headers: Record<string, string> = {}): Promise<Answer> {
  return post(page, address, new URLSearchParams(fields).toString(), headers);
}

export async function post(page: Page, address: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await page.context().request.post(address, {
    data: body,
    maxRedirects: 0,
    headers: { accept: "text/html", "content-type": "application/x-www-form-urlencoded", ...headers },
  });
  const all = answer.headers();
  return { status: answer.status(), location: all["location"], type: all["content-type"] ?? "", text: await answer.text() };
}

/** A form with some fields changed, left out (`undefined`) or added. */
export function changed({ address, fields }: Form, by: Record<string, string | undefined>): Form {
  const kept = fields.filter(([name]) => !(name in by));
  const added = Object.entries(by).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { address, fields: [...kept, ...added] };
}

/** Sends bytes as they stand and answers the first line of what comes back. */
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
