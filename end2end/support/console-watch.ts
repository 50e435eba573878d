// Fails a journey for any console message, page error or failed request that it does not expect.

import type { BrowserContext } from "@playwright/test";

/** Chromium's errors for a connection that a stopped server leaves behind, including event streams. */
const BROKEN_LINE = /net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/;

export class ConsoleWatch {
  readonly #heard: string[] = [];
  readonly #statuses = new Set<number>();
  readonly #sayings: RegExp[] = [];
  #away = false;
  constructor(readonly javascript: boolean) {}

  /** Watches every page of a context, including those opened later. */
  observe(context: BrowserContext): void {
    context.on("console", (message) => {
      if (!this.#expected(message.text())) this.#heard.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => {
      const message = error.error().message;
      if (!this.#sayings.some((saying) => saying.test(message))) this.#heard.push(`page error: ${message}`);
    });
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "unknown";
      // A request that the next key press or the next page replaces is aborted on purpose.
      if (reason === "net::ERR_ABORTED" || (this.#away && BROKEN_LINE.test(reason))) return;
      // With scripts disabled, the browser still starts to load them and then blocks them.
      if (!this.javascript && reason === "csp") return;
      this.#heard.push(`request failed: ${request.method()} ${request.url()}: ${reason}`);
    });
  }

  /**
   * Chromium logs every answer of 400 and above, for pages and fetches. This declares which of them a journey expects,
   * before the action that causes the message.
   */
  expect(...statuses: number[]): void {
    for (const status of statuses) this.#statuses.add(status);
  }

  /** Console output of our own code that a journey causes on purpose. */
  expectMessage(text: RegExp): void {
    this.#sayings.push(text);
  }

  /** From now on the server may be down, and refused connections are expected. */
  expectOutage(): void {
    this.#away = true;
  }

  complaints(): readonly string[] {
    return this.#heard;
  }

  #expected(text: string): boolean {
    const status = text.match(/^Failed to load resource: the server responded with a status of (\d{3})/)?.[1];
    if (status) return this.#statuses.has(Number(status));
    if (!this.javascript && /\.wasm was preloaded using link preload but not used/.test(text)) return true;
    // A field that has the focus before the first paint keeps it.
    if (!this.javascript && text.startsWith("Autofocus processing was blocked because a document already has a focused element")) return true;
    // Signing out clears the cache, and Chromium logs that.
    if (/^Clear-Site-Data header on '[^']*\/do\/accounts\/[^']*': Cleared data types: "cache"\./.test(text)) return true;
    if (this.#sayings.some((saying) => saying.test(text))) return true;
    return this.#away && /^Failed to load resource: net::/.test(text) && BROKEN_LINE.test(text);
  }
}
