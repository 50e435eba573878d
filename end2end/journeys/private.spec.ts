// Private organizations: the draft, the billing page and the request. Also a disabled organization and pages of another
// account.

import { alert, beside, control, decision, dialog, line, main, PATHS, request, status } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("a private organization is a draft until its billing details are complete", async ({ people, checkAccessibility, expectConsole }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const works = people.organization("works");
  await dana.opens(PATHS.organizations);
  await expect(main(dana.page)).toContainText("5.00 USD per member per month");
  await dana.fillsTheRequest(works);
  await dana.input.check(request.private(dana.page));
  await dana.input.press(request.create(dana.page));
  await dana.sees(`Billing details for ${works.name}`);
  await checkAccessibility(dana.page, "billing details, empty");

  // Only dana sees the draft.
  await root.opens(PATHS.administration);
  await expect(line(root.page, works.name)).toHaveCount(0);
  await dana.opens(PATHS.organizations);
  await expect(line(dana.page, works.name)).toContainText("the billing details are missing");
  await checkAccessibility(dana.page, "a draft");
  await dana.presses("Continue", line(dana.page, works.name));

  expectConsole(422);
  await dana.input.fill(main(dana.page).getByLabel("Legal name", { exact: true }), "Works Ltd");
  await dana.presses("Submit", main(dana.page));
  await expect(beside(main(dana.page).getByLabel("Billing email", { exact: true }))).toContainText("email address for invoices");
  await expect(main(dana.page).getByLabel("Legal name", { exact: true })).toHaveValue("Works Ltd");
  await dana.input.fill(main(dana.page).getByLabel("Billing email", { exact: true }), "papers@works.example");
  await dana.input.fill(main(dana.page).getByLabel("Postal address", { exact: true }), "1 Quay Street\nFalmouth");
  await main(dana.page).getByLabel("Country", { exact: true }).selectOption("GB");
  await checkAccessibility(dana.page, "billing details, filled");
  await dana.presses("Submit", main(dana.page));
  await dana.isTold(`Your request for ${works.display} was submitted.`);

  await root.opensTheRequestFor(works);
  await expect(main(root.page)).toContainText("Works Ltd");
  await expect(main(root.page)).toContainText("United Kingdom");
  await checkAccessibility(root.page, "the request of a private organization");
  await root.approves(works);
  await dana.emails.about(/approved/);
});

test("a draft is discarded by its author", async ({ people, checkAccessibility }) => {
  const dana = await people.user("dana");
  const works = people.organization("works");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(works);
  await dana.input.check(request.private(dana.page));
  await dana.input.press(request.create(dana.page));
  await dana.sees(`Billing details for ${works.name}`);
  await dana.opens(PATHS.organizations);
  await dana.presses("Discard", line(dana.page, works.name));
  await expect(dialog(dana.page)).toContainText("is discarded, with everything you entered");
  await checkAccessibility(dana.page, "discard");
  await dana.input.press(decision.confirm(dana.page, "Discard"));
  await dana.isTold(`The draft for ${works.name} was discarded.`);
  await expect(line(dana.page, works.name)).toHaveCount(0);
});

test("an administrator disables an organization with a reason and enables it again", async ({ people, checkAccessibility, expectConsole }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.api.requestsOrganization(sundial);
  await root.api.approves(sundial);
  await dana.opens(PATHS.organizations);
  await root.opens(`/administration/organizations?q=${sundial.name}`);
  await checkAccessibility(root.page, "organizations");
  await root.input.press(line(root.page, sundial.name).getByRole("link").first());
  await root.presses("Disable", main(root.page));
  await expect(dialog(root.page)).toContainText(`all Owners of ${sundial.name} who can use their accounts`);
  await root.input.fill(decision.reason(root.page), "The name belongs to somebody else.");
  await root.input.press(decision.confirm(root.page, "Disable"));
  await root.isTold(/is disabled/);
  await checkAccessibility(root.page, "a disabled organization");
  const email = await dana.emails.about(/was disabled/);
  expect(email.text).toContain("The name belongs to somebody else.");

  // At once, on an open page.
  await expect(line(dana.page, sundial.name)).toContainText("The name belongs to somebody else.");
  expectConsole(403, 404);
  await dana.opens(PATHS.profile(sundial.name));
  await dana.sees("Page not found");

  await root.presses("Enable", main(root.page));
  await root.input.press(decision.confirm(root.page, "Enable"));
  await root.isTold(/is enabled again/);
  await dana.emails.about(/was enabled/);
  await dana.opens(PATHS.profile(sundial.name));
  await expect(main(dana.page)).toContainText(sundial.display);
});

test("a stale tab does not act for another account", async ({ people, expectConsole }) => {
  const dana = await people.user("dana");
  const lee = await people.user("lee");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);

  // In another tab of the same browser dana signs out, and lee signs in.
  const context = dana.page.context();
  await context.clearCookies();
  await context.addCookies(await lee.page.context().cookies());
  expectConsole(403);
  await dana.input.press(request.create(dana.page));
  await expect(alert(dana.page)).toContainText("Someone else has signed in since");
  await expect(request.name(dana.page)).toHaveValue(sundial.name);
  await dana.input.press(request.create(dana.page));
  await expect(status(dana.page)).toContainText("was submitted");
  await lee.opens(PATHS.organizations);
  await expect(control(line(lee.page, sundial.name), /^Withdraw/)).toBeVisible();
});

test("a typed reason is restored after its dialog was closed", async ({ people }) => {
  const root = await people.administrator();
  const dana = await people.headlessPerson("dana");
  const sundial = people.organization("sundial");
  await dana.api.requestsOrganization(sundial);
  await root.opensTheRequestFor(sundial);
  await root.input.press(decision.decline(root.page));
  await root.input.fill(decision.reason(root.page), "A long and careful reason.");
  await root.page.keyboard.press("Escape");
  await expect(dialog(root.page)).toHaveCount(0);
  await root.input.press(decision.decline(root.page));
  await expect(decision.reason(root.page)).toHaveValue("A long and careful reason.");
});

test("a session that ends in another tab keeps what is being typed", async ({ people, expectConsole }) => {
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);
  expectConsole(401);
  const tab = await dana.page.context().newPage();
  await tab.goto(PATHS.landing);
  await tab.locator("details.menu > summary").click();
  await tab.getByRole("button", { name: "Sign out" }).click();
  await expect(tab.getByRole("link", { name: "Sign in" }).first()).toBeVisible();
  await tab.close();

  await dana.page.bringToFront();
  await expect(dana.page.getByText("You are signed out. What you typed is still here.")).toBeVisible({ timeout: 20_000 });
  await expect(request.name(dana.page)).toHaveValue(sundial.name);
  await expect(request.description(dana.page)).toHaveValue(sundial.description);
});
