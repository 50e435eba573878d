// Invitations to an organization: sending, answering and revoking.

import { alert, banner, beside, control, decision, dialog, line, main, PATHS, people as screen } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("an Owner invites, the invitee finds a banner, accepts, and appears on the Owner's open page", async ({ people, checkAccessibility }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.user("lee");
  await lee.opens(PATHS.landing);
  await dana.invites(sundial, lee.username, "Manager");
  await dana.isTold(`Invitation sent to ${lee.username}.`);
  await expect(line(dana.page, lee.username)).toContainText("Manager");
  await checkAccessibility(dana.page, "a pending invitation");
  const email = await lee.emails.about(/invites you to/);
  expect(email.text).toContain("Manager: Sees the organization and its people.");
  await dana.emails.about(new RegExp(`${lee.username} is invited to`));

  // At once, on an open page.
  await expect(banner(lee.page)).toContainText(`invites you to join ${sundial.display}`);
  await lee.presses("View invitation", banner(lee.page));
  await lee.sees(`Invitation to ${sundial.display}`);
  await expect(main(lee.page)).toContainText("see this organization");
  await checkAccessibility(lee.page, "an invitation");
  await lee.opens(PATHS.organizations);
  await checkAccessibility(lee.page, "pending invitations");
  await lee.input.press(screen.accept(lee.page, sundial.display));
  await lee.isTold(`Welcome to ${sundial.display}. You are now a Manager.`);
  await expect(line(lee.page, sundial.name)).toContainText("Manager");
  await expect(banner(lee.page)).toHaveCount(0);

  // Rows are inserted only while none is hovered.
  await dana.page.mouse.move(0, 0);
  await expect(screen.role(dana.page, lee.username)).toHaveValue("manager");
  await expect(line(dana.page, lee.username)).toContainText("joined just now");
  await dana.emails.about(new RegExp(`${lee.username} joined`));
  await checkAccessibility(dana.page, "people, as an Owner sees them");
  await lee.opens(PATHS.manage(sundial.name));
  await expect(main(lee.page)).toContainText(`Only Owners can invite people, change roles and remove people. The Owner here is ${dana.username}.`);
  await checkAccessibility(lee.page, "people, as a Manager sees them");
});

test("an invalid invitee is refused at the field, and the input is kept", async ({ people, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  await dana.addsMember(sundial, lee, "Billing manager");
  expectConsole(422);
  const cases: [string, RegExp][] = [
    ["dana@example.org", /Enter the person's username, not an email address/],
    [lee.username, /This person is already a Billing manager of this organization/],
  ];
  for (const [name, why] of cases) {
    await dana.opens(PATHS.manage(sundial.name));
    await dana.opensTheInviteForm();
    await dana.input.fill(screen.username(dana.page), name);
    await screen.username(dana.page).blur();
    await expect(beside(screen.username(dana.page))).toContainText(why);
    await dana.input.check(screen.as(dana.page, "Manager"));
    await dana.input.press(screen.invite(dana.page));
    await expect(beside(screen.username(dana.page))).toContainText(why);
    await expect(screen.username(dana.page)).toHaveValue(name);
    await expect(screen.as(dana.page, "Manager")).toBeChecked();
  }
  const mira = await people.headlessPerson("mira");
  await dana.invites(sundial, mira.username);
  await dana.isTold("Invitation sent");
  await dana.invites(sundial, mira.username);
  await expect(beside(screen.username(dana.page))).toContainText("This person already has an invitation as a Member, valid until");
});

test("several people are invited from a pasted list after a check", async ({ people, checkAccessibility }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [lee, mira, sam] = [await people.headlessPerson("lee"), await people.headlessPerson("mira"), await people.headlessPerson("sam")];
  await dana.opens(PATHS.manage(sundial.name));
  await dana.opensTheInviteForm();
  await dana.presses("Invite several people", main(dana.page));
  await dana.input.fill(main(dana.page).getByLabel("Usernames"), `${lee.username}, ${mira.username}\n@${sam.username} nobody-at-all\n${dana.username}`);
  await main(dana.page).getByLabel("Role").selectOption("Manager");
  await dana.presses("Check names", main(dana.page));
  await expect(main(dana.page).getByRole("heading", { name: "3 people can be invited as Managers" })).toBeVisible();
  await expect(main(dana.page)).toContainText("There is no account with this username.");
  await checkAccessibility(dana.page, "several invitations, checked");
  await main(dana.page).getByRole("checkbox", { name: sam.username }).uncheck();
  await dana.presses("Invite selected", main(dana.page));
  await dana.isTold(`Invitations sent to ${lee.username} and ${mira.username}.`);
  await lee.emails.about(/invites you to/);
  await expect(line(dana.page, mira.username)).toContainText("Manager");
  await expect(main(dana.page).locator("tr").filter({ hasText: sam.username })).toHaveCount(0);
});

test("a list with nobody selected, or with someone gone, says so and is kept", async ({ people, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const kim = await people.user("kim");
  await dana.invites(sundial, kim.username, "Owner");
  await dana.isTold(`Invitation sent to ${kim.username}.`);
  // The role of this invitation is not preselected for the next one.
  await expect(screen.as(dana.page, "Member")).toBeChecked();
  await kim.accepts(sundial);
  const [lee, mira, sam] = [await people.headlessPerson("lee"), await people.headlessPerson("mira"), await people.headlessPerson("sam")];
  expectConsole(409, 422);
  await dana.opens(`${PATHS.manage(sundial.name)}/invite?names=${lee.username}+${mira.username}+${sam.username}`);
  const box = (person: { username: string }) => main(dana.page).getByRole("checkbox", { name: person.username });
  for (const person of [lee, mira, sam]) await box(person).uncheck();
  await dana.presses("Invite selected", main(dana.page));
  await expect(alert(dana.page)).toContainText("Select at least one person.");
  for (const person of [lee, mira, sam]) await expect(box(person)).not.toBeChecked();
  await box(lee).check();
  await box(mira).check();
  await kim.invites(sundial, lee.username);
  await kim.isTold(`Invitation sent to ${lee.username}.`);
  await dana.presses("Invite selected", main(dana.page));
  await expect(alert(dana.page)).toContainText("Nobody was invited, because 1 of these 2 people can no longer be invited. The list shows why.");
  await expect(line(dana.page, lee.username)).toContainText("This person already has an invitation");
  await expect(box(mira)).toBeChecked();
  await expect(box(sam)).not.toBeChecked();
  await dana.presses("Invite selected", main(dana.page));
  await dana.isTold(`Invitation sent to ${mira.username}.`);
});

test("a message typed for one invitation is not shown for another", async ({ people }) => {
  const [sundial, tower] = [people.organization("sundial"), people.organization("tower")];
  const dana = await people.owner("dana", sundial);
  const kim = await people.owner("kim", tower);
  const lee = await people.user("lee");
  await dana.invites(sundial, lee.username);
  await kim.invites(tower, lee.username);
  await kim.isTold("Invitation sent");
  await lee.opens(PATHS.organizations);
  await lee.input.press(screen.decline(lee.page, sundial.display));
  await lee.input.fill(decision.message(lee.page), "Not for you.");
  await lee.presses("Cancel", dialog(lee.page));
  await lee.input.press(screen.decline(lee.page, tower.display));
  await expect(decision.message(lee.page)).toHaveValue("");
  await lee.presses("Cancel", dialog(lee.page));
  await lee.input.press(screen.decline(lee.page, sundial.display));
  await expect(decision.message(lee.page)).toHaveValue("Not for you.");
});

test("double clicks, Back and a link opened twice have one outcome", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.user("lee");
  await dana.opens(PATHS.manage(sundial.name));
  await dana.opensTheInviteForm();
  await dana.input.fill(screen.username(dana.page), lee.username);
  await screen.invite(dana.page).dblclick();
  await dana.isTold(`Invitation sent to ${lee.username}.`);
  const email = await lee.emails.about(/invites you to/);
  await lee.opens(email.links[0] ?? "");
  await screen.accept(lee.page, sundial.display).dblclick();
  await lee.isTold("Welcome to");
  await lee.page.goBack();
  await expect(alert(lee.page)).toContainText("You have already accepted this invitation");
  await expect(control(main(lee.page), "Your organizations")).toBeVisible();
});
