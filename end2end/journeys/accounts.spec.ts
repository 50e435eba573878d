// Accounts: made, verified, signed in and out; and what happens to a page whose person has gone.

import { account, alert, beside, main, menu, PATHS, request, signIn, verify } from "../ground/screens.ts";
import { PASSWORD } from "../ground/settings.ts";
import { expect, test } from "../ground/test.ts";

test.beforeEach(async ({ people }) => {
  await people.settle();
});

test("an account is made, and verified by the link in its letter", async ({ people, look }) => {
  const dana = await people.visitor(people.identity("dana"));
  await dana.opens(PATHS.landing);
  await dana.presses("Create account", dana.page.getByRole("banner"));
  await expect(account.username(dana.page)).toBeVisible();
  await look(dana.page, "create account");
  await dana.createsAnAccount();

  const letter = await dana.letters.about(/verify/i);
  expect(letter.to).toEqual([dana.identity.email]);
  expect(letter.text).toContain(dana.username);
  expect(letter.html).toContain(dana.username);
  expect(letter.links).toHaveLength(1);

  await dana.opens(letter.links[0] ?? "");
  await expect(main(dana.page)).toContainText(dana.identity.email);
  await look(dana.page, "verify");
  await dana.verifies();
});

test("opening the letter's link verifies nothing; pressing the button does, once", async ({ people, expectConsole }) => {
  const dana = await people.signUp("dana");
  const letter = await dana.letters.about(/verify/i);
  const phone = await people.signIn(dana.identity);
  await phone.opens(letter.links[0] ?? "");
  // Whoever is not signed in as dana is asked to: a scanner, or a stranger with a mistyped address.
  const scanner = await people.visitor();
  await scanner.opens(letter.links[0] ?? "");
  await scanner.sees("Sign in");

  await dana.verifies();
  expectConsole(404, 409, 410);
  await dana.opens(letter.links[0] ?? "");
  await expect(main(dana.page)).toContainText("This link has done its work already.");

  // The page that somebody left open on it says the same, and changes nothing.
  await phone.hands.press(verify(phone.page));
  await expect(main(phone.page)).toContainText("This link has done its work already.");
});

test("a forged link verifies nothing and shows a way on", async ({ people, expectConsole }) => {
  const dana = await people.signUp("dana");
  const link = new URL((await dana.letters.about(/verify/i)).links[0] ?? "");
  for (const [name, value] of link.searchParams) link.searchParams.set(name, `${value.slice(0, -4)}AAAA`);
  if (link.search === "") link.pathname = `${link.pathname.slice(0, -4)}AAAA`;
  expectConsole(404, 410, 422);
  await dana.opens(link.href);
  await expect(main(dana.page)).toContainText("This link is not one of ours");
  await expect(verify(dana.page)).toHaveCount(0);
});

test("a new letter can be asked for, and ends the older link", async ({ people, expectConsole }) => {
  const dana = await people.signUp("dana");
  const first = (await dana.letters.about(/verify/i)).links[0] ?? "";
  await dana.opens(PATHS.landing);
  await dana.presses("Send it again");
  await dana.isTold(`A new letter to ${dana.identity.email} has been written.`);
  await expect.poll(() => dana.letters.now().length).toBe(2);
  expectConsole(404, 409, 410);
  await dana.opens(first);
  await expect(verify(dana.page)).toHaveCount(0);
  await dana.verifies();
  await expect(dana.page.getByRole("button", { name: "Send it again" })).toHaveCount(0);
});

test("signs in by username and by e-mail address, and signs out", async ({ people, look }) => {
  const dana = await people.visitor(await people.account("dana"));
  await dana.opens(PATHS.signIn);
  await look(dana.page, "sign in");
  await dana.signsIn({ username: dana.username, password: PASSWORD });
  await dana.signsOut();

  await dana.opens(PATHS.signIn);
  await dana.fillsTheSignIn({ username: dana.identity.email.toUpperCase(), password: PASSWORD });
  await dana.hands.press(signIn.submit(dana.page));
  await dana.isSignedIn();
});

test("a wrong password and an unknown name get the same sentence, and the name stays", async ({ people, look, expectConsole }) => {
  const dana = await people.visitor(await people.account("dana"));
  expectConsole(401, 422);
  const sentences: string[] = [];
  for (const username of [dana.username, "nobody-of-that-name"]) {
    await dana.opens(PATHS.signIn);
    await dana.fillsTheSignIn({ username, password: "wrong horse battery staple 1" });
    await dana.hands.press(signIn.submit(dana.page));
    await expect(alert(dana.page)).toContainText("Wrong username, address or password");
    sentences.push(await alert(dana.page).innerText());
    await expect(signIn.name(dana.page)).toHaveValue(username);
    await expect(signIn.password(dana.page)).toHaveValue("");
  }
  expect(sentences[0]).toBe(sentences[1]);
  await look(dana.page, "sign in, refused");

  // The refused page is one that Refresh and Back can be used on.
  await dana.page.reload();
  await dana.hands.ready();
  await dana.fillsTheSignIn();
  await dana.hands.press(signIn.submit(dana.page));
  await dana.isSignedIn();
});

test("guessing at a password is slowed down, says for how long, and keeps the name", async ({ people, watch, expectConsole }) => {
  await people.settle();
  // These hands are quicker than the page, which would put the cursor where it is wanted.
  watch.expectSaying(/^Autofocus processing was blocked/);
  const guesser = await people.visitor();
  expectConsole(422, 429);
  await guesser.opens(PATHS.signIn);
  for (let tries = 0; tries <= 10; tries += 1) {
    await guesser.fillsTheSignIn({ username: guesser.username, password: "wrong horse battery staple 1" });
    await Promise.all([guesser.page.waitForEvent("load"), guesser.hands.press(signIn.submit(guesser.page))]);
  }
  await expect(alert(guesser.page)).toContainText(/Too many tries. You can try again in (\d+ seconds|1 minute)/);
  await expect(signIn.name(guesser.page)).toHaveValue(guesser.username);
});

test("after signing out, Back shows nothing of what was there @script", async ({ people, expectConsole }) => {
  await people.settle();
  const dana = await people.member("dana");
  await dana.opens(PATHS.organizations);
  await dana.signsOut();
  expectConsole(401);
  await dana.page.goBack();
  await expect(signIn.name(dana.page)).toBeVisible();
  await expect(menu.summary(dana.page)).toHaveCount(0);
});

test("somebody who was sent to sign in comes back to where they were going", async ({ people }) => {
  const dana = await people.visitor(await people.account("dana"));
  await dana.opens(PATHS.organizations);
  await expect(signIn.name(dana.page)).toBeVisible();
  await dana.fillsTheSignIn();
  await dana.hands.press(signIn.submit(dana.page));
  await expect(dana.page).toHaveURL(new RegExp(`${PATHS.organizations}$`));
  await dana.sees("Your organizations");
});

test("an address of another site is no place to come back to", async ({ people }) => {
  const dana = await people.visitor(await people.account("dana"));
  for (const next of ["//evil.example/", "https://evil.example/", "/\\evil.example", "/do/accounts/sign-out"]) {
    await dana.opens(`${PATHS.signIn}?next=${encodeURIComponent(next)}`);
    await dana.fillsTheSignIn();
    await dana.hands.press(signIn.submit(dana.page));
    await dana.isSignedIn();
    expect(new URL(dana.page.url()).origin).toBe(dana.server.url);
    await dana.signsOut();
  }
});

test("an old tab of a signed-out person loses nothing", async ({ people, expectConsole, look }) => {
  const dana = await people.member("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);

  const other = await dana.page.context().newPage();
  await other.goto("/");
  if (dana.hands.javascript) await other.locator("html[data-ready]").waitFor({ state: "attached" });
  await menu.summary(other).click();
  await menu.entry(other, "Sign out").click();
  await expect(menu.summary(other)).toHaveCount(0);

  expectConsole(401);
  await dana.hands.press(request.create(dana.page));
  await expect(main(dana.page)).toContainText(/sign in/i);
  const kept = await dana.page.locator("main").evaluate((element) => {
    const values = [...element.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].map((field) => field.value);
    return `${element.textContent ?? ""} ${values.join(" ")}`;
  });
  expect(kept).toContain(sundial.display);
  expect(kept).toContain(sundial.description);
  await look(dana.page, "what was typed is kept");
});

test("signing in again gives another cookie, signing out takes it away, and neither ends another browser's", async ({ people, expectConsole }) => {
  // An open page whose session has ended hears so when it asks for news.
  expectConsole(401);
  const dana = await people.member("dana");
  const elsewhere = await people.signIn(dana.identity);
  const first = await elsewhere.page.context().cookies();
  await elsewhere.signsIn();
  const before = await elsewhere.page.context().cookies();
  await elsewhere.page.context().addCookies(first);
  await elsewhere.opens(PATHS.organizations);
  await expect(signIn.name(elsewhere.page)).toBeVisible();

  await elsewhere.page.context().addCookies(before);
  await dana.opens(PATHS.landing);
  await dana.signsOut();
  expect((await dana.page.context().cookies()).filter((cookie) => cookie.httpOnly)).toEqual([]);
  await elsewhere.opens(PATHS.organizations);
  await elsewhere.sees("Your organizations");

  await elsewhere.signsOut();
  await elsewhere.page.context().addCookies(before);
  await elsewhere.opens(PATHS.organizations);
  await expect(signIn.name(elsewhere.page)).toBeVisible();
});

test("the cookie of a session is out of reach for scripts and for other sites", async ({ people }) => {
  const dana = await people.member("dana");
  const cookies = await dana.page.context().cookies();
  const session = cookies.filter((cookie) => cookie.httpOnly);
  expect(session.length).toBeGreaterThan(0);
  for (const cookie of session) {
    expect(cookie.sameSite).toBe("Lax");
  }
});

test("a password can be shown and hidden again @script", async ({ people }) => {
  const visitor = await people.visitor();
  await visitor.opens(PATHS.signIn);
  await visitor.hands.fill(signIn.password(visitor.page), "seen by me alone");
  await visitor.presses("Show password", main(visitor.page));
  await expect(signIn.password(visitor.page)).toHaveAttribute("type", "text");
  await visitor.presses("Hide password", main(visitor.page));
  await expect(signIn.password(visitor.page)).toHaveAttribute("type", "password");
  await expect(signIn.password(visitor.page)).toHaveValue("seen by me alone");
});

test("a username that is taken, in whatever writing, is refused beside its field", async ({ people, expectConsole }) => {
  const taken = await people.signUp("lee-park");
  const visitor = await people.visitor();
  await visitor.opens(PATHS.createAccount);
  expectConsole(409, 422);
  await visitor.fillsTheAccount({
    username: taken.username.toUpperCase().replace("-", "_"),
    email: "other@example.org",
    password: PASSWORD,
  });
  await visitor.hands.press(account.create(visitor.page));
  await expect(beside(account.username(visitor.page))).toContainText("This username is taken.");
  await expect(account.email(visitor.page)).toHaveValue("other@example.org");
  await expect(account.username(visitor.page)).toHaveAttribute("aria-invalid", "true");
});

test("an address that another account has verified is not given away, and its holder is told", async ({ people }) => {
  const dana = await people.member("dana");
  const before = dana.letters.now().length;
  const other = await people.visitor({ ...people.identity("mallory"), email: dana.identity.email });
  await other.createsAnAccount();
  await expect.poll(() => dana.letters.now().length).toBe(before + 1);
  const letter = await dana.letters.last();
  expect(letter.text).toContain(other.username);
  expect(letter.links.some((link) => link.includes("/verify?token="))).toBe(false);
});
