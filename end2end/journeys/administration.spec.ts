// Administration: the queue, a request, and the emails.

import { setTimeout as pause } from "node:timers/promises";

import { Mail } from "../support/mail.ts";
import { alert, beside, decision, dialog, line, main, PATHS, signIn, verify } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("the remaining screens are accessible", async ({ people, checkAccessibility, expectConsole }) => {
  const root = await people.administrator();
  const dana = await people.headlessPerson("dana");
  const [meridian, rneridian] = [people.organization("meridian"), people.organization("rneridian")];
  await dana.api.requestsOrganization(meridian);
  await dana.api.requestsOrganization(rneridian);
  await root.opensTheRequestFor(meridian);
  const address = root.page.url();
  await root.approves(meridian, "Welcome.");
  await root.opens(address);
  await expect(main(root.page)).toContainText("Approved by");
  await checkAccessibility(root.page, "a request that is decided");
  await root.opensTheRequestFor(rneridian);
  await expect(main(root.page).locator(".lookalikes")).toContainText(meridian.name);
  await checkAccessibility(root.page, "a request for a name that resembles another");
  for (const search of ["meridian", "nothing-of-that-name", ""]) {
    await root.opens(`/search?q=${search}`);
    await checkAccessibility(root.page, `search for “${search}”`);
  }
  await root.input.press(root.page.getByRole("contentinfo").getByRole("link", { name: "Documentation" }));
  await root.sees("Documentation");
  await checkAccessibility(root.page, "documentation");
  expectConsole(404);
  for (const [address, heading] of [["/do/nothing", "Page not found"]] as const) {
    await root.page.goto(address);
    await expect(root.page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
    await checkAccessibility(root.page, address);
    await expect(main(root.page).getByRole("link")).toHaveCount(1);
  }
});

test("without a mail server, emails are kept and readable in administration", async ({ startServer, peopleOf, checkAccessibility, photograph }) => {
  const server = await startServer({ mail: false });
  const people = peopleOf(server);
  const root = await people.administrator();
  const dana = await people.signUp("dana");

  await root.opens(PATHS.emails);
  const row = line(root.page, dana.identity.email);
  await expect(row).toBeVisible();
  await checkAccessibility(root.page, "outgoing email");
  await photograph(root.page, "emails");
  await root.input.press(row.getByRole("link").first());
  await expect(main(root.page)).toContainText(dana.username);
  await checkAccessibility(root.page, "an outgoing email");

  // Its link verifies the email address, so that a new site needs no mail server.
  const text = await main(root.page).innerText();
  const link = text.match(/https?:\/\/\S+verify\S*/)?.[0] ?? "";
  expect(link).not.toBe("");
  await dana.opens(link);
  await dana.input.press(verify(dana.page));
  await dana.isTold(`${dana.identity.email} is verified.`);
});

test("a temporarily refused email is kept, shown and sent once later", async ({ startServer, peopleOf }) => {
  const server = await startServer();
  const people = peopleOf(server);
  const root = await people.administrator();
  server.mail?.refuse(451);
  const dana = await people.signUp("dana");
  for (let waited = 0; waited < 100 && (server.mail?.refused ?? 0) === 0; waited += 1) await pause(100);
  expect(server.mail?.refused).toBeGreaterThan(0);

  await root.opens(PATHS.emails);
  const row = line(root.page, dana.identity.email);
  await expect(row).toContainText("Waiting");
  server.mail?.accept();
  await root.input.press(row.getByRole("link").first());
  await root.presses("Send again", main(root.page));
  await root.isTold(`The email to ${dana.identity.email} is being sent again now.`);
  await dana.emails.about(/verify/i);
  expect(dana.emails.now()).toHaveLength(1);
});

for (const tls of ["smtps", "starttls"] as const) {
  test(`emails are sent over ${tls}, signed in @plain`, async ({ startServer, peopleOf }) => {
    const guard = { tls, user: "guild@hall", password: "p@ss/word:1" };
    const server = await startServer({ mail: guard });
    const people = peopleOf(server);
    await people.ensureAdministrator();
    const dana = await people.signUp("dana");
    await dana.emails.about(/verify/i);
    expect(new Set(server.mail?.signedIn)).toEqual(new Set(["guild@hall over TLS"]));
  });
}

test("a mail server with an untrusted certificate gets no email @plain", async ({ startServer, peopleOf }) => {
  const stranger = await Mail.listen({ tls: "smtps", user: "guildhall", password: "secret" });
  const server = await startServer({ mail: false, more: ["--smtp", stranger.url] });
  const people = peopleOf(server);
  await people.ensureAdministrator();
  await people.signUp("dana");
  await expect.poll(() => server.printed).toMatch(/email\.not_sent.*certificate.*\?starttls=/i);
  expect(stranger.emails).toEqual([]);
  expect(stranger.signedIn).toEqual([]);
  // The client stops first, because Node crashes if a TLS server is closed during a handshake.
  await server.stop();
  await stranger.close();
});

test("a local mail server may have a self-signed certificate @plain", async ({ startServer, peopleOf }) => {
  const own = await Mail.listen({ tls: "starttls", user: "guildhall", password: "secret" });
  const server = await startServer({ mail: false, more: ["--smtp", `smtp://guildhall:secret@127.0.0.1:${own.port}`] });
  const people = peopleOf(server);
  await people.ensureAdministrator();
  await people.signUp("dana");
  await expect.poll(() => own.emails.length).toBeGreaterThan(0);
  expect(new Set(own.signedIn)).toEqual(new Set(["guildhall over TLS"]));
  await own.close();
});

test("a killed server sends its waiting emails after a restart", async ({ startServer, peopleOf, watch }) => {
  const server = await startServer();
  const people = peopleOf(server);
  await people.ensureAdministrator();
  // The administrator's own email has been sent. What is not sent from now on is dana's.
  await expect.poll(() => server.mail?.emails.length).toBe(1);
  server.mail?.refuse(451);
  const dana = await people.signUp("dana");
  watch.expectOutage();
  await server.stop("SIGKILL");
  server.mail?.accept();
  await server.start();
  // A failed email waits for its next attempt. No administrator needs to be there.
  test.setTimeout(180_000);
  await expect.poll(() => dana.emails.now().length, { timeout: 120_000 }).toBe(1);
});

test("an account is found, disabled with a reason, and enabled again", async ({ people, checkAccessibility, expectConsole }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  await root.opens(PATHS.accounts);
  await checkAccessibility(root.page, "accounts");
  await root.input.fill(main(root.page).getByRole("searchbox", { name: "Search accounts" }), dana.identity.email.toUpperCase());
  await root.presses("Search", main(root.page));
  await root.presses(dana.username, line(root.page, dana.username));
  await root.sees(dana.username);
  await checkAccessibility(root.page, "an account");

  expectConsole(401, 403, 422);
  await root.presses("Disable", main(root.page));
  await expect(dialog(root.page)).toContainText("is signed out everywhere");
  await root.input.press(decision.confirm(root.page, "Disable"));
  await expect(beside(dialog(root.page).getByLabel("Reason"))).toContainText("Enter a reason");
  await root.input.fill(dialog(root.page).getByLabel("Reason"), "Advertising in descriptions.");
  await root.input.press(decision.confirm(root.page, "Disable"));
  await root.isTold(`The account ${dana.username} is disabled`);
  await expect(main(root.page)).toContainText("Advertising in descriptions.");
  expect((await dana.emails.about(/was disabled/)).text).toContain("Advertising in descriptions.");
  await dana.opens(PATHS.organizations);
  await dana.sees("Sign in");
  await dana.fillsTheSignIn();
  await dana.input.press(signIn.submit(dana.page));
  await expect(alert(dana.page)).toContainText("This account is disabled, so you can't sign in.");

  await root.presses("Enable", main(root.page));
  await root.input.press(decision.confirm(root.page, "Enable"));
  await root.isTold(`The account ${dana.username} is enabled again.`);
  await dana.emails.about(/was enabled/);
  await dana.signsIn();
});
