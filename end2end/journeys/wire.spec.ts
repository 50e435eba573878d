// What no form of ours sends: other sites, broken clients, and far too much. Each is answered, and nothing changes.

import { createServer } from "node:http";

import { line, main, PATHS, request, signIn } from "../ground/screens.ts";
import { expect, test } from "../ground/test.ts";
import { changed, post, postAsIs, readForm, sendBytes } from "../ground/wire.ts";

test("a form that is posted from another site changes nothing", async ({ people, expectConsole }) => {
  await people.settle();
  const dana = await people.member("dana");
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
    // Another port is another origin of the same site; another host is another site.
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

test("a form without cookies is asked to sign in, and keeps what was typed @plain", async ({ people, browser, server }) => {
  await people.settle();
  const dana = await people.member("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);
  const form = await readForm(request.create(dana.page));
  const bare = await browser.newContext({ baseURL: server.url });
  const answer = await postAsIs(await bare.newPage(), form);
  await bare.close();
  expect(answer.status).toBe(401);
  expect(answer.text).toContain(sundial.description);
  expect(answer.text).toContain(PATHS.signIn);
});

test("missing fields are told, and extra ones are left aside @plain", async ({ people }) => {
  await people.settle();
  const dana = await people.member("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);
  const form = await readForm(request.create(dana.page));
  for (const [name] of form.fields) {
    // These say where the form stands and protect against a second press; what is asked for does not depend on them.
    if (["page", "form", "once", "agreed", "reader"].includes(name)) continue;
    const answer = await postAsIs(dana.page, changed(form, { [name]: undefined }));
    expect(answer.status, `without ${name}`).toBeGreaterThanOrEqual(400);
    expect(answer.status, `without ${name}`).toBeLessThan(500);
    expect(answer.type, `without ${name}`).toContain("text/html");
  }
  const nothing = await postAsIs(dana.page, { address: form.address, fields: [] });
  expect([400, 422]).toContain(nothing.status);

  const more = await postAsIs(dana.page, changed(form, { state: "approved", owner: "lee", administrator: "true" }));
  expect(more.status).toBe(303);
  await dana.opens(PATHS.organizations);
  await expect(line(dana.page, sundial.name)).toBeVisible();
});

test("characters that no browser sends are refused, and nothing of them is kept @plain", async ({ people }) => {
  await people.settle();
  const dana = await people.member("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);
  const form = await readForm(request.create(dana.page));
  const field = form.fields.find(([, value]) => value === sundial.display)?.[0] ?? "";
  expect(field).not.toBe("");
  for (const typed of ["sun\u0000dial", "sun\u001bdial", "sun\u202edial"]) {
    const answer = await postAsIs(dana.page, changed(form, { [field]: typed }));
    expect(answer.status, JSON.stringify(typed)).toBe(422);
    expect(answer.text).toContain(sundial.description);
  }
  const broken = await post(dana.page, form.address, Buffer.from([...Buffer.from(`${field}=`), 0xff, 0xfe, 0xc3, 0x28]));
  expect(broken.status).toBeGreaterThanOrEqual(400);
  expect(broken.status).toBeLessThan(500);
  expect(broken.type).toContain("text/html");
});

test("five megabytes are too much, and the answer is a page of ours @plain", async ({ people }) => {
  await people.settle();
  const dana = await people.member("dana");
  await dana.opens(PATHS.organizations);
  const form = await readForm(request.create(dana.page));
  const answer = await postAsIs(dana.page, changed(form, { description: "x".repeat(5_000_000) }));
  expect(answer.status).toBe(413);
  expect(answer.type).toContain("text/html");
  expect(answer.text).toContain("<h1");
});

test("a function that does not exist is not found, by form and by fetch @plain", async ({ people }) => {
  await people.settle();
  const dana = await people.member("dana");
  const form = { address: `${dana.server.url}/do/accounts/become-administrator`, fields: [["once", "x"]] as [string, string][] };
  const page = await postAsIs(dana.page, form);
  expect(page.status).toBe(404);
  const data = await postAsIs(dana.page, form, { accept: "application/json" });
  expect(data.status).toBe(404);
  expect(data.text).not.toMatch(/panicked|src\//);
});

test("a body of another kind than a form is refused @plain", async ({ people }) => {
  await people.settle();
  const dana = await people.member("dana");
  await dana.opens(PATHS.organizations);
  const form = await readForm(request.create(dana.page));
  for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/octet-stream"]) {
    const answer = await post(dana.page, form.address, '{"name":"sundial"}', { "content-type": type });
    expect(answer.status, type).toBeGreaterThanOrEqual(400);
    expect(answer.status, type).toBeLessThan(500);
  }
});

test("what is no HTTP, or HTTP gone wrong, ends the line and not the server @plain", async ({ people, server, request: ask }) => {
  await people.settle();
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

test("a session that was never given is nobody's @plain", async ({ people, browser, server, hands }) => {
  await people.settle();
  const dana = await people.member("dana");
  const session = (await dana.page.context().cookies()).filter((cookie) => cookie.httpOnly);
  const context = await browser.newContext({ baseURL: server.url });
  for (const value of ["", "x", "A".repeat(43), "A".repeat(4_000), "%00%ff", '"><script>']) {
    await context.clearCookies();
    await context.addCookies(session.map((cookie) => ({ ...cookie, value })));
    const answer = await context.request.get(PATHS.organizations, { maxRedirects: 0, headers: { accept: "text/html" } });
    expect(answer.status(), JSON.stringify(value)).toBe(302);
  }
  await context.close();
  await hands.open(PATHS.signIn);
  await expect(signIn.name(hands.page)).toBeVisible();
});
