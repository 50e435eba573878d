// What a browser shows after Back: no private content to anyone else.

import type { Page } from "@playwright/test";

import { main, menu, PATHS, people as screen, request, signIn } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("Back after signing out shows no private content, however often it is pressed @both", async ({ people, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  await dana.opens(PATHS.account);
  await dana.opens(PATHS.manage(sundial.name));
  await dana.opens(PATHS.organizations);
  await dana.opensTheRequestForm();
  await dana.input.fill(request.display(dana.page), "Something that is nobody's business");
  await dana.signsOut();
  expectConsole(401);
  for (let times = 0; times < 3; times += 1) {
    await dana.page.goBack();
    await expect(signIn.name(dana.page)).toBeVisible();
    await expect(menu.summary(dana.page)).toHaveCount(0);
    const text = await dana.page.locator("body").innerText();
    for (const secret of [dana.username, sundial.display, "nobody's business"]) expect(text).not.toContain(secret);
  }
});

test("signing out keeps the theme", async ({ people }) => {
  const dana = await people.user("dana");
  await dana.opens(PATHS.account);
  await dana.presses(/^Dark/, dana.page.locator(".foot .theme"));
  await dana.signsOut();
  await expect(dana.page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("a page restored from the back/forward cache is covered until the reader is known", async ({ people, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  await dana.opens(PATHS.manage(sundial.name));
  await dana.opensTheInviteForm();
  await screen.username(dana.page).fill("lee");
  let answer: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await dana.page.route("**/see/accounts/reader", async (route) => {
    await asked;
    await route.continue();
  });
  await entersCache(dana.page);
  await expect(main(dana.page)).toBeHidden();
  await leavesCache(dana.page);
  await expect(dana.page.locator("html")).toHaveAttribute("data-covered", /./);
  await expect(main(dana.page)).toBeHidden();
  answer();
  await expect(main(dana.page)).toBeVisible();
  await expect(screen.username(dana.page)).toHaveValue("lee");
  await expect(screen.username(dana.page)).toBeFocused();

  // The session has ended meanwhile.
  expectConsole(401);
  await entersCache(dana.page);
  await dana.page.context().clearCookies();
  await leavesCache(dana.page);
  await expect(signIn.name(dana.page)).toBeVisible();
  await expect(dana.page.locator("body")).not.toContainText(sundial.display);
});

test("a page rendered from a cached answer is covered until the reader is known", async ({ people, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  await dana.opens(PATHS.manage(sundial.name));
  await dana.opens(PATHS.landing);
  await dana.page.goBack();
  await expect(main(dana.page)).toContainText(sundial.display);
  await dana.opens(PATHS.landing);

  // The session is ended from another device, so this browser keeps its cookie and its cache.
  const elsewhere = await people.signIn(dana.identity);
  await elsewhere.opens(PATHS.account);
  await elsewhere.presses(/^Sign out (the|all) other device/, main(elsewhere.page));
  await expect(main(elsewhere.page).getByRole("button", { name: /^Sign out/ })).toHaveCount(0);
  await dana.page.addInitScript((secret) => {
    const look = () => {
      if (document.body?.innerText.includes(secret)) sessionStorage.setItem("seen", secret);
      requestAnimationFrame(look);
    };
    look();
  }, sundial.display);
  expectConsole(401);
  await dana.page.goBack();
  await expect(signIn.name(dana.page)).toBeVisible();
  expect(await dana.page.evaluate(() => sessionStorage.getItem("seen"))).toBeNull();
});

test("a restored page's search field matches its list", async ({ people }) => {
  await people.ensureAdministrator();
  const visitor = await people.visitor();
  await visitor.opens("/search?q=dana");
  const box = visitor.page.getByRole("searchbox", { name: "Search organizations" });
  await visitor.input.fill(box, "uma");
  await entersCache(visitor.page);
  await leavesCache(visitor.page);
  await expect(box).toHaveValue("dana");
});

// Playwright starts Chromium without the back/forward cache, so these send the events that the page would get.
const entersCache = (page: Page) => page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
const leavesCache = (page: Page) => page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
