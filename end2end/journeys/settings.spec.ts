// Account settings: email addresses, password, sessions and history, and the reset of a forgotten password.

import { alert, beside, decision, dialog, line, main, PATHS, settings, signIn } from "../support/screens.ts";
import { PASSWORD } from "../support/config.ts";
import { expect, test } from "../support/test.ts";

const ANOTHER = "another horse battery staple 2";

test.beforeEach(async ({ people }) => {
  await people.ensureAdministrator();
});

test("a reset link sets a password and signs out every device", async ({ people, checkAccessibility, expectConsole }) => {
  const dana = await people.user("dana");
  const lost = await people.visitor(dana.identity);
  await lost.opens(PATHS.forgotten);
  await checkAccessibility(lost.page, "forgotten password");
  await lost.requestsReset(dana.username);
  const email = await dana.emails.about(/Choose a new password/);
  expect(email.to).toEqual([dana.identity.email]);
  expect(email.links).toHaveLength(1);

  await lost.opens(email.links[0] ?? "");
  await lost.sees("Choose a new password");
  await expect(main(lost.page)).toContainText(dana.username);
  await checkAccessibility(lost.page, "choose a new password");
  await lost.input.fill(settings.next(lost.page), ANOTHER);
  await lost.input.press(settings.change(lost.page));
  await lost.isTold("Your password was changed. Sign in with the new one.");
  await lost.fillsTheSignIn({ username: dana.username, password: ANOTHER });
  await lost.input.press(signIn.submit(lost.page));
  await lost.isSignedIn();
  await dana.emails.about(/password of your account .* was changed/);

  // The device that was signed in must sign in again, and the old password is invalid.
  expectConsole(401, 410, 422);
  await dana.opens(PATHS.account);
  await dana.sees("Sign in");
  await dana.fillsTheSignIn();
  await dana.input.press(signIn.submit(dana.page));
  await expect(alert(dana.page)).toContainText("Wrong username, email address or password");
  await dana.opens(email.links[0] ?? "");
  await expect(main(dana.page)).toContainText("This link no longer works");
  await checkAccessibility(dana.page, "a used link");
});

test("a password change signs out other devices", async ({ people, checkAccessibility, expectConsole }) => {
  const dana = await people.user("dana");
  const phone = await people.signIn(dana.identity);
  await dana.opens(PATHS.landing);
  await dana.choosesFromTheMenu("Account settings");
  await dana.sees("Account settings");
  await checkAccessibility(dana.page, "account settings");

  expectConsole(401, 422);
  await dana.input.fill(settings.current(dana.page), "wrong horse battery staple 1");
  await dana.input.fill(settings.next(dana.page), ANOTHER);
  await dana.input.press(settings.change(dana.page));
  await expect(beside(settings.current(dana.page))).toContainText("This is not your password.");

  await dana.input.fill(settings.current(dana.page), PASSWORD);
  await dana.input.fill(settings.next(dana.page), ANOTHER);
  await dana.input.press(settings.change(dana.page));
  await dana.isTold("Your password was changed. Every other device is signed out.");
  await dana.emails.about(/password of your account .* was changed/);
  await phone.opens(PATHS.organizations);
  await phone.sees("Sign in");
  await phone.signsIn({ username: dana.username, password: ANOTHER });
});

test("an email address is added, verified and made primary, and the old one removed", async ({ people, checkAccessibility, server }) => {
  const dana = await people.user("dana");
  const work = `${dana.username}@work.example.org`;
  await dana.addsAnAddress(work);
  await dana.isTold(`The email to ${work} has a link to verify the address.`);
  await expect(line(dana.page, work)).toContainText("Not verified");
  await dana.emails.about(/was added to your account/);

  const email = await server.mail?.to(work).about(/verify/i);
  await dana.opens(email?.links[0] ?? "");
  await dana.presses("Verify email address");
  await dana.isTold(`${work} is verified.`);

  await dana.opens(PATHS.account);
  await dana.presses("Make primary", line(dana.page, work));
  await dana.isTold(`${work} is now your primary address.`);
  await expect(line(dana.page, work)).toContainText("Primary");
  // The old address gets an email too.
  await dana.emails.about(/now go to/);
  await server.mail?.to(work).about(/now go to/);

  await dana.presses("Remove", line(dana.page, dana.identity.email));
  await expect(dialog(dana.page)).toContainText("is removed from your account");
  await checkAccessibility(dana.page, "remove an address");
  await dana.input.press(decision.confirm(dana.page, "Remove"));
  await dana.isTold(`${dana.identity.email} was removed from your account.`);
  await expect(dialog(dana.page)).toHaveCount(0);
  await expect(line(dana.page, dana.identity.email)).toHaveCount(0);

  await dana.presses("History of your account");
  await dana.sees("History of your account");
  await expect(line(dana.page, `${dana.identity.email} was removed`)).toContainText("You");
  await checkAccessibility(dana.page, "account history");
});
