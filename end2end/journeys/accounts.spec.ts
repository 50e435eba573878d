// Accounts: creating, verifying, signing in and out, and pages whose session has ended.

import { account, alert, main, menu, PATHS, request, signIn } from "../support/screens.ts";
import { PASSWORD } from "../support/config.ts";
import { expect, test } from "../support/test.ts";

test.beforeEach(async ({ people }) => {
  await people.ensureAdministrator();
});

test("an account is created and verified by its emailed link", async ({ people, checkAccessibility }) => {
  const dana = await people.visitor(people.identity("dana"));
  await dana.opens(PATHS.landing);
  await dana.presses("Create account", dana.page.getByRole("banner"));
  await expect(account.username(dana.page)).toBeVisible();
  await checkAccessibility(dana.page, "create account");
  await dana.createsAnAccount();

  const email = await dana.emails.about(/verify/i);
  expect(email.to).toEqual([dana.identity.email]);
  expect(email.text).toContain(dana.username);
  expect(email.html).toContain(dana.username);
  expect(email.links).toHaveLength(1);

  await dana.opens(email.links[0] ?? "");
  await expect(main(dana.page)).toContainText(dana.identity.email);
  await checkAccessibility(dana.page, "verify");
  await dana.verifies();
});

test("username and email address both sign in", async ({ people, checkAccessibility, expectConsole }) => {
  const dana = await people.visitor(await people.account("dana"));
  await dana.opens(PATHS.signIn);
  await checkAccessibility(dana.page, "sign in");
  expectConsole(422);
  await dana.fillsTheSignIn({ username: dana.username, password: "wrong horse battery staple 1" });
  await dana.input.press(signIn.submit(dana.page));
  await expect(alert(dana.page)).toContainText("Wrong username, email address or password");
  await checkAccessibility(dana.page, "sign in, refused");
  // Refresh works on the refused page.
  await dana.page.reload();
  await dana.input.ready();
  await dana.signsIn({ username: dana.username, password: PASSWORD });
  await dana.signsOut();

  await dana.opens(PATHS.signIn);
  await dana.fillsTheSignIn({ username: dana.identity.email.toUpperCase(), password: PASSWORD });
  await dana.input.press(signIn.submit(dana.page));
  await dana.isSignedIn();
});

test("Back after signing out shows no private content", async ({ people, expectConsole }) => {
  await people.ensureAdministrator();
  const dana = await people.user("dana");
  await dana.opens(PATHS.organizations);
  await dana.signsOut();
  expectConsole(401);
  await dana.page.goBack();
  await expect(signIn.name(dana.page)).toBeVisible();
  await expect(menu.summary(dana.page)).toHaveCount(0);
});

test("a stale tab keeps its input after a sign-out", async ({ people, expectConsole, checkAccessibility }) => {
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);

  // Both the form and the page, which is told of the sign-out at once, get this status.
  expectConsole(401);
  const other = await dana.page.context().newPage();
  await other.goto("/");
  await other.locator("html[data-ready]").waitFor({ state: "attached" });
  await menu.summary(other).click();
  await menu.entry(other, "Sign out").click();
  await expect(menu.summary(other)).toHaveCount(0);

  await dana.input.press(request.create(dana.page));
  await expect(main(dana.page)).toContainText(/sign in/i);
  const kept = await dana.page.locator("main").evaluate((element) => {
    const values = [...element.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].map((field) => field.value);
    return `${element.textContent ?? ""} ${values.join(" ")}`;
  });
  expect(kept).toContain(sundial.display);
  expect(kept).toContain(sundial.description);
  await checkAccessibility(dana.page, "what was typed is kept");
});

test("a password can be shown and hidden again", async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens(PATHS.signIn);
  await visitor.input.fill(signIn.password(visitor.page), "seen by me alone");
  await visitor.presses("Show password", main(visitor.page));
  await expect(signIn.password(visitor.page)).toHaveAttribute("type", "text");
  await visitor.presses("Hide password", main(visitor.page));
  await expect(signIn.password(visitor.page)).toHaveAttribute("type", "password");
  await expect(signIn.password(visitor.page)).toHaveValue("seen by me alone");
});
