// Changes by others appear on an open People page without disturbing the reader.

import type { Request, Route } from "@playwright/test";

import { alert, banner, decision, dialog, line, main, PATHS, people as screen } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("a live update keeps what is being typed and picked @sqlite", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [kim, lee, mira] = [await people.user("kim"), await people.headlessPerson("lee"), await people.headlessPerson("mira")];
  await dana.addsMember(sundial, kim, "Owner");
  await dana.addsMember(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await dana.opensTheInviteForm();
  await screen.role(dana.page, lee.username).selectOption("Manager");
  await dana.input.check(main(dana.page).getByRole("checkbox", { name: `Select ${kim.username}`, exact: true }));
  await dana.input.check(screen.as(dana.page, "Billing manager"));
  await dana.input.fill(screen.username(dana.page), "some");
  await kim.invites(sundial, mira.username);
  await expect(line(dana.page, mira.username)).toContainText(kim.username);
  await expect(screen.role(dana.page, lee.username)).toHaveValue("manager");
  await expect(screen.save(dana.page, lee.username)).toBeVisible();
  await expect(main(dana.page).getByRole("checkbox", { name: `Select ${kim.username}`, exact: true })).toBeChecked();
  await expect(screen.as(dana.page, "Billing manager")).toBeChecked();
  await expect(screen.username(dana.page)).toHaveValue("some");
  await expect(screen.username(dana.page)).toBeFocused();
  await dana.page.keyboard.type("body");
  await expect(screen.username(dana.page)).toHaveValue("somebody");
});

test("a person who joins above others leaves their picked roles and selection @sqlite", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [abe, lee, mira] = [await people.user("abe"), await people.headlessPerson("lee"), await people.headlessPerson("mira")];
  await dana.addsMember(sundial, lee);
  await dana.addsMember(sundial, mira);
  await dana.invites(sundial, abe.username);
  await dana.isTold(`Invitation sent to ${abe.username}.`);
  const box = (person: { username: string }) => main(dana.page).getByRole("checkbox", { name: `Select ${person.username}`, exact: true });
  await screen.role(dana.page, lee.username).selectOption("Manager");
  await dana.input.check(box(lee));
  await screen.role(dana.page, mira.username).focus();
  await abe.accepts(sundial);
  await expect(screen.role(dana.page, abe.username)).toHaveValue("member");
  await expect(screen.role(dana.page, lee.username)).toHaveValue("manager");
  await expect(screen.role(dana.page, mira.username)).toHaveValue("member");
  await expect(box(abe)).not.toBeChecked();
  await expect(box(lee)).toBeChecked();
  await expect(box(mira)).not.toBeChecked();
  await expect(screen.save(dana.page, lee.username)).toBeVisible();
  await expect(screen.save(dana.page, abe.username)).toBeHidden();
  await expect(screen.role(dana.page, mira.username)).toBeFocused();
});

test("a live update keeps a dialog and its input @sqlite", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [lee, mira] = [await people.user("lee"), await people.headlessPerson("mira")];
  await dana.addsMember(sundial, lee);
  await lee.opens(PATHS.manage(sundial.name));
  await lee.input.press(screen.remove(lee.page, lee.username));
  await expect(dialog(lee.page)).toContainText("Leave this organization?");
  await lee.input.fill(screen.confirmation(lee.page), lee.username);
  await dana.addsMember(sundial, mira);
  await expect(line(lee.page, mira.username)).toBeAttached();
  await expect(screen.confirmation(lee.page)).toHaveValue(lee.username);
  await expect(screen.confirmation(lee.page)).toBeFocused();
});

test("the result is announced even if its live update came first", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.user("lee");
  await dana.invites(sundial, lee.username);
  await dana.isTold(`Invitation sent to ${lee.username}.`);
  await lee.opens(PATHS.organizations);
  await lee.page.route("**/do/invitations/accept", async (route) => {
    const answer = await route.fetch();
    await lee.page.waitForTimeout(1_500);
    await route.fulfill({ response: answer });
  });
  await lee.input.press(screen.accept(lee.page, sundial.display));
  await lee.isTold(`Welcome to ${sundial.display}. You are now a Member.`);
  await expect(line(lee.page, sundial.display)).toContainText("Manage");
});

test("changes during hydration are not missed", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.user("lee");
  await dana.invites(sundial, lee.username);
  await expect(line(dana.page, lee.username)).toContainText("Revoke invite");
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await dana.page.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await dana.page.goto(new URL(PATHS.manage(sundial.name), dana.server.url).href);
  await lee.opens(PATHS.organizations);
  await lee.input.press(screen.accept(lee.page, sundial.display));
  await lee.isTold(`Welcome to ${sundial.display}. You are now a Member.`);
  await expect(line(dana.page, lee.username)).toContainText("Revoke invite");
  letGo();
  await expect(screen.role(dana.page, lee.username)).toHaveValue("member");
});

test("a hidden tab has no event stream and catches up when visible again @sqlite", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.user("lee");
  await dana.invites(sundial, lee.username);
  await expect(line(dana.page, lee.username)).toContainText("Revoke invite");
  let lines = 0;
  dana.page.on("request", (request) => (lines += Number(isEventStream(request))));
  await dana.opens(PATHS.manage(sundial.name));
  await expect.poll(() => lines).toBe(1);

  const given = dana.page.waitForEvent("requestfailed", (request) => isEventStream(request));
  await dana.page.evaluate(setHidden, true);
  await given;
  await lee.opens(PATHS.organizations);
  await lee.input.press(screen.accept(lee.page, sundial.display));
  await lee.isTold(`Welcome to ${sundial.display}. You are now a Member.`);
  await expect(line(dana.page, lee.username)).toContainText("Revoke invite");
  expect(lines).toBe(1);

  await dana.page.evaluate(setHidden, false);
  await expect(screen.role(dana.page, lee.username)).toHaveValue("member");
  expect(lines).toBe(2);
});

test("a page keeps its content and input during an outage and then catches up @sqlite", async ({ people, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [kim, lee] = [await people.user("kim"), await people.headlessPerson("lee")];
  await dana.addsMember(sundial, kim, "Owner");
  await dana.opens(PATHS.manage(sundial.name));
  await dana.opensTheInviteForm();
  await dana.input.fill(screen.username(dana.page), "some");
  expectConsole(503);
  await dana.page.route("**/see/people/list*", answerUnavailable);
  await kim.invites(sundial, lee.username);
  await expect(banner(dana.page)).toContainText("will update by itself");
  await expect(screen.username(dana.page)).toHaveValue("some");
  await expect(screen.role(dana.page, kim.username)).toHaveValue("owner");
  await expect(screen.revoke(dana.page, lee.username)).toHaveCount(0);

  await dana.page.unroute("**/see/people/list*");
  await expect(screen.revoke(dana.page, lee.username)).toBeVisible();
  await expect(banner(dana.page)).toHaveCount(0);
  await expect(screen.username(dana.page)).toHaveValue("some");
});

test("a broken event stream resumes where it ended", async ({ people, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [kim, lee] = [await people.user("kim"), await people.headlessPerson("lee")];
  await dana.addsMember(sundial, kim, "Owner");
  expectConsole(503);
  await dana.page.route("**/live*", answerUnavailable);
  const refused = dana.page.waitForResponse((response) => isEventStream(response.request()));
  await dana.opens(PATHS.manage(sundial.name));
  await refused;
  await kim.invites(sundial, lee.username);
  await kim.isTold(`Invitation sent to ${lee.username}.`);
  await dana.page.unroute("**/live*");
  await expect(screen.revoke(dana.page, lee.username)).toBeVisible();
});

test("an open page names changes by others, including removed rows", async ({ people, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [kim, lee] = [await people.user("kim"), await people.headlessPerson("lee")];
  await dana.addsMember(sundial, kim, "Owner");
  await dana.addsMember(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await kim.opens(PATHS.manage(sundial.name));
  await kim.input.press(screen.remove(kim.page, lee.username));
  await kim.input.fill(screen.confirmation(kim.page), lee.username);

  // kim's preview is stale.
  await dana.picks(lee, "Manager");
  await dana.input.press(decision.confirm(dana.page, "Save"));
  await dana.isTold(`${lee.username} is now a Manager.`);
  await expect(screen.recentEvents(kim.page)).toContainText(`${lee.username} changed from a Member to a Manager`);
  await expect(screen.recentEvents(kim.page)).toContainText(`(by ${dana.username})`);
  expectConsole(409);
  await kim.input.press(decision.confirm(kim.page, "Remove"));
  await expect(alert(kim.page)).toContainText(`Recent changes: ${lee.username} changed from a Member to a Manager`);
  await expect(alert(kim.page)).toContainText(`(by ${dana.username})`);
  await expect(screen.confirmation(kim.page)).toHaveValue(lee.username);
  await kim.input.press(decision.confirm(kim.page, "Remove"));
  await kim.isTold(`${lee.username} was removed.`);

  await expect(screen.role(dana.page, lee.username)).toBeHidden();
  await expect(screen.recentEvents(dana.page)).toContainText(`${lee.username}, a Manager, was removed from ${sundial.name} (by ${kim.username})`);
});

test("the open page of an invitation shows that it was revoked", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.user("lee");
  await dana.invites(sundial, lee.username);
  const email = await lee.emails.about(/invites you to/);
  await lee.opens(email.links[0] ?? "");
  await expect(screen.accept(lee.page, sundial.display)).toBeVisible();
  await dana.input.press(screen.revoke(dana.page, lee.username));
  await dana.input.press(decision.confirm(dana.page, "Revoke invite"));
  await dana.isTold(`${lee.username}'s invitation was revoked.`);
  await expect(alert(lee.page)).toContainText("revoked");
  await expect(screen.accept(lee.page, sundial.display)).toHaveCount(0);
});

test("an open page shows that the server is down, and that it is back @sqlite", async ({ startServer, peopleOf, watch }) => {
  const server = await startServer();
  const people = peopleOf(server);
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  await dana.opens(PATHS.manage(sundial.name));
  const said = dana.page.getByText("Guildhall isn't responding.");
  watch.expectOutage();
  await server.stop("SIGKILL");
  await expect(said).toBeVisible({ timeout: 30_000 });
  await expect(screen.role(dana.page, dana.username)).toBeVisible();
  await server.start();
  await expect(said).toBeHidden({ timeout: 30_000 });
});

/** Answers like a server whose database is down. */
async function answerUnavailable(route: Route): Promise<void> {
  await route.fulfill({ status: 503 });
}

/** Whether a request is for the event stream. */
function isEventStream(request: Request): boolean {
  return new URL(request.url()).pathname === "/live";
}

/** Makes a page believe that its tab is hidden, or visible again. */
function setHidden(hidden: boolean): void {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
