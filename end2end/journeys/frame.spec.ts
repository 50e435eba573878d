// The frame of every page: the skip link, the theme, error pages and the policy.

import { main, menu, PATHS } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("the first Tab reaches the skip link", async ({ input, page, people }) => {
  await people.ensureAdministrator();
  await input.open(PATHS.landing);
  await page.keyboard.press("Tab");
  const skip = page.locator(".skip");
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.querySelector("main")?.contains(document.activeElement))).toBe(true);
});

test("the chosen theme is remembered", async ({ people }) => {
  await people.ensureAdministrator();
  const visitor = await people.visitor();
  const paper = () => visitor.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await visitor.opens(PATHS.landing);
  const light = await paper();
  await visitor.presses(/^Dark/, visitor.page.locator(".theme"));
  await expect.poll(paper).not.toBe(light);
  const dark = await paper();
  await visitor.opens(PATHS.signIn);
  expect(await paper()).toBe(dark);
  await visitor.presses(/^Light/, visitor.page.locator(".theme"));
  await expect.poll(paper).toBe(light);
});

test("after Back, a search field matches its list @both", async ({ people }) => {
  await people.ensureAdministrator();
  const visitor = await people.visitor();
  await visitor.opens("/search?q=dana");
  const box = visitor.page.getByRole("searchbox", { name: "Search organizations" });
  await visitor.input.fill(box, "uma");
  await box.press("Enter");
  await expect(visitor.page).toHaveURL(/q=uma/);
  await visitor.page.goBack();
  await expect(visitor.page).toHaveURL(/q=dana/);
  await visitor.input.ready();
  await expect(main(visitor.page)).toContainText("dana");
  await expect(box).toHaveValue("dana");
});

test("an unknown URL has a page with a next step", async ({ input, page, people, expectConsole, checkAccessibility }) => {
  await people.ensureAdministrator();
  expectConsole(404);
  const answer = await page.goto("/no/such/page");
  expect(answer?.status()).toBe(404);
  await input.ready();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await checkAccessibility(page, "not found");
  await input.press(main(page).getByRole("link").first());
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect((await page.request.get(page.url())).status()).toBe(200);
});

test("a panic in the browser is reported with a next step", async ({ people, watch }) => {
  await people.ensureAdministrator();
  const visitor = await people.visitor();
  await visitor.opens(PATHS.landing);
  watch.expectMessage(/panicked|unreachable|RuntimeError|broken on purpose/);
  // Rendering the next page panics.
  await visitor.page.evaluate(() => {
    const broken = () => {
      throw new Error("broken on purpose");
    };
    Document.prototype.createElement = broken;
    Document.prototype.createTextNode = broken;
    Node.prototype.cloneNode = broken;
  });
  await visitor.page.getByRole("link", { name: "Sign in" }).first().click();
  await expect(visitor.page.getByRole("alert").filter({ hasText: "This page has stopped working" })).toBeVisible();
  await visitor.page.getByRole("link", { name: "Reload" }).click();
  await visitor.input.ready();
  await expect(visitor.page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("static files are cached and compressed @site", async ({ request, people }) => {
  await people.ensureAdministrator();
  const html = await (await request.get(PATHS.landing)).text();
  const files = [...html.matchAll(/"(\/pkg\/[^"]+)"/g)].map((found) => found[1] ?? "");
  expect(files.length).toBeGreaterThanOrEqual(3);
  for (const file of new Set(files)) {
    const answer = await request.get(file, { headers: { "accept-encoding": "br, gzip" } });
    expect(answer.status(), file).toBe(200);
    expect(answer.headers()["cache-control"], file).toMatch(/immutable/);
    if (!file.endsWith(".woff2")) expect(answer.headers()["content-encoding"], file).toBe("br");
  }
});

test("a graceful stop exits with 0 @plain", async ({ startServer }) => {
  const server = await startServer();
  expect(await server.stop("SIGTERM")).toBe(0);
});

test("the menu shows the username and closes with Escape", async ({ people }) => {
  await people.ensureAdministrator();
  const dana = await people.signUp("dana");
  await dana.opens(PATHS.landing);
  await dana.input.press(menu.summary(dana.page));
  await expect(menu.entry(dana.page, "Your organizations")).toBeVisible();
  await dana.page.keyboard.press("Escape");
  await expect(menu.entry(dana.page, "Your organizations")).toBeHidden();
  await expect(menu.summary(dana.page)).toBeFocused();
});

test("the style guide shows every component, only on development servers", async ({ startServer, peopleOf, checkAccessibility, photograph, page, expectConsole }) => {
  const visitor = await peopleOf(await startServer({ development: true })).visitor();
  await visitor.opens("/style");
  await visitor.sees("Style guide");
  await expect(main(visitor.page).locator("[aria-invalid=true]")).toHaveCount(1);
  await checkAccessibility(visitor.page, "style guide");
  await photograph(visitor.page, "style-guide", true);

  await visitor.page.getByRole("link", { name: "Emails", exact: true }).click();
  await expect(visitor.page.getByRole("heading", { name: "Your request for sundial was approved" })).toBeVisible();
  await expect(visitor.page.frameLocator("iframe").first().getByRole("link")).toBeVisible();

  expectConsole(404);
  for (const path of ["/style", "/style/emails"]) expect((await page.goto(path))?.status()).toBe(404);
});
