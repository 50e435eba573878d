// A release server on an empty folder, with a signed-in person.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import process from "node:process";

import { TARGET, pause } from "../steps/command.mjs";

export const PROGRAM = path.join(TARGET, "release", process.platform === "win32" ? "guildhall.exe" : "guildhall");
const PASSWORD = "correct horse battery staple 1";
let ports = 20_000 + (process.pid % 20_000);

/** A folder on the project's disk. A folder in memory would make durable commits look free. */
export function folder() {
  return mkdtemp(path.join(TARGET, "bench-"));
}

export class Site {
  constructor(data, port, child, more) {
    Object.assign(this, { data, port, child, more, url: `http://127.0.0.1:${port}`, printed: "" });
  }

  /** Starts a server. `ready` is the time from spawn to the first good answer of /health/ready, in milliseconds. */
  static async start(data, more = []) {
    const home = data ?? (await folder());
    const port = (ports += 1);
    // The limits on requests and accounts would stop hundreds of forms, so they are raised.
    const args = ["serve", "--development=false", "--listen", `127.0.0.1:${port}`, "--data", home, "--public-url", `http://127.0.0.1:${port}`,
      "--requests-at-once", "10000", "--accounts-an-hour", "3600", "--emails-to-one-a-day", "1000000", "--trusted-proxy", "127.0.0.1", ...more];
    const began = performance.now();
    const child = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "pipe"] });
    const site = new Site(home, port, child, more);
    for (const pipe of [child.stdout, child.stderr]) pipe.on("data", (piece) => (site.printed += piece));
    while (child.exitCode === null) {
      const status = await ask(port, "/health/ready").then((answer) => answer.status, () => 0);
      if (status === 200) {
        site.ready = performance.now() - began;
        return site;
      }
      if (performance.now() - began > 30_000) break;
      await pause(1);
    }
    child.kill("SIGKILL");
    throw new Error(`The server did not become ready:\n${site.printed}`);
  }

  get pid() {
    return this.child.pid;
  }

  async stop() {
    if (this.child.exitCode !== null) return;
    const end = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGTERM");
    const late = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
    await end;
    clearTimeout(late);
  }

  async remove() {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }

  /** Creates the administrator through the browser, and reads the form that requests an organization. */
  async setUp(browser) {
    const address = this.printed.match(/https?:\/\/\S+\/set-up\?token=[^\s"']+/)?.[0];
    if (!address) throw new Error(`The server printed no set-up link:\n${this.printed}`);
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(address);
    await page.getByLabel("Username", { exact: true }).fill("morgan");
    await page.getByLabel(/^Email address/).fill("morgan@example.org");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.locator("main").getByRole("button", { name: /account$/ }).click();
    await page.locator("details.menu").waitFor();

    // This site has no mail server, so the email with the link is kept and can be read there.
    await page.goto(`${this.url}/administration/mail`);
    await page.locator("main").getByRole("link").filter({ hasText: /verify/i }).first().click();
    const link = (await page.locator("main pre").innerText()).match(/https?:\/\/\S+\/verify\?token=\S+/)?.[0];
    if (!link) throw new Error("The email under Outgoing email has no verification link");
    await page.goto(link);
    await page.getByRole("button", { name: "Verify email address", exact: true }).click();
    await page.waitForURL(/\/manage\/organizations/);

    await page.goto(`${this.url}/manage/organizations`);
    await page.getByLabel("Account name", { exact: true }).fill("the-name");
    await page.getByLabel("Display name", { exact: true }).fill("The name");
    await page.getByLabel("Organization URL", { exact: true }).fill("https://example.org/");
    await page.getByLabel("Description", { exact: true }).fill("What it is for, in one sentence.");
    const form = await page
      .locator("main")
      .getByRole("button", { name: "Create", exact: true })
      .evaluate((button) => ({ action: new URL(button.form.action).pathname, fields: [...new FormData(button.form)] }));
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    await context.close();
    return { cookie, form };
  }
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** Sends one request. Returns the status and the number of bytes of the body. */
export function ask(port, target, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, path: target, method, headers, agent }, (answer) => {
      let bytes = 0;
      answer.on("data", (piece) => (bytes += piece.length));
      answer.on("end", () => resolve({ status: answer.statusCode, bytes, location: answer.headers.location }));
      answer.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}
