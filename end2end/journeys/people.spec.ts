// The people of an organization: invitations and what becomes of them, roles, removing and leaving, each with several
// browsers at once.

import type { Request } from "@playwright/test";

import { alert, banner, beside, control, decision, dialog, line, main, PATHS, people as screen, status } from "../ground/screens.ts";
import { expect, test } from "../ground/test.ts";

test("an Owner invites, the invitee finds a banner, accepts, and appears on the Owner's open page @main", async ({ people, look, javaScriptEnabled }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
  await lee.opens(PATHS.landing);
  await dana.invites(sundial, lee.username, "Manager");
  await dana.isTold(`Invitation sent to ${lee.username}.`);
  await expect(line(dana.page, lee.username)).toContainText("Manager");
  await look(dana.page, "a pending invitation");
  const letter = await lee.letters.about(/invites you to/);
  expect(letter.text).toContain("Manages teams, and creates projects.");
  await dana.letters.about(new RegExp(`${lee.username} is invited to`));

  // At once on an open page; without JavaScript on the next one.
  if (!javaScriptEnabled) await lee.opens(PATHS.landing);
  await expect(banner(lee.page)).toContainText(`invites you to ${sundial.display}`);
  await lee.presses("See the invitation", banner(lee.page));
  await lee.sees(`Invitation to ${sundial.display}`);
  await expect(main(lee.page)).toContainText("create a project in the organization");
  await look(lee.page, "an invitation");
  await lee.opens(PATHS.organizations);
  await look(lee.page, "pending invitations");
  await lee.hands.press(screen.accept(lee.page, sundial.display));
  await lee.isTold(`Welcome to ${sundial.display}: you are a Manager now.`);
  await expect(line(lee.page, sundial.name)).toContainText("Manager");
  await expect(banner(lee.page)).toHaveCount(0);

  if (!javaScriptEnabled) await dana.opens(PATHS.manage(sundial.name));
  await expect(screen.role(dana.page, lee.username)).toHaveValue("manager");
  if (javaScriptEnabled) await expect(line(dana.page, lee.username)).toContainText("joined just now");
  await dana.letters.about(new RegExp(`${lee.username} joined`));
  await look(dana.page, "people, as an Owner sees them");
  await lee.opens(PATHS.manage(sundial.name));
  await expect(main(lee.page)).toContainText(`Only Owners can invite people, change roles and remove people. The Owner here is ${dana.username}.`);
  await look(lee.page, "people, as a Manager sees them");
});

test("who can't be invited is told why beside the field, and nothing typed is lost", async ({ people, expectConsole, javaScriptEnabled }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const fresh = await people.signUp("fresh");
  const lee = await people.member("lee");
  await dana.takesIn(sundial, lee, "Billing manager");
  expectConsole(422);
  const cases: [string, RegExp][] = [
    ["nobody-at-all", /no account with this username/],
    ["dana@example.org", /Type a username, not an e-mail address/],
    [dana.username, /This is you/],
    [lee.username, /Is a Billing manager of it already/],
    [fresh.username, /no verified e-mail address yet/],
  ];
  for (const [name, why] of cases) {
    await dana.opens(PATHS.manage(sundial.name));
    await dana.hands.fill(screen.username(dana.page), name);
    if (javaScriptEnabled) await screen.username(dana.page).blur();
    if (javaScriptEnabled) await expect(beside(screen.username(dana.page))).toContainText(why);
    await dana.hands.check(screen.as(dana.page, "Manager"));
    await dana.hands.press(screen.invite(dana.page));
    await expect(beside(screen.username(dana.page))).toContainText(why);
    await expect(screen.username(dana.page)).toHaveValue(name);
    await expect(screen.as(dana.page, "Manager")).toBeChecked();
  }
  const mira = await people.member("mira");
  await dana.invites(sundial, mira.username);
  await dana.isTold("Invitation sent");
  await dana.invites(sundial, mira.username);
  await expect(beside(screen.username(dana.page))).toContainText("Has an invitation already, as a Member, until");
});

test("several are invited from a list that is judged first", async ({ people, look }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [lee, mira, sam] = [await people.member("lee"), await people.member("mira"), await people.member("sam")];
  await dana.opens(PATHS.manage(sundial.name));
  await dana.presses("Invite several at once", main(dana.page));
  await dana.hands.fill(main(dana.page).getByLabel("Usernames"), `${lee.username}, ${mira.username}\n@${sam.username} nobody-at-all\n${dana.username}`);
  await main(dana.page).getByLabel("Role").selectOption("Manager");
  await dana.presses("Look at the names", main(dana.page));
  await expect(main(dana.page).getByRole("heading", { name: "3 people can be invited, as a Manager" })).toBeVisible();
  await expect(main(dana.page)).toContainText("There is no account with this username.");
  await look(dana.page, "several invitations, judged");
  await main(dana.page).getByRole("checkbox", { name: sam.username }).uncheck();
  await dana.presses("Invite them", main(dana.page));
  await dana.isTold(`Invitations sent to ${lee.username} and ${mira.username}.`);
  await lee.letters.about(/invites you to/);
  await expect(line(dana.page, mira.username)).toContainText("Manager");
  await expect(main(dana.page).locator("tr").filter({ hasText: sam.username })).toHaveCount(0);
});

test("an invitation is declined with a word, and the Owners read it", async ({ people, look }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
  await dana.invites(sundial, lee.username);
  await dana.isTold("Invitation sent");
  await lee.opens(PATHS.organizations);
  await lee.hands.press(screen.decline(lee.page, sundial.display));
  await expect(dialog(lee.page)).toContainText(`the Owners of ${sundial.name}`);
  await look(lee.page, "decline");
  await lee.hands.fill(decision.message(lee.page), "No time this year.");
  await lee.hands.press(decision.confirm(lee.page, "Decline"));
  await lee.isTold(`The invitation to ${sundial.display} is declined.`);
  const letter = await dana.letters.about(/declined the invitation/);
  expect(letter.text).toContain("No time this year.");
  await lee.letters.about(/You declined/);
  await dana.opens(PATHS.manage(sundial.name));
  await expect(main(dana.page).getByRole("heading", { name: "Pending invitations" })).toHaveCount(0);
});

test("an invitation is revoked, its link is dead, and an old tab is told", async ({ people, look, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
  const mira = await people.member("mira");
  await dana.invites(sundial, lee.username);
  await dana.isTold("Invitation sent");
  const first = await lee.letters.about(/invites you to/);
  await dana.hands.press(screen.resend(dana.page));
  await dana.isTold(`The invitation is sent to ${lee.username} again.`);
  await expect.poll(async () => (await lee.letters.about(/invites you to/)).links[0]).not.toBe(first.links[0]);
  const newest = await lee.letters.about(/invites you to/);
  expectConsole(403, 404, 409);
  await lee.opens(first.links[0] ?? "");
  await expect(alert(lee.page)).toContainText("newer one has taken its place");
  await mira.opens(newest.links[0] ?? "");
  await expect(alert(mira.page)).toContainText(`This link belongs to the account ${lee.username}`);
  await lee.opens(newest.links[0] ?? "");
  await expect(screen.accept(lee.page, sundial.display)).toBeVisible();

  await dana.opens(PATHS.manage(sundial.name));
  await dana.hands.press(screen.revoke(dana.page, lee.username));
  await expect(dialog(dana.page)).toContainText(`The invitation of ${lee.username} to become a Member`);
  await look(dana.page, "revoke");
  await dana.hands.press(decision.confirm(dana.page, "Revoke invite"));
  await dana.isTold(`The invitation of ${lee.username} is revoked.`);
  await lee.letters.about(/is revoked/);
  // The tab that was open is told, whether it has heard of it or presses the button.
  const told = alert(lee.page).or(status(lee.page)).filter({ hasText: /revoked/ });
  const accept = screen.accept(lee.page, sundial.display);
  if (await accept.isVisible()) await lee.hands.press(accept).catch(() => undefined);
  await expect(told.first()).toContainText("has been revoked");
});

test("a role is changed after one has read what it means @main", async ({ people, look, javaScriptEnabled }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
  await dana.takesIn(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  if (javaScriptEnabled) await expect(screen.save(dana.page, lee.username)).toBeHidden();
  await screen.role(dana.page, lee.username).selectOption("Billing manager");
  await dana.hands.press(screen.save(dana.page, lee.username));
  await expect(dialog(dana.page)).toContainText(`${lee.username} can then see and change its billing`);
  await expect(dialog(dana.page)).toContainText(`${lee.username} and the Owners of ${sundial.name}`);
  await look(dana.page, "change a role");
  await dana.hands.press(decision.confirm(dana.page, "Save"));
  await dana.isTold(`${lee.username} is a Billing manager now.`);
  await expect(screen.role(dana.page, lee.username)).toHaveValue("billing_manager");
  await lee.letters.about(/You are a Billing manager/);
});

test("a role is shown as saved when it is, and not before @script", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
  await dana.takesIn(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await screen.role(dana.page, lee.username).selectOption("Manager");
  await dana.hands.press(screen.save(dana.page, lee.username));
  await expect(decision.confirm(dana.page, "Save")).toBeVisible();
  await dana.page.route("**/do/people/assign-role", async (route) => {
    await dana.page.waitForTimeout(1_000);
    await route.continue();
  });
  await dana.hands.press(decision.confirm(dana.page, "Save"));
  await expect(dialog(dana.page).getByRole("button", { name: "Saving…" })).toBeVisible();
  await expect(status(dana.page)).toBeEmpty();
  await dana.isTold(`${lee.username} is a Manager now.`);
});

test("saving over somebody's newer change is refused with what they changed", async ({ people, expectConsole, javaScriptEnabled }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [kim, lee] = [await people.member("kim"), await people.member("lee")];
  await dana.takesIn(sundial, kim, "Owner");
  await dana.takesIn(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await kim.opens(PATHS.manage(sundial.name));
  await screen.role(kim.page, lee.username).selectOption("Manager");
  await kim.hands.press(screen.save(kim.page, lee.username));
  await kim.hands.press(decision.confirm(kim.page, "Save"));
  await kim.isTold(`${lee.username} is a Manager now.`);
  if (javaScriptEnabled) await expect(line(dana.page, lee.username)).toContainText(`now a Manager, by ${kim.username}`);
  expectConsole(409);
  // What an old tab would ask.
  await dana.opens(`${PATHS.manage(sundial.name)}?confirm=role&people=${lee.username}%3Dmember&as=owner`);
  await expect(dialog(dana.page)).toContainText(`${lee.username} has become a Manager meanwhile, by ${kim.username}.`);
});

test("a role that one gave oneself a moment ago is given another at once, from a list that is older", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
  await dana.takesIn(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await screen.role(dana.page, lee.username).selectOption("Manager");
  await dana.hands.press(screen.save(dana.page, lee.username));
  await dana.hands.press(decision.confirm(dana.page, "Save"));
  await dana.isTold(`${lee.username} is a Manager now.`);
  // What the row said before.
  await dana.opens(`${PATHS.manage(sundial.name)}?confirm=role&people=${lee.username}%3Dmember&as=billing_manager`);
  await expect(dialog(dana.page)).toContainText(`${lee.username} becomes a Billing manager, and is a Manager no longer`);
  await dana.hands.press(decision.confirm(dana.page, "Save"));
  await dana.isTold(`${lee.username} is a Billing manager now.`);
});

test("several get a role at once, with one preview", async ({ people, look }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [lee, mira] = [await people.member("lee"), await people.member("mira")];
  await dana.takesIn(sundial, lee);
  await dana.takesIn(sundial, mira);
  await dana.opens(PATHS.manage(sundial.name));
  await dana.presses("Remove all", main(dana.page));
  await expect(dialog(dana.page)).toContainText("Choose somebody first");
  await look(dana.page, "nobody is chosen");
  await dana.presses("Close", dialog(dana.page));
  await expect(dialog(dana.page)).toHaveCount(0);
  for (const person of [lee, mira]) await dana.hands.check(main(dana.page).getByRole("checkbox", { name: `Choose ${person.username}`, exact: true }));
  await main(dana.page).getByLabel("Role of all who are chosen").selectOption("Manager");
  await dana.presses("Change role", main(dana.page));
  await expect(dialog(dana.page)).toContainText(`${lee.username} becomes a Manager`);
  await expect(dialog(dana.page)).toContainText(`${mira.username} becomes a Manager`);
  await look(dana.page, "change several roles");
  await dana.hands.press(decision.confirm(dana.page, "Save"));
  await dana.isTold(`${lee.username} and ${mira.username} are Managers now.`);
});

test("a member is removed by typing their name, and their open page ends", async ({ people, look, expectConsole, javaScriptEnabled }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
  await dana.takesIn(sundial, lee, "Manager");
  await lee.opens(PATHS.manage(sundial.name));
  await dana.opens(PATHS.manage(sundial.name));
  await dana.hands.press(screen.remove(dana.page, lee.username));
  await expect(dialog(dana.page)).toContainText(`${lee.username} is no longer a Manager of ${sundial.name}`);
  await look(dana.page, "remove");
  expectConsole(404, 422);
  await dana.hands.fill(screen.confirmation(dana.page), "somebody");
  await dana.hands.press(decision.confirm(dana.page, "Remove"));
  await expect(beside(screen.confirmation(dana.page))).toContainText(`Type ${lee.username}, letter for letter.`);
  await dana.hands.fill(screen.confirmation(dana.page), lee.username);
  await dana.hands.press(decision.confirm(dana.page, "Remove"));
  await dana.isTold(`${lee.username} is removed.`);
  await expect(screen.role(dana.page, lee.username)).toHaveCount(0);
  await lee.letters.about(/You were removed/);
  if (javaScriptEnabled) return expect(alert(lee.page)).toContainText(`You are no longer a member of this organization. ${dana.username} removed you just now.`);
  await lee.opens(PATHS.manage(sundial.name));
  await lee.sees("There is no such page");
});

test("a member leaves; the last Owner is told why not, and both ways out", async ({ people, look, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
  await dana.takesIn(sundial, lee, "Billing manager");
  await lee.opens(PATHS.manage(sundial.name));
  await lee.hands.press(screen.remove(lee.page, lee.username));
  await expect(dialog(lee.page)).toContainText("Leave this organization?");
  await look(lee.page, "leave");
  expectConsole(404, 409);
  await lee.hands.fill(screen.confirmation(lee.page), lee.username);
  await lee.hands.press(decision.confirm(lee.page, "Remove"));
  await lee.isTold(`You have left ${sundial.display}.`);
  await dana.letters.about(new RegExp(`${lee.username} has left`));

  await dana.opens(PATHS.manage(sundial.name));
  await dana.hands.press(screen.remove(dana.page, dana.username));
  await expect(dialog(dana.page)).toContainText("would be left without an Owner. Make somebody else an Owner first, or delete the organization.");
  await look(dana.page, "the last Owner");
});

test("two clicks, Back and a link that was opened twice have one outcome @script", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.member("lee");
  await dana.opens(PATHS.manage(sundial.name));
  await dana.hands.fill(screen.username(dana.page), lee.username);
  await screen.invite(dana.page).dblclick();
  await dana.isTold(`Invitation sent to ${lee.username}.`);
  const letter = await lee.letters.about(/invites you to/);
  await lee.opens(letter.links[0] ?? "");
  await screen.accept(lee.page, sundial.display).dblclick();
  await lee.isTold("Welcome to");
  await lee.page.goBack();
  await expect(alert(lee.page)).toContainText("has been accepted already");
  await expect(control(main(lee.page), "Your organizations")).toBeVisible();
});

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

test("whoever hears the page is told what each part of it is", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [lee, mira] = [await people.member("lee"), await people.member("mira")];
  await dana.takesIn(sundial, lee, "Manager");
  await dana.invites(sundial, mira.username);
  await dana.isTold(`Invitation sent to ${mira.username}.`);
  await dana.opens(PATHS.manage(sundial.name));
  await expect(main(dana.page)).toMatchAriaSnapshot(`
    - main:
      - heading "${sundial.display}" [level=1]
      - navigation "Manage ${sundial.display}":
        - link "People"
      - heading "2 people" [level=2]
      - table:
        - rowgroup:
          - row "Choose Person Role Joined Action"
        - rowgroup:
          - row:
            - cell:
              - checkbox "Choose ${dana.username}"
            - cell /${dana.username} you/
            - cell:
              - combobox "Role of ${dana.username}":
                - option "Owner" [selected]
            - cell
            - cell:
              - link "Remove ${dana.username}"
          - row:
            - cell:
              - checkbox "Choose ${lee.username}"
            - cell
            - cell:
              - combobox "Role of ${lee.username}":
                - option "Manager" [selected]
            - cell
            - cell:
              - link "Remove ${lee.username}"
      - group "With all who are chosen":
        - combobox "Role of all who are chosen"
        - button "Change role"
        - button "Remove all"
      - heading "Pending invitations" [level=2]
      - table:
        - rowgroup:
          - row "Person Role Invited by Ends Action"
        - rowgroup:
          - row:
            - cell "${mira.username}"
            - cell "Member"
            - cell "${dana.username}"
            - cell
            - cell:
              - button "Re-send"
              - link "Revoke invite of ${mira.username}"
      - heading "Invite" [level=2]
      - combobox "Username"
      - group "Role"
      - button "Invite"
  `);
  await dana.presses(`Remove ${lee.username}`, main(dana.page));
  await expect(dialog(dana.page)).toMatchAriaSnapshot(`
    - dialog "Remove ${lee.username}?":
      - heading "Remove ${lee.username}?" [level=2]
      - heading "Ends" [level=3]
      - list
      - heading "Stays" [level=3]
      - list
      - heading "Told by e-mail" [level=3]
      - list
      - textbox "Username"
      - link "Cancel"
      - button "Remove"
  `);
  await mira.opens(PATHS.organizations);
  await expect(banner(mira.page)).toMatchAriaSnapshot(`
    - text: ${dana.username} invites you to ${sundial.display}, as a Member.
    - link "See the invitation"
  `);
});

/** Makes a page believe that its tab is out of sight, or seen again. */
/** Whether a request is for the line on which news comes. */
function isLine(request: Request): boolean {
  return new URL(request.url()).pathname === "/live";
}

function turnAway(hidden: boolean): void {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
