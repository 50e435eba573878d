// Account settings: addresses, password, devices, history; and a password that was forgotten.

import { alert, banner, beside, decision, dialog, line, main, PATHS, settings, signIn } from "../ground/screens.ts";
import { PASSWORD } from "../ground/settings.ts";
import { expect, test } from "../ground/test.ts";

const ANOTHER = "another horse battery staple 2";

test.beforeEach(async ({ people }) => {
  await people.settle();
});

test("a forgotten password is replaced by the letter's link, and every device is signed out @main", async ({ people, look, expectConsole }) => {
  const dana = await people.member("dana");
  const lost = await people.visitor(dana.identity);
  await lost.forgets(dana.username);
  await look(lost.page, "forgotten password");
  const letter = await dana.letters.about(/Choose a new password/);
  expect(letter.to).toEqual([dana.identity.email]);
  expect(letter.links).toHaveLength(1);

  await lost.opens(letter.links[0] ?? "");
  await lost.sees("Choose a new password");
  await expect(main(lost.page)).toContainText(dana.username);
  await look(lost.page, "choose a new password");
  await lost.hands.fill(settings.next(lost.page), ANOTHER);
  await lost.hands.press(settings.change(lost.page));
  await lost.isTold("Your password is changed. Sign in with it.");
  await lost.fillsTheSignIn({ username: dana.username, password: ANOTHER });
  await lost.hands.press(signIn.submit(lost.page));
  await lost.isSignedIn();
  await dana.letters.about(/password of your account .* was changed/);

  // The device that was signed in is asked to sign in, and the old password is nobody's.
  expectConsole(401, 410, 422);
  await dana.opens(PATHS.account);
  await dana.sees("Sign in");
  await dana.fillsTheSignIn();
  await dana.hands.press(signIn.submit(dana.page));
  await expect(alert(dana.page)).toContainText("Wrong username, address or password");
  await dana.opens(letter.links[0] ?? "");
  await expect(main(dana.page)).toContainText("This link no longer works");
  await look(dana.page, "a used link");
});

test("whoever asks for a new password learns nothing of who has an account", async ({ people }) => {
  const unverified = await people.signUp("newcomer");
  const visitor = await people.visitor();
  for (const name of [unverified.username, unverified.identity.email, "nobody-of-that-name", "nobody@example.org"]) {
    await visitor.forgets(name);
  }
  await expect.poll(() => unverified.letters.now().map((letter) => letter.subject)).toHaveLength(1);
});

test("a password is changed, and the other devices are signed out @main", async ({ people, look, expectConsole }) => {
  const dana = await people.member("dana");
  const phone = await people.signIn(dana.identity);
  await dana.opens(PATHS.landing);
  await dana.choosesFromTheMenu("Account settings");
  await dana.sees("Account settings");
  await look(dana.page, "account settings");

  expectConsole(401, 422);
  await dana.hands.fill(settings.current(dana.page), "wrong horse battery staple 1");
  await dana.hands.fill(settings.next(dana.page), ANOTHER);
  await dana.hands.press(settings.change(dana.page));
  await expect(beside(settings.current(dana.page))).toContainText("This is not your password.");

  await dana.hands.fill(settings.current(dana.page), PASSWORD);
  await dana.hands.fill(settings.next(dana.page), ANOTHER);
  await dana.hands.press(settings.change(dana.page));
  await dana.isTold("Your password is changed. Every other device is signed out.");
  await dana.letters.about(/password of your account .* was changed/);
  await phone.opens(PATHS.organizations);
  await phone.sees("Sign in");
  await phone.signsIn({ username: dana.username, password: ANOTHER });
});

test("an address is added, verified, made primary, and the old one removed @main", async ({ people, look, server }) => {
  const dana = await people.member("dana");
  const work = `${dana.username}@work.example.org`;
  await dana.addsAnAddress(work);
  await dana.isTold(`A letter to ${work} has the link that verifies it.`);
  await expect(line(dana.page, work)).toContainText("Not verified");
  await dana.letters.about(/was added to your account/);

  const letter = await server.mail?.to(work).about(/verify/i);
  await dana.opens(letter?.links[0] ?? "");
  await dana.presses("Verify e-mail address");
  await dana.isTold(`${work} is verified.`);

  await dana.opens(PATHS.account);
  await dana.presses("Make primary", line(dana.page, work));
  await dana.isTold(`Letters go to ${work} from now on.`);
  await expect(line(dana.page, work)).toContainText("Primary");
  // The old address hears of it too.
  await dana.letters.about(/go to .* from now on/);
  await server.mail?.to(work).about(/go to .* from now on/);

  await dana.presses("Remove", line(dana.page, dana.identity.email));
  await expect(dialog(dana.page)).toContainText("no longer an address of your account");
  await look(dana.page, "remove an address");
  await dana.hands.press(decision.confirm(dana.page, "Remove"));
  await dana.isTold(`${dana.identity.email} is removed from your account.`);
  await expect(dialog(dana.page)).toHaveCount(0);
  await expect(line(dana.page, dana.identity.email)).toHaveCount(0);

  await dana.presses("History of your account");
  await dana.sees("History of your account");
  await expect(line(dana.page, `${dana.identity.email} was removed`)).toContainText("You");
  await look(dana.page, "account history");
});

test("a mistyped address of a new account is mended from within", async ({ people, server }) => {
  const dana = await people.signUp("dana");
  const right = `${dana.username}@right.example.org`;
  await dana.addsAnAddress(right);
  const letter = await server.mail?.to(right).about(/verify/i);
  await dana.opens(letter?.links[0] ?? "");
  await dana.presses("Verify e-mail address");
  await dana.isTold(`${right} is verified.`);
  await dana.opens(PATHS.account);
  await dana.presses("Make primary", line(dana.page, right));
  await dana.isTold(`Letters go to ${right} from now on.`);
  await expect(banner(dana.page)).toHaveCount(0);
});

test("a wrong address or password is told beside its field, and nothing is lost", async ({ people, expectConsole }) => {
  const dana = await people.member("dana");
  expectConsole(422);
  await dana.addsAnAddress("no-address", PASSWORD);
  await expect(beside(settings.email(dana.page))).toContainText("with one “@”");
  await expect(settings.email(dana.page)).toHaveValue("no-address");
  await dana.addsAnAddress("further@example.org", "wrong horse battery staple 1");
  await expect(beside(settings.yourPassword(dana.page))).toContainText("This is not your password.");
  await expect(settings.email(dana.page)).toHaveValue("further@example.org");
  await dana.addsAnAddress(dana.identity.email.toUpperCase());
  await expect(beside(settings.email(dana.page))).toContainText("Your account has this address already.");
});

test("another device is signed out, or all of them at once", async ({ people, expectConsole }) => {
  const dana = await people.member("dana");
  const [phone, laptop, desk] = [await people.signIn(dana.identity), await people.signIn(dana.identity), await people.signIn(dana.identity)];
  await dana.opens(PATHS.account);
  await expect(main(dana.page).getByText("This device", { exact: true })).toHaveCount(1);
  const others = main(dana.page).getByRole("button", { name: "Sign out", exact: true });
  await expect(others).toHaveCount(3);
  // Open pages of a device hear at once that it is signed out.
  expectConsole(401);
  await dana.hands.press(others.first());
  await dana.isTold("The device is signed out.");
  await expect(others).toHaveCount(2);
  await dana.hands.press(settings.others(dana.page));
  await dana.isTold("2 other devices are signed out.");
  await expect(others).toHaveCount(0);
  for (const device of [phone, laptop, desk]) {
    await device.opens(PATHS.organizations);
    await device.sees("Sign in");
  }
});

test("a link that went to a stranger's mailbox verifies nothing for them", async ({ people, server, expectConsole }) => {
  const dana = await people.member("dana");
  const stranger = await people.member("stranger");
  const mistyped = `${dana.username}@mistyped.example.org`;
  await dana.addsAnAddress(mistyped);
  const link = (await server.mail?.to(mistyped).about(/verify/i))?.links[0] ?? "";
  expectConsole(401, 403);
  await stranger.opens(link);
  await expect(main(stranger.page)).toContainText(`This link belongs to the account ${dana.username}.`);
  const visitor = await people.visitor(dana.identity);
  await visitor.opens(link);
  await visitor.sees("Sign in");
  await visitor.fillsTheSignIn();
  await visitor.hands.press(signIn.submit(visitor.page));
  await visitor.sees("Verify your e-mail address");
});

test("a link for a new password that has been used meanwhile shows a way on", async ({ people, expectConsole }) => {
  const dana = await people.member("dana");
  const [one, other] = [await people.visitor(dana.identity), await people.visitor(dana.identity)];
  await one.forgets(dana.username);
  const link = (await dana.letters.about(/Choose a new password/)).links[0] ?? "";
  for (const person of [one, other]) {
    await person.opens(link);
    await person.hands.fill(settings.next(person.page), ANOTHER);
  }
  await one.hands.press(settings.change(one.page));
  await one.isTold("Your password is changed. Sign in with it.");
  expectConsole(410);
  await other.hands.press(settings.change(other.page));
  await expect(alert(other.page)).toContainText("This link no longer works");
  await other.opens(PATHS.forgotten);
});
