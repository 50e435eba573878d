// Concurrent changes by others: rows keep their places, and stale content says so.

import { alert, decision, dialog, line, main, PATHS, people as screen } from "../support/screens.ts";
import type { Organization } from "../support/identity.ts";
import type { People, Person } from "../support/people.ts";
import { expect, test } from "../support/test.ts";

test("rows keep their places while hovered and are sorted afterwards", async ({ people }) => {
  const { sundial, dana, kim, lee } = await withTwoOwners(people);
  const mira = await joins(people, dana, sundial, "mira");
  const names = main(dana.page).locator("table.managed b");
  await expect(names).toHaveText([dana.username, kim.username, lee.username, mira.username]);
  await screen.remove(dana.page, mira.username).hover();
  const where = async () => (await screen.remove(dana.page, mira.username).boundingBox())?.y;
  const before = await where();

  await changes(kim, sundial, mira, "Owner");
  await expect(screen.role(dana.page, mira.username)).toHaveValue("owner");
  expect(await where()).toBe(before);
  await removes(kim, sundial, lee);
  await expect(main(dana.page).locator("tr.gone")).toContainText(lee.username);
  await expect(main(dana.page).locator("tr.gone")).toHaveAttribute("inert");
  expect(await where()).toBe(before);

  await dana.page.mouse.move(1, 1);
  await expect(names).toHaveText([dana.username, kim.username, mira.username]);
  await expect(main(dana.page).locator("tr.gone")).toHaveCount(0);
});

test("a removed person is dropped from the selection and does not block the others", async ({ people, expectConsole }) => {
  const { sundial, dana, kim, lee } = await withTwoOwners(people);
  const mira = await joins(people, dana, sundial, "mira");
  for (const one of [lee, mira]) await dana.input.check(main(dana.page).getByRole("checkbox", { name: `Select ${one.username}`, exact: true }));
  await dana.presses("Remove selected", main(dana.page));
  await expect(dialog(dana.page)).toContainText("Remove 2 people?");
  await removes(kim, sundial, lee);

  expectConsole(409);
  await dana.input.fill(dialog(dana.page).getByLabel("Organization account name"), sundial.name);
  await dana.input.press(decision.confirm(dana.page, "Remove"));
  await expect(alert(dana.page)).toContainText(`Recent changes: ${lee.username}, a Member, was removed`);
  await expect(dialog(dana.page)).toContainText(`${lee.username} was removed by ${kim.username}`);
  await dana.input.press(dialog(dana.page).getByRole("link", { name: "Cancel" }));
  await expect(main(dana.page)).toContainText(`${lee.username} isn't a member and is no longer selected.`);
  await expect(main(dana.page)).toContainText("1 person selected.");
  await dana.presses("Remove selected", main(dana.page));
  await expect(dialog(dana.page)).toContainText(`Remove ${mira.username}?`);
  await dana.input.fill(screen.confirmation(dana.page), mira.username);
  await dana.input.press(decision.confirm(dana.page, "Remove"));
  await dana.isTold(`${mira.username} was removed.`);
  await expect(main(dana.page)).not.toContainText("no longer selected");
});

test("changes made during an outage are shown when the server answers again", async ({ people, expectConsole }) => {
  const { sundial, dana, kim, lee } = await withTwoOwners(people);
  expectConsole(503);
  const asked = dana.page.waitForResponse((response) => response.url().includes("/see/people/recent-events"));
  await dana.page.route("**/see/people/**", (route) => route.fulfill({ status: 503 }));
  await removes(kim, sundial, lee);
  await asked;
  await dana.page.unroute("**/see/people/**");
  await expect(screen.role(dana.page, lee.username)).toHaveCount(0);
  await expect(screen.recentEvents(dana.page)).toContainText(`${lee.username}, a Member, was removed from ${sundial.name} (by ${kim.username})`);
});

test("a stale dialog says so and shows the new preview", async ({ people, expectConsole }) => {
  const { sundial, dana, kim, lee } = await withTwoOwners(people);
  await dana.input.press(screen.remove(dana.page, lee.username));
  await dana.input.fill(screen.confirmation(dana.page), lee.username);
  await changes(kim, sundial, lee, "Manager");
  await expect(dialog(dana.page)).toContainText("This changed since you opened it.");
  await expect(dialog(dana.page)).toContainText(`${lee.username} is no longer a Member of ${sundial.name}`);
  await dana.input.press(dialog(dana.page).getByRole("button", { name: "Show the update" }));
  await expect(dialog(dana.page)).toContainText(`${lee.username} is no longer a Manager of ${sundial.name}`);
  await expect(dialog(dana.page)).not.toContainText("This changed since");
  await expect(dialog(dana.page).getByRole("heading", { level: 2 })).toBeFocused();
  await expect(screen.confirmation(dana.page)).toHaveValue(lee.username);

  expectConsole(409);
  await removes(kim, sundial, lee);
  await expect(dialog(dana.page)).toContainText(`${lee.username} was removed from ${sundial.name} by ${kim.username}.`);
});

test("an unsaved choice does not hide the new role", async ({ people }) => {
  const { sundial, dana, kim, lee } = await withTwoOwners(people);
  await screen.role(dana.page, lee.username).selectOption("Manager");
  await expect(line(dana.page, lee.username)).not.toContainText("is a");
  await changes(kim, sundial, lee, "Billing manager");
  await expect(screen.role(dana.page, lee.username)).toHaveValue("manager");
  await expect(main(dana.page).locator("tr.fresh")).toContainText(`now a Billing manager, by ${kim.username}`);
});

test("after saving a role by keyboard the focus is back in its row", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [kim, lee] = [await people.headlessPerson("kim"), await people.headlessPerson("lee")];
  await dana.addsMember(sundial, kim);
  await dana.addsMember(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await screen.role(dana.page, lee.username).focus();
  await screen.role(dana.page, lee.username).selectOption("Owner");
  await screen.save(dana.page, lee.username).focus();
  await dana.page.keyboard.press("Enter");
  await decision.confirm(dana.page, "Save").focus();
  await dana.page.keyboard.press("Enter");
  await dana.isTold(`${lee.username} is now an Owner.`);
  // The row stays where it is as long as the list is used by keyboard.
  await expect(screen.role(dana.page, lee.username)).toBeFocused();
  await screen.inviteMember(dana.page).focus();
  await expect(main(dana.page).locator("table.managed b")).toHaveText([dana.username, lee.username, kim.username]);
  await expect(screen.inviteMember(dana.page)).toBeFocused();
});

test("a dialog that failed to load is loaded again", async ({ people, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  await dana.addsMember(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  expectConsole(503);
  await dana.page.route("**/see/people/preview-remove*", (route) => route.fulfill({ status: 503 }));
  await dana.input.press(screen.remove(dana.page, lee.username));
  await expect(alert(dana.page)).toContainText("The server isn't responding");
  await dana.page.unroute("**/see/people/preview-remove*");
  await dana.input.press(dialog(dana.page).getByRole("link", { name: "Try again" }));
  await expect(dialog(dana.page)).toContainText(`${lee.username} is no longer a Member`);
});

test("a focused last invitation can be revoked or answered without an error", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.user("lee");
  await dana.invites(sundial, lee.username);
  await dana.isTold(`Invitation sent to ${lee.username}.`);
  await screen.revoke(dana.page, lee.username).focus();
  await dana.page.keyboard.press("Enter");
  await decision.confirm(dana.page, "Revoke invite").focus();
  await dana.page.keyboard.press("Enter");
  await dana.isTold(`${lee.username}'s invitation was revoked.`);
  await expect(screen.revoke(dana.page, lee.username)).toHaveCount(0);

  await dana.invites(sundial, lee.username);
  await dana.isTold(`Invitation sent to ${lee.username}.`);
  await screen.revoke(dana.page, lee.username).focus();
  await lee.accepts(sundial);
  await expect(screen.role(dana.page, lee.username)).toHaveValue("member");
  await expect(screen.revoke(dana.page, lee.username)).toBeHidden();
  await dana.page.keyboard.press("Tab");
  await expect(screen.revoke(dana.page, lee.username)).toHaveCount(0);
  await expect(dana.page.locator("#broken")).toBeHidden();
});

test("keyboard focus stays in the list when a row is removed", async ({ people }) => {
  const { sundial, dana, kim, lee } = await withTwoOwners(people);
  const mira = await joins(people, dana, sundial, "mira");
  await screen.role(dana.page, lee.username).focus();
  // Past the joining date, which shows its exact time on focus.
  for (let tabs = 0; tabs < 2; tabs += 1) await dana.page.keyboard.press("Tab");
  await expect(screen.remove(dana.page, lee.username)).toBeFocused();
  await removes(kim, sundial, lee);
  await expect(main(dana.page).locator("tr.gone")).toContainText("no longer in this list");
  await expect(main(dana.page).getByRole("checkbox", { name: `Select ${mira.username}`, exact: true })).toBeFocused();
});

/** An organization with the Owners dana and kim, and with lee as a Member. dana has its people open. */
async function withTwoOwners(people: People): Promise<{ sundial: Organization; dana: Person; kim: Person; lee: Person }> {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const kim = await joins(people, dana, sundial, "kim", "Owner");
  const lee = await joins(people, dana, sundial, "lee");
  return { sundial, dana, kim, lee };
}

/** Invites a new person who accepts. The Owner opens People again. */
async function joins(people: People, owner: Person, organization: Organization, base: string, role = "Member"): Promise<Person> {
  const person = await people.user(base);
  await owner.addsMember(organization, person, role);
  await owner.opens(PATHS.manage(organization.name));
  return person;
}

/** Changes a person's role from a fresh page. */
async function changes(by: Person, organization: Organization, whom: Person, role: string): Promise<void> {
  await by.opens(PATHS.manage(organization.name));
  await by.picks(whom, role);
  await by.input.press(decision.confirm(by.page, "Save"));
  await by.isTold(`${whom.username} is`);
}

/** Removes a person from a fresh page. */
async function removes(by: Person, organization: Organization, whom: Person): Promise<void> {
  await by.opens(PATHS.manage(organization.name));
  await by.input.press(screen.remove(by.page, whom.username));
  await by.input.fill(screen.confirmation(by.page), whom.username);
  await by.input.press(decision.confirm(by.page, "Remove"));
  await by.isTold(`${whom.username} was removed.`);
}
