// Requests: submitting, withdrawing, approving and declining, also with two tabs, double clicks and lost connections.

import { alert, beside, control, decision, dialog, line, main, PATHS, people as screen, request, status } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("a request is declined only with a reason", async ({ people, expectConsole, checkAccessibility }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.api.requestsOrganization(sundial);
  await root.opensTheRequestFor(sundial);
  await root.input.press(decision.decline(root.page));
  await expect(dialog(root.page)).toContainText("stays available");
  await checkAccessibility(root.page, "decline");
  expectConsole(422);
  await root.input.press(decision.confirm(root.page, "Decline"));
  await expect(decision.reason(root.page)).toHaveAttribute("aria-invalid", "true");
  await expect(decision.reason(root.page)).toBeFocused();
  await dana.opens(PATHS.organizations);
  await expect(control(line(dana.page, sundial.name), /^Withdraw/)).toBeVisible();
});

test("a withdrawn request can't be decided", async ({ people, checkAccessibility, expectConsole }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.api.requestsOrganization(sundial);
  await root.opensTheRequestFor(sundial);
  await root.input.press(decision.approve(root.page));
  await expect(dialog(root.page)).toBeVisible();

  await dana.opens(PATHS.organizations);
  await dana.presses(/^Withdraw/, line(dana.page, sundial.name));
  await expect(dialog(dana.page)).toContainText(sundial.name);
  await checkAccessibility(dana.page, "withdraw");
  await dana.presses("Cancel", dialog(dana.page));
  await expect(dialog(dana.page)).toHaveCount(0);
  // The open dialog says so before anybody presses its button.
  expectConsole(409);
  await dana.withdraws(sundial);
  await expect(line(dana.page, sundial.name)).toContainText(/withdrawn/i);
  await expect(dialog(root.page)).toContainText("This request has been withdrawn");
  await expect(decision.confirm(root.page, "Approve")).toHaveCount(0);
  expectConsole(404);
  await dana.opens(PATHS.profile(sundial.name));
});

test("a taken name is refused while typing", async ({ people, expectConsole }) => {
  const root = await people.administrator();
  const [dana, lee] = [await people.headlessPerson("dana"), await people.user("lee")];
  const sundial = people.organization("sundial");
  await dana.api.requestsOrganization(sundial);
  await root.api.approves(sundial);

  await lee.opens(PATHS.organizations);
  await lee.input.fill(request.name(lee.page), sundial.name.toUpperCase());
  // What the server knows is shown at once, and nothing is promised.
  await expect(beside(request.name(lee.page))).toContainText("This name is taken.");
  await expect(beside(request.name(lee.page))).not.toContainText("Available.");
  await expect(beside(request.name(lee.page))).not.toContainText("/org/");
  await lee.fillsTheRequest({ ...sundial, name: sundial.name.toUpperCase() });
  await request.display(lee.page).focus();
  await expect(beside(request.name(lee.page))).toContainText("This name is taken.");
  expectConsole(409, 422);
  await lee.input.press(request.create(lee.page));
  await expect(beside(request.name(lee.page))).toContainText("This name is taken.");
  await expect(request.description(lee.page)).toHaveValue(sundial.description);
});

test("a form that is answered after its page was left says so on the next page", async ({ people }) => {
  await people.ensureAdministrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);
  let send = (): void => undefined;
  const held = new Promise<void>((resolve) => (send = resolve));
  await dana.page.route("**/do/requests/file", async (route) => {
    await held;
    await route.continue();
  }, { times: 1 });
  await dana.input.press(request.create(dana.page));
  await dana.choosesFromTheMenu("Account settings");
  await dana.sees("Account settings");
  send();
  await dana.isTold(`Your request for ${sundial.display} was submitted.`);
  await dana.sees("Account settings");
});

test("the form stays while others change the page, and shares what was typed with its own page", async ({ people }) => {
  const root = await people.administrator();
  const [dana, lee] = [await people.user("dana"), await people.user("lee")];
  const [sundial, moonrise] = [people.organization("sundial"), people.organization("moonrise")];
  await lee.api.requestsOrganization(sundial);
  await root.api.approves(sundial);
  await dana.opens(PATHS.organizations);
  await dana.input.fill(request.name(dana.page), moonrise.name);
  await lee.api.invites(sundial, dana.username, "Member");
  await expect(main(dana.page).getByRole("heading", { name: "Pending invitations" })).toBeVisible();
  await dana.input.press(screen.accept(dana.page, sundial.display));
  await expect(line(dana.page, sundial.name)).toContainText("Member");
  await expect(request.name(dana.page)).toHaveValue(moonrise.name);
  await dana.page.reload();
  await dana.opensTheRequestForm();
  await expect(request.name(dana.page)).toHaveValue(moonrise.name);
});

test("the normalized name and similar names are shown beside the field", async ({ people, checkAccessibility }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const modem = people.organization("modern");
  await dana.api.requestsOrganization(modem);
  await root.api.approves(modem);

  await dana.opens(PATHS.organizations);
  await dana.opensTheRequestForm();
  // After a link, a reader with a keyboard or a screen reader is at the heading of the new page.
  await expect(main(dana.page).getByRole("heading", { level: 1, name: "Create new organization" })).toBeFocused();
  await checkAccessibility(dana.page, "create new organization");
  await dana.input.fill(request.name(dana.page), "Foo__Bar.Baz");
  await expect(beside(request.name(dana.page))).toContainText("foo-bar-baz");
  await expect(beside(request.name(dana.page))).toContainText(/available/i);
  await dana.input.fill(request.name(dana.page), `${modem.name.replace("rn", "m")}`);
  await expect(beside(request.name(dana.page))).toContainText(modem.name);
});

test("an account without a verified email address is told to verify it first", async ({ people, checkAccessibility }) => {
  await people.ensureAdministrator();
  const dana = await people.signUp("dana");
  await dana.opens(PATHS.organizations);
  await expect(request.create(dana.page)).toBeDisabled();
  await expect(main(dana.page)).toContainText("Verify your email address first");
  await checkAccessibility(dana.page, "your organizations, not verified");
});

test("a double click makes one request", async ({ people }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);
  await dana.input.ready();
  await request.create(dana.page).dblclick();
  await expect(line(dana.page, sundial.name)).toBeVisible();
  await expect(main(dana.page).locator("[aria-invalid=true]")).toHaveCount(0);
  await root.opens(PATHS.administration);
  await expect(decision.rows(root.page, sundial.display)).toHaveCount(1);
  await dana.emails.about(new RegExp(sundial.name));
  expect(dana.emails.now().filter((email) => email.subject.includes(sundial.name))).toHaveLength(1);
});

test("Refresh, and Back and Create again, make one request and have one answer @both", async ({ people }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.requestsOrganization(sundial);
  await dana.page.reload();
  await dana.input.ready();
  await expect(line(dana.page, sundial.name)).toBeVisible();
  if (!dana.input.javascript) {
    // The previous page has the form as it was sent. The same form again gets the same answer.
    await dana.page.goBack();
    await expect(request.name(dana.page)).toHaveValue(sundial.name);
    await dana.input.press(request.create(dana.page));
    await dana.isTold(`Your request for ${sundial.display} was submitted.`);
    await expect(line(dana.page, sundial.name)).toHaveCount(1);
  } else {
    // The form has been cleared, and stays so after Back and Forward.
    await dana.page.goBack();
    await dana.page.goForward();
    await dana.input.ready();
    await dana.opensTheRequestForm();
    await expect(request.name(dana.page)).toHaveValue("");
  }
  await root.opens(PATHS.administration);
  await expect(decision.rows(root.page, sundial.display)).toHaveCount(1);
});

test("a server restart between form and submit loses no input", async ({ people, server, watch }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);
  watch.expectOutage();
  await server.restart("SIGKILL");
  await dana.input.press(request.create(dana.page));
  await expect(line(dana.page, sundial.name)).toBeVisible();
  await root.opensTheRequestFor(sundial);
});

test("while the server is down, the form keeps its input and can be resubmitted", async ({ people, server, watch }) => {
  await people.ensureAdministrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);
  watch.expectOutage();
  await server.stop();
  try {
    await dana.input.press(request.create(dana.page));
    await expect(alert(dana.page)).toBeVisible();
    await expect(request.description(dana.page)).toHaveValue(sundial.description);
  } finally {
    await server.start();
  }
  await dana.input.press(request.create(dana.page));
  await expect(line(dana.page, sundial.name)).toBeVisible();
});

test("a form resent after a lost answer is executed once", async ({ people, watch }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);
  watch.expectMessage(/Failed to load resource: net::ERR_FAILED/);
  watch.expectOutage();
  await dana.page.route("**/do/requests/file", async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  }, { times: 1 });
  await dana.input.press(request.create(dana.page));
  await expect(alert(dana.page)).toContainText("It's safe to submit twice");
  await expect(request.display(dana.page)).toHaveValue(sundial.display);
  await dana.input.press(request.create(dana.page));
  await dana.isTold(`Your request for ${sundial.display} was submitted.`);
  await root.opens(PATHS.administration);
  await expect(decision.rows(root.page, sundial.display)).toHaveCount(1);
});

test("the second of two administrators to decide sees the first decision", async ({ people, expectConsole }) => {
  const root = await people.administrator();
  const dana = await people.headlessPerson("dana");
  const sundial = people.organization("sundial");
  await dana.api.requestsOrganization(sundial);
  await root.opensTheRequestFor(sundial);
  await root.input.press(decision.approve(root.page));
  await expect(decision.confirm(root.page, "Approve")).toBeVisible();

  const other = await people.signIn(root.identity);
  // The open dialog says so before anybody presses its button.
  expectConsole(409);
  await other.declines(sundial, "Another time.");
  await expect(dialog(root.page)).toContainText(`This request has already been declined by ${root.username}. Nothing was changed.`);
  await expect(decision.confirm(root.page, "Approve")).toHaveCount(0);
});

test("consent to a stale preview gets the new one", async ({ people, expectConsole }) => {
  const root = await people.administrator();
  const [dana, lee] = [await people.headlessPerson("dana"), await people.headlessPerson("lee")];
  const sundial = people.organization("sundial");
  await dana.api.requestsOrganization(sundial);
  await root.opensTheRequestFor(sundial);
  await root.input.press(decision.approve(root.page));
  await root.input.fill(decision.message(root.page), "Welcome.");

  // A rival appears. Approval would now close their request too, which the open preview does not say.
  await lee.api.requestsOrganization(sundial);
  expectConsole(409);
  await root.input.press(decision.confirm(root.page, "Approve"));
  await expect(dialog(root.page)).toContainText("This changed since you opened the page");
  await expect(dialog(root.page)).toContainText(`${lee.username}'s request for the same name`);
  await expect(decision.message(root.page)).toHaveValue("Welcome.");
  await root.input.press(decision.confirm(root.page, "Approve"));
  await root.isTold(`${sundial.name} was approved.`);
});

test("another person's decision appears without a reload", async ({ people }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await root.opens(PATHS.administration);
  await dana.requestsOrganization(sundial);
  await expect(main(root.page)).toContainText(sundial.display);
  await root.approves(sundial);
  await expect(line(dana.page, sundial.display)).toContainText("Owner");
});

test("the status line shows only the last action", async ({ people }) => {
  await people.ensureAdministrator();
  const dana = await people.user("dana");
  await dana.requestsOrganization(people.organization("sundial"));
  await dana.choosesFromTheMenu("Account settings");
  await dana.sees("Account settings");
  await expect(status(dana.page)).toBeEmpty();
  await dana.page.goBack();
  await dana.sees("Your organizations");
  await expect(status(dana.page)).toBeEmpty();
});
