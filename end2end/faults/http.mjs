// Requests whose connection may break: they return an answer, or the reason why there was none. Nothing here throws.

import http from "node:http";

/** The time in milliseconds after which a client counts an answer as missing. */
const PATIENCE = 40_000;

/** A connection pool for one or more clients. It ends with `agent.destroy()`. */
export function lines(most = 256) {
  return new http.Agent({ keepAlive: true, maxSockets: most });
}

/**
 * Sends one request. Returns `{ status, headers, text, ms }`, or `{ status: 0, why, ms }` if the connection broke or
 * nothing came. With `fields` it posts a form.
 */
export function call(port, target, { fields, cookie, accept = "application/json", agent, from, patience = PATIENCE } = {}) {
  const began = performance.now();
  const body = fields && new URLSearchParams(fields).toString();
  const headers = { accept };
  if (cookie) headers.cookie = cookie;
  if (from) headers["x-forwarded-for"] = from;
  if (body !== undefined) {
    headers["content-type"] = "application/x-www-form-urlencoded";
    headers["content-length"] = Buffer.byteLength(body);
  }
  return new Promise((resolve) => {
    const end = (answer) => {
      clearTimeout(late);
      resolve({ began, ms: performance.now() - began, ...answer });
    };
    const broken = (problem) => end({ status: 0, headers: {}, text: "", why: problem.code ?? problem.message });
    const method = body === undefined ? "GET" : "POST";
    const request = http.request({ host: "127.0.0.1", port, path: target, method, headers, agent }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => end({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(pieces).toString("utf8") }));
      answer.on("error", broken);
      answer.on("aborted", () => broken(new Error("the answer broke off")));
    });
    const late = setTimeout(() => request.destroy(new Error(`no answer within ${patience} ms`)), patience);
    request.on("error", broken);
    request.end(body);
  });
}

/** The JSON of an answer, or undefined. */
export function data(answer) {
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}

/** What is wrong with an answer of 503, as a sentence, or undefined. */
export function badRefusal({ status, headers, text }) {
  if (!headers["retry-after"]) return `an answer of ${status} had no Retry-After`;
  const type = headers["content-type"] ?? "";
  const says = type.startsWith("text/html") ? /<h1[^>]*>[^<]+<\/h1>[\s\S]*[.]/.test(text) : /"(Unavailable|Busy)"/.test(text);
  return says ? undefined : `an answer of ${status} had no sentence: ${type} ${text.slice(0, 80)}`;
}
