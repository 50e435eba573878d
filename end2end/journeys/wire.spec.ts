// Requests that no form of this site sends: from other sites, from broken clients, and oversized ones. Each is
// answered, and nothing changes.

import { createServer } from "node:http";

import { line, main, PATHS, request } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";
import { readForm, sendBytes } from "../support/raw-requests.ts";

test("a cross-site form changes nothing", async ({ people, expectConsole }) => {
  await people.ensureAdministrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);
  const { address, fields } = await readForm(request.create(dana.page));

  const inputs = fields.map(([name, value]) => `<input type="hidden" name="${name}" value="${value.replaceAll('"', "&quot;")}">`).join("");
  const page = `<!doctype html><html lang="en"><title>Elsewhere</title><link rel="icon" href="data:,"><form method="post" action="${address}">${inputs}<button>Win</button></form></html>`;
  const elsewhere = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(page)).listen(0, "127.0.0.1");
  await new Promise((resolve) => elsewhere.once("listening", resolve));
  const at = elsewhere.address();
  const port = typeof at === "object" && at ? at.port : 0;
  try {
    // Another port is another origin of the same site. Another host is another site.
    for (const host of ["127.0.0.1", "localhost"]) {
      expectConsole(403);
      await dana.page.goto(`http://${host}:${port}/`);
      const answered = dana.page.waitForResponse((response) => response.url() === address);
      await dana.page.getByRole("button", { name: "Win" }).click();
      expect((await answered).status()).toBe(403);
      await expect(main(dana.page)).toBeVisible();
      await expect(main(dana.page).getByRole("link").first()).toBeVisible();
    }
  } finally {
    elsewhere.close();
  }
  await dana.opens(PATHS.organizations);
  await expect(line(dana.page, sundial.name)).toHaveCount(0);
});

test("invalid HTTP ends the connection, not the server @plain", async ({ people, server, request: ask }) => {
  await people.ensureAdministrator();
  const lines = [
    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nBad Header: x\r\n\r\n",
    "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    `GET /${"a".repeat(70_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${"a".repeat(600_000)}\r\n\r\n`,
  ];
  for (const bytes of lines) {
    const first = await sendBytes(server.port, bytes).catch((problem: NodeJS.ErrnoException) => {
      if (problem.code === "ECONNRESET" || problem.code === "EPIPE") return "";
      throw problem;
    });
    expect(first).toMatch(/^($|HTTP\/1\.1 4)/);
  }
  expect((await ask.get("/")).status()).toBe(200);
});
