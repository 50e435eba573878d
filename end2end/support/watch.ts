// Nothing may be said in the console, no page may break, no request may fail, unless a journey says that it expects it.

import type { BrowserContext } from "@playwright/test";

/** What Chromium calls a line that a stopped server leaves behind; open event streams are among them. */
const BROKEN_LINE = /net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/;

export class Watch {
  readonly #heard: string[] = [];
  readonly #statuses = new Set<number>();
  readonly #sayings: RegExp[] = [];
  #away = false;
  constructor(readonly javascript: boolean) {}

  /** Listens to every page of a context, the ones opened later included. */
  over(context: BrowserContext): void {
    context.on("console", (message) => {
      if (!this.#expected(message.text())) this.#heard.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => {
      const message = error.error().message;
      if (!this.#sayings.some((saying) => saying.test(message))) this.#heard.push(`page error: ${message}`);
    });
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "unknown";
      // A question that was overtaken by the next key, or by the next page, is aborted on purpose.
      if (reason === "net::ERR_ABORTED" || (this.#away && BROKEN_LINE.test(reason))) return;
      // A browser whose scripts are switched off still begins to load them, and then refuses to.
      if (!this.javascript && reason === "csp") return;
      this.#heard.push(`request failed: ${request.method()} ${request.url()}: ${reason}`);
    });
  }

  /**
   * Chromium itself writes a line for every answer of 400 and more, page or fetch. This says which of them a journey
   * expects; it must come before the act that causes the line.
   */
  expect(...statuses: number[]): void {
    for (const status of statuses) this.#statuses.add(status);
  }

  /** What our own code writes to the console when it breaks, where a journey breaks it on purpose. */
  expectSaying(text: RegExp): void {
    this.#sayings.push(text);
  }

  /** From now on the server may be away: refused connections are expected. */
  expectAway(): void {
    this.#away = true;
  }

  complaints(): readonly string[] {
    return this.#heard;
  }

  #expected(text: string): boolean {
    const status = text.match(/^Failed to load resource: the server responded with a status of (\d{3})/)?.[1];
    if (status) return this.#statuses.has(Number(status));
    if (!this.javascript && /\.wasm was preloaded using link preload but not used/.test(text)) return true;
    // Whoever is in a field before the page is painted stays there.
    if (!this.javascript && text.startsWith("Autofocus processing was blocked because a document already has a focused element")) return true;
    // Signing out empties the cache, and Chromium says so.
    if (/^Clear-Site-Data header on '[^']*\/do\/accounts\/[^']*': Cleared data types: "cache"\./.test(text)) return true;
    if (this.#sayings.some((saying) => saying.test(text))) return true;
    return this.#away && /^Failed to load resource: net::/.test(text) && BROKEN_LINE.test(text);
  }
}
