// The people of an organization: roles, removing and leaving, and what a screen reader reads.

import { alert, banner, beside, decision, dialog, line, main, PATHS, people as screen, status } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("a role is changed after its preview", async ({ people, checkAccessibility }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  await dana.addsMember(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await expect(screen.save(dana.page, lee.username)).toBeHidden();
  await dana.picks(lee, "Billing manager");
  await expect(dialog(dana.page)).toContainText(`${lee.username} becomes a Billing manager and is no longer a Member`);
  await expect(dialog(dana.page)).toContainText(`${lee.username}, all Owners of ${sundial.name}`);
  await checkAccessibility(dana.page, "change a role");
  await dana.input.press(decision.confirm(dana.page, "Save"));
  await dana.isTold(`${lee.username} is now a Billing manager.`);
  await expect(screen.role(dana.page, lee.username)).toHaveValue("billing_manager");
  await lee.emails.about(/You are now a Billing manager/);
});

test("a role is shown as saved only once it is", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  await dana.addsMember(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await dana.picks(lee, "Manager");
  await expect(decision.confirm(dana.page, "Save")).toBeVisible();
  await dana.page.route("**/do/people/assign-role", async (route) => {
    await dana.page.waitForTimeout(1_000);
    await route.continue();
  });
  await dana.input.press(decision.confirm(dana.page, "Save"));
  await expect(dialog(dana.page).getByRole("button", { name: "Saving…" })).toBeVisible();
  await expect(status(dana.page)).toBeEmpty();
  await dana.isTold(`${lee.username} is now a Manager.`);
});

test("saving over a newer change is refused with that change", async ({ people, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [kim, lee] = [await people.user("kim"), await people.headlessPerson("lee")];
  await dana.addsMember(sundial, kim, "Owner");
  await dana.addsMember(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await kim.opens(PATHS.manage(sundial.name));
  await kim.picks(lee, "Manager");
  await kim.input.press(decision.confirm(kim.page, "Save"));
  await kim.isTold(`${lee.username} is now a Manager.`);
  await expect(line(dana.page, lee.username)).toContainText(`now a Manager, by ${kim.username}`);
  expectConsole(409);
  // The dialog of an old tab.
  await dana.opens(`${PATHS.manage(sundial.name)}?confirm=role&who=${lee.username}%3Dmember&as=owner`);
  await expect(dialog(dana.page)).toContainText(`${kim.username} has since made ${lee.username} a Manager.`);
});

test("the list keeps its place after a dialog is cancelled or confirmed", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [lee, mira] = [await people.headlessPerson("lee"), await people.headlessPerson("mira")];
  await dana.addsMember(sundial, lee);
  await dana.addsMember(sundial, mira);
  const shown = `${PATHS.manage(sundial.name)}?q=${lee.username.slice(0, 3)}`;
  await dana.opens(`${shown}&people=${mira.username}%3Dmember`);
  await expect(main(dana.page)).toContainText("1 person selected, 1 not shown here.");
  await dana.picks(lee, "Manager");
  await dana.presses("Cancel", dialog(dana.page));
  await expect(dialog(dana.page)).toHaveCount(0);
  await expect(screen.role(dana.page, mira.username)).toHaveCount(0);
  await expect(main(dana.page)).toContainText("1 person selected, 1 not shown here.");
  await expect(main(dana.page).getByRole("checkbox", { name: `Select ${lee.username}`, exact: true })).not.toBeChecked();

  await dana.input.check(main(dana.page).getByRole("checkbox", { name: `Select ${lee.username}`, exact: true }));
  // The selection is kept when another person's dialog is opened, and during a search.
  await dana.input.press(screen.remove(dana.page, lee.username));
  await dana.presses("Cancel", dialog(dana.page));
  await expect(main(dana.page)).toContainText("2 people selected, 1 not shown here.");
  await main(dana.page).getByRole("searchbox", { name: "Find people" }).fill(dana.username);
  await dana.presses("Find", main(dana.page));
  await expect(screen.role(dana.page, dana.username)).toBeVisible();
  await expect(main(dana.page)).toContainText("2 people selected, 2 not shown here.");
  await main(dana.page).getByLabel("Role for selected people").selectOption("Member");
  await dana.presses("Change role", main(dana.page));
  await expect(dialog(dana.page)).toContainText("Make 2 people Members?");
  await dana.presses("Close", dialog(dana.page));
  await main(dana.page).getByRole("searchbox", { name: "Find people" }).fill(lee.username.slice(0, 3));
  await dana.presses("Find", main(dana.page));
  await expect(screen.role(dana.page, lee.username)).toBeVisible();
  await main(dana.page).getByLabel("Role for selected people").selectOption("Billing manager");
  await dana.presses("Change role", main(dana.page));
  await expect(dialog(dana.page)).toContainText(`${mira.username} becomes a Billing manager`);
  await dana.input.press(decision.confirm(dana.page, "Save"));
  await dana.isTold("are now Billing managers.");
  await expect(dana.page).toHaveURL(new RegExp(`[?]q=${lee.username.slice(0, 3)}$`));
  await expect(screen.role(dana.page, mira.username)).toHaveCount(0);
  await expect(main(dana.page).getByRole("checkbox", { name: `Select ${lee.username}`, exact: true })).not.toBeChecked();
});

test("several people get a role with one preview", async ({ people, checkAccessibility }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [lee, mira] = [await people.headlessPerson("lee"), await people.headlessPerson("mira")];
  await dana.addsMember(sundial, lee);
  await dana.addsMember(sundial, mira);
  await dana.opens(`${PATHS.manage(sundial.name)}?confirm=remove`);
  await expect(dialog(dana.page)).toContainText("Select people first");
  await checkAccessibility(dana.page, "nobody is selected");
  await dana.presses("Close", dialog(dana.page));
  await expect(dialog(dana.page)).toHaveCount(0);
  await expect(screen.removeSelected(dana.page)).toBeHidden();
  await dana.input.check(screen.select(dana.page, lee.username));
  await expect(main(dana.page)).toContainText("1 person selected.");
  await screen.select(dana.page, lee.username).uncheck();
  await expect(screen.removeSelected(dana.page)).toBeHidden();
  for (const person of [lee, mira]) await dana.input.check(screen.select(dana.page, person.username));
  await checkAccessibility(dana.page, "two people are selected");
  await dana.presses("Change role", main(dana.page));
  await expect(dialog(dana.page)).toContainText("Choose a role first");
  await dana.presses("Close", dialog(dana.page));
  await expect(dialog(dana.page)).toHaveCount(0);
  await main(dana.page).getByLabel("Role for selected people").selectOption("Manager");
  await dana.presses("Change role", main(dana.page));
  await expect(dialog(dana.page)).toContainText(`${lee.username} becomes a Manager`);
  await expect(dialog(dana.page)).toContainText(`${mira.username} becomes a Manager`);
  await checkAccessibility(dana.page, "change several roles");
  await dana.input.press(decision.confirm(dana.page, "Save"));
  await dana.isTold(`${lee.username} and ${mira.username} are now Managers.`);
  // Nobody is selected any more, so the button that had opened the dialog is gone.
  await expect(screen.removeSelected(dana.page)).toBeHidden();
  await expect(dana.page.getByRole("heading", { level: 1 })).toBeFocused();
});

test("Invite member opens the form in place, with the username focused", async ({ people, checkAccessibility, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  await dana.opens(PATHS.manage(sundial.name));
  await expect(screen.username(dana.page)).toBeHidden();
  await dana.input.press(screen.inviteMember(dana.page));
  await expect(screen.username(dana.page)).toBeFocused();
  await checkAccessibility(dana.page, "the form Invite");
  expectConsole(422);
  await dana.input.fill(screen.username(dana.page), "nobody-here");
  await dana.input.press(screen.invite(dana.page));
  await expect(beside(screen.username(dana.page))).toContainText("There is no account with this username.");
  await expect(screen.username(dana.page)).toHaveValue("nobody-here");
});

test("people and invitations are exported from a menu", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  await dana.opens(PATHS.manage(sundial.name));
  const csv = main(dana.page).getByRole("link", { name: "CSV", exact: true });
  await expect(csv).toBeHidden();
  await dana.input.press(main(dana.page).locator("details.exports > summary"));
  const download = dana.page.waitForEvent("download");
  await csv.click();
  expect((await download).suggestedFilename()).toBe(`${sundial.name}-people.csv`);
  await expect(csv).toBeHidden();
});

test("a member is removed by typing their name, and their open page ends", async ({ people, checkAccessibility, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.user("lee");
  await dana.addsMember(sundial, lee, "Manager");
  await lee.opens(PATHS.manage(sundial.name));
  await dana.opens(PATHS.manage(sundial.name));
  await dana.input.press(screen.remove(dana.page, lee.username));
  await expect(dialog(dana.page)).toContainText(`${lee.username} is no longer a Manager of ${sundial.name}`);
  await checkAccessibility(dana.page, "remove");
  expectConsole(404, 422);
  await dana.input.fill(screen.confirmation(dana.page), "somebody");
  // The browser compares as the server does.
  await screen.confirmation(dana.page).blur();
  await expect(beside(screen.confirmation(dana.page))).toContainText(`Type ${lee.username} exactly.`);
  await dana.input.press(decision.confirm(dana.page, "Remove"));
  await expect(beside(screen.confirmation(dana.page))).toContainText(`Type ${lee.username} exactly.`);
  await dana.input.fill(screen.confirmation(dana.page), lee.username);
  await dana.input.press(decision.confirm(dana.page, "Remove"));
  await dana.isTold(`${lee.username} was removed.`);
  await expect(screen.role(dana.page, lee.username)).toHaveCount(0);
  await lee.emails.about(/You were removed/);
  await expect(alert(lee.page)).toContainText(`You are no longer a member of this organization. ${dana.username} removed you just now.`);
});

test("a screen reader gets a name for each part of the page", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [lee, mira] = [await people.headlessPerson("lee"), await people.user("mira")];
  await dana.addsMember(sundial, lee, "Manager");
  await dana.invites(sundial, mira.username);
  await dana.isTold(`Invitation sent to ${mira.username}.`);
  await dana.opens(PATHS.manage(sundial.name));
  await dana.opensTheInviteForm();
  await dana.input.check(screen.select(dana.page, lee.username));
  await expect(main(dana.page)).toMatchAriaSnapshot(`
    - main:
      - heading "${sundial.display}" [level=1]
      - navigation "Manage ${sundial.display}":
        - link "People"
      - heading "2 people" [level=2]
      - group:
        - combobox "Username"
        - group "Role"
        - button "Invite"
      - heading "Pending invitations" [level=3]
      - table:
        - rowgroup:
          - row "Person Role Invited by Expires Action"
        - rowgroup:
          - row:
            - cell "${mira.username}"
            - cell "Member"
            - cell "${dana.username}"
            - cell
            - cell:
              - button "Re-send invite to ${mira.username}"
              - link "Revoke invite for ${mira.username}"
      - heading "Members" [level=3]
      - table:
        - rowgroup:
          - row "Select Person Role Joined Action"
        - rowgroup:
          - row:
            - cell:
              - checkbox "Select ${dana.username}"
            - cell /${dana.username} you/
            - cell:
              - combobox "Role of ${dana.username}" [disabled]:
                - option "Owner" [selected]
              - paragraph: /without an Owner/
            - cell
            - cell:
              - button "Remove ${dana.username}" [disabled]
          - row:
            - cell:
              - checkbox "Select ${lee.username}"
            - cell
            - cell:
              - combobox "Role of ${lee.username}":
                - option "Manager" [selected]
            - cell
            - cell:
              - link "Remove ${lee.username}"
      - group "With selected":
        - combobox "Role for selected people"
        - button "Change role"
        - button "Remove selected"
  `);
  await dana.presses(`Remove ${lee.username}`, main(dana.page));
  await expect(dialog(dana.page)).toMatchAriaSnapshot(`
    - dialog "Remove ${lee.username}?":
      - heading "Remove ${lee.username}?" [level=2]
      - heading "Ends" [level=3]
      - list
      - heading "Stays" [level=3]
      - list
      - heading "Emailed" [level=3]
      - list
      - textbox "Username"
      - link "Cancel"
      - button "Remove"
  `);
  await mira.opens(PATHS.organizations);
  await expect(banner(mira.page)).toMatchAriaSnapshot(`
    - text: ${dana.username} invites you to join ${sundial.display} as a Member.
    - link "View invitation"
  `);
});
