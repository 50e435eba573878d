// What others do appears on an open page of people by itself, and takes nothing away of what one does there.

import type { Request } from "@playwright/test";

import { dialog, line, main, PATHS, people as screen } from "../ground/screens.ts";
import { expect, test } from "../ground/test.ts";

test("news takes nothing away of what is being typed and picked @script", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [kim, lee, mira] = [await people.member("kim"), await people.member("lee"), await people.member("mira")];
  await dana.takesIn(sundial, kim, "Owner");
  await dana.takesIn(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await screen.role(dana.page, lee.username).selectOption("Manager");
  await dana.hands.check(main(dana.page).getByRole("checkbox", { name: `Choose ${kim.username}`, exact: true }));
  await dana.hands.check(screen.as(dana.page, "Billing manager"));
  await dana.hands.fill(screen.username(dana.page), "some");
  await kim.invites(sundial, mira.username);
  await expect(line(dana.page, mira.username)).toContainText(kim.username);
  await expect(screen.role(dana.page, lee.username)).toHaveValue("manager");
  await expect(screen.save(dana.page, lee.username)).toBeVisible();
  await expect(main(dana.page).getByRole("checkbox", { name: `Choose ${kim.username}`, exact: true })).toBeChecked();
  await expect(screen.as(dana.page, "Billing manager")).toBeChecked();
  await expect(screen.username(dana.page)).toHaveValue("some");
  await expect(screen.username(dana.page)).toBeFocused();
  await dana.page.keyboard.type("body");
  await expect(screen.username(dana.page)).toHaveValue("somebody");
});

test("somebody who joins above others takes nothing of what was picked and ticked for them @script", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [abe, lee, mira] = [await people.member("abe"), await people.member("lee"), await people.member("mira")];
  await dana.takesIn(sundial, lee);
  await dana.takesIn(sundial, mira);
  await dana.invites(sundial, abe.username);
  await dana.isTold(`Invitation sent to ${abe.username}.`);
  const box = (person: { username: string }) => main(dana.page).getByRole("checkbox", { name: `Choose ${person.username}`, exact: true });
  await screen.role(dana.page, lee.username).selectOption("Manager");
  await dana.hands.check(box(lee));
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

test("news takes nothing away of a dialog, and of what is typed in it @script", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [lee, mira] = [await people.member("lee"), await people.member("mira")];
  await dana.takesIn(sundial, lee);
  await lee.opens(PATHS.manage(sundial.name));
  await lee.hands.press(screen.remove(lee.page, lee.username));
  await expect(dialog(lee.page)).toContainText("Leave this organization?");
  await lee.hands.fill(screen.confirmation(lee.page), lee.username);
  await dana.takesIn(sundial, mira);
  await expect(line(lee.page, mira.username)).toBeAttached();
  await expect(screen.confirmation(lee.page)).toHaveValue(lee.username);
  await expect(screen.confirmation(lee.page)).toBeFocused();
});

test("what was done is said, though news of it came before its answer @script", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
  await dana.invites(sundial, lee.username);
  await dana.isTold(`Invitation sent to ${lee.username}.`);
  await lee.opens(PATHS.organizations);
  await lee.page.route("**/do/invitations/accept", async (route) => {
    const answer = await route.fetch();
    await lee.page.waitForTimeout(1_500);
    await route.fulfill({ response: answer });
  });
  await lee.hands.press(screen.accept(lee.page, sundial.display));
  await lee.isTold(`Welcome to ${sundial.display}: you are a Member now.`);
  await expect(line(lee.page, sundial.display)).toContainText("Manage");
});

test("what happens while the page is still being made ready is not missed @script", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
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
  await lee.hands.press(screen.accept(lee.page, sundial.display));
  await lee.isTold(`Welcome to ${sundial.display}: you are a Member now.`);
  await expect(line(dana.page, lee.username)).toContainText("Revoke invite");
  letGo();
  await expect(screen.role(dana.page, lee.username)).toHaveValue("member");
});

test("a tab that nobody looks at holds no line to the site, and catches up when it is looked at again @script", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
  await dana.invites(sundial, lee.username);
  await expect(line(dana.page, lee.username)).toContainText("Revoke invite");
  let lines = 0;
  dana.page.on("request", (request) => (lines += Number(isLine(request))));
  await dana.opens(PATHS.manage(sundial.name));
  await expect.poll(() => lines).toBe(1);

  const given = dana.page.waitForEvent("requestfailed", (request) => isLine(request));
  await dana.page.evaluate(turnAway, true);
  await given;
  await lee.opens(PATHS.organizations);
  await lee.hands.press(screen.accept(lee.page, sundial.display));
  await lee.isTold(`Welcome to ${sundial.display}: you are a Member now.`);
  await expect(line(dana.page, lee.username)).toContainText("Revoke invite");
  expect(lines).toBe(1);

  await dana.page.evaluate(turnAway, false);
  await expect(screen.role(dana.page, lee.username)).toHaveValue("member");
  expect(lines).toBe(2);
});

/** Whether a request is for the line on which news comes. */
function isLine(request: Request): boolean {
  return new URL(request.url()).pathname === "/live";
}

/** Makes a page believe that its tab is out of sight, or seen again. */
function turnAway(hidden: boolean): void {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
