// The fixtures of every journey: a site of its own, its emails, its people, and a console watcher.

import process from "node:process";

import { expect, test as base, type Page } from "@playwright/test";

import { Input, type InputMode } from "./input.ts";
import { checkPage, photograph } from "./accessibility.ts";
import type { Mail } from "./mail.ts";
import { Guildhall, type Engine, type ServerOptions } from "./program.ts";
import { People } from "./people.ts";
import { ConsoleWatch } from "./console-watch.ts";

export interface TestOptions {
  inputMode: InputMode;
}

export interface WorkerOptions {
  engine: Engine;
}

interface Fixtures extends TestOptions {
  /** Fails the journey for any console message, page error, failed request or policy violation. */
  watch: ConsoleWatch;
  /** The statuses of 400 and above that this journey expects. Must be called before the action that causes them. */
  expectConsole: (...statuses: number[]) => void;
  /** The input of the anonymous visitor with the page `page`. */
  input: Input;
  mail: Mail;
  people: People;
  /** An empty site for one journey. */
  startServer: (options?: ServerOptions) => Promise<Guildhall>;
  /** The people of a site that was started by `startServer`. */
  peopleOf: (server: Guildhall) => People;
  checkAccessibility: (page: Page, name: string) => Promise<void>;
  photograph: (page: Page, name: string, fullPage?: boolean) => Promise<void>;
}

interface WorkerFixtures extends WorkerOptions {
  server: Guildhall;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  inputMode: ["pointer", { option: true }],
  engine: ["sqlite", { option: true, scope: "worker" }],

  server: [
    async ({ engine }, use) => {
      const server = await Guildhall.start({ engine });
      await use(server);
      await server.remove();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  watch: [
    async ({ javaScriptEnabled, server }, use, info) => {
      const watch = new ConsoleWatch(javaScriptEnabled !== false);
      const before = server.printed.length;
      await use(watch);
      // The server's output during a failed journey.
      if (info.errors.length > 0 || watch.complaints().length > 0) {
        await info.attach("server.log", { body: server.printed.slice(before), contentType: "text/plain" });
      }
      expect(watch.complaints(), "nothing is said in any console").toEqual([]);
    },
    { auto: true },
  ],

  context: async ({ context, watch }, use) => {
    watch.observe(context);
    await use(context);
  },

  expectConsole: async ({ watch }, use) => use((...statuses) => watch.expect(...statuses)),

  input: async ({ page, inputMode, javaScriptEnabled }, use) => use(new Input(page, inputMode, javaScriptEnabled !== false)),

  mail: async ({ server }, use) => {
    server.emails.accept();
    await use(server.emails);
  },

  startServer: async ({ engine }, use) => {
    const started: Guildhall[] = [];
    await use(async (options = {}) => {
      const server = await Guildhall.start({ engine, ...options });
      started.push(server);
      return server;
    });
    await Promise.all(started.map((server) => server.remove()));
  },

  peopleOf: async ({ browser, watch, inputMode, javaScriptEnabled }, use, info) => {
    const all: People[] = [];
    await use((server) => {
      const people = new People(server, { browser, watch, inputMode, javascript: javaScriptEnabled !== false });
      all.push(people);
      return people;
    });
    // The open pages of a failed journey.
    if (info.errors.length > 0) {
      const pages = await Promise.all(all.map((people) => people.openPages()));
      await info.attach("pages", { body: pages.flat().join("\n\n"), contentType: "text/plain" });
    }
    for (const people of all) await people.close();
  },

  people: async ({ server, peopleOf }, use) => use(peopleOf(server)),

  // axe runs in the page, so it needs scripts. Each screen is checked once, because the other ways of using the site
  // show the same screens.
  checkAccessibility: async ({}, use, info) =>
    use(async (page, name) => {
      if (["javascript", "shipped"].includes(info.project.name)) await checkPage(page, name);
    }),

  photograph: async ({}, use, info) =>
    use(async (page, name, fullPage) => {
      if (info.project.name === "javascript" && process.env.GUILDHALL_PICTURES) await photograph(page, name, fullPage);
    }),
});

export { expect };
