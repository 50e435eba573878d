// Pages before hydration, without hydration, and with markup that can't be hydrated.

import type { Page } from "@playwright/test";

import { account, beside, control, decision, dialog, main, PATHS, people as screen, request, signIn } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

const WASM = /\.wasm($|\?)/;

/** Delays the WebAssembly until the returned function is called. */
async function holdUp(page: Page): Promise<() => void> {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(WASM, async (route) => {
    await held;
    await route.continue();
  });
  return letGo;
}

const early = { waitUntil: "domcontentloaded" } as const;
const still = (page: Page) => page.locator("html[data-still]");

test("input from before hydration is kept and used", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  const mira = await people.headlessPerson("mira");
  await dana.addsMember(sundial, lee);
  const letGo = await holdUp(dana.page);
  await dana.page.goto(PATHS.manage(sundial.name), early);
  await screen.role(dana.page, lee.username).selectOption("Owner");
  await expect(screen.save(dana.page, lee.username)).toBeVisible();
  await screen.select(dana.page, lee.username).check();
  await expect(screen.removeSelected(dana.page)).toBeVisible();
  await screen.inviteMember(dana.page).click();
  await screen.username(dana.page).fill(mira.username);
  await screen.as(dana.page, "Manager").check();
  letGo();
  await dana.input.ready();
  await expect(screen.save(dana.page, lee.username)).toBeVisible();
  await expect(main(dana.page)).toContainText("1 person selected");
  await expect(beside(screen.username(dana.page))).toContainText(`${mira.username} can be invited.`);
  // A change by another person re-renders the page and keeps all of it.
  await dana.api.invites(sundial, (await people.headlessPerson("kim")).username, "Member");
  await expect(main(dana.page)).toContainText("Pending invitations");
  await expect(screen.role(dana.page, lee.username)).toHaveValue("owner");
  await expect(screen.username(dana.page)).toHaveValue(mira.username);
  await expect(screen.as(dana.page, "Manager")).toBeChecked();
});

test("a role restored by the browser is shown as unsaved", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  await dana.addsMember(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await screen.role(dana.page, lee.username).selectOption("Owner");
  await dana.page.goto("/help");
  await dana.page.goBack();
  await dana.input.ready();
  const shown = await screen.role(dana.page, lee.username).inputValue();
  await expect(screen.save(dana.page, lee.username)).toBeVisible({ visible: shown !== "member" });
});

test("a name typed before hydration is checked and counted", async ({ people }) => {
  const dana = await people.user("dana");
  const letGo = await holdUp(dana.page);
  await dana.page.goto(PATHS.organizations, early);
  const text = "What it is about.";
  await request.description(dana.page).fill(text);
  await request.name(dana.page).fill("no such name!");
  await request.url(dana.page).fill("sundial");
  await expect(main(dana.page).locator(".counted")).toBeHidden();
  await expect(main(dana.page).locator(".uncounted")).toBeVisible();
  letGo();
  await dana.input.ready();
  await expect(main(dana.page).locator(".counted")).toContainText(`${text.length} of `);
  // The error appears beside the hint, which stays.
  await expect(beside(request.name(dana.page)).locator(".fault")).not.toBeEmpty();
  await expect(beside(request.name(dana.page)).locator(".hint")).toContainText("Used in URLs");
});

test("hydration keeps the focus in an open dialog", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  await dana.addsMember(sundial, lee);
  const letGo = await holdUp(dana.page);
  await dana.page.goto(`${PATHS.manage(sundial.name)}?confirm=remove&who=${lee.username}`, early);
  const field = screen.confirmation(dana.page);
  await field.focus();
  await dana.page.keyboard.type("abcdefghij");
  letGo();
  await dana.page.keyboard.type("klmnopqrstuvwxyz", { delay: 60 });
  await dana.input.ready();
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("abcdefghijklmnopqrstuvwxyz");
  expect(await dialog(dana.page).evaluate((element) => element.matches(":modal"))).toBe(true);
});

test("hydration keeps the focus beside an open dialog", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  await dana.addsMember(sundial, lee);
  const letGo = await holdUp(dana.page);
  await dana.page.goto(`${PATHS.manage(sundial.name)}?confirm=remove&who=${lee.username}`, early);
  const search = dana.page.getByRole("searchbox", { name: "Search organizations" });
  await search.focus();
  await dana.page.keyboard.type("mi");
  letGo();
  await dana.input.ready();
  await dana.page.keyboard.type("ra");
  await expect(search).toHaveValue("mira");
  await dana.page.keyboard.press("Tab");
  await expect.poll(() => dialog(dana.page).evaluate((element) => element.matches(":modal"))).toBe(true);
});

test("without its WebAssembly the page works as without scripts", async ({ people, watch }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  await dana.addsMember(sundial, lee);
  await dana.page.route(WASM, (route) => route.fulfill({ status: 404, body: "" }));
  watch.expect(404);
  watch.expectMessage(/wasm|WebAssembly|module/i);
  await dana.page.goto(PATHS.manage(sundial.name));
  await still(dana.page).waitFor({ state: "attached" });
  await expect(dana.page.locator("#broken")).toBeHidden();
  await screen.role(dana.page, lee.username).selectOption("Manager");
  await screen.save(dana.page, lee.username).click();
  await expect(dialog(dana.page)).toContainText(`${lee.username} becomes a Manager`);
  await decision.confirm(dana.page, "Save").click();
  await dana.isTold(`${lee.username} is now a Manager.`);
});

test("with WebAssembly disabled every control works", async ({ people, watch }) => {
  const visitor = await people.visitor((await people.headlessPerson("dana")).identity);
  await visitor.page.addInitScript(() => Reflect.deleteProperty(globalThis, "WebAssembly"));
  watch.expectMessage(/WebAssembly|preloaded using link preload/);
  await visitor.page.goto(PATHS.signIn);
  await still(visitor.page).waitFor({ state: "attached" });
  await expect(control(main(visitor.page), "Show password")).toBeHidden();
  await expect(visitor.page.locator("#broken")).toBeHidden();
  await signIn.name(visitor.page).fill(visitor.username);
  await signIn.password(visitor.page).fill(visitor.identity.password);
  await signIn.submit(visitor.page).click();
  await expect(visitor.page.locator("details.menu")).toContainText(visitor.username);
});

for (const [what, rewrite] of [
  ["wraps text, as translators do", (html: string) => html.replace(/<(p|label|h1)([^>]*)>([^<>]+)</g, "<$1$2><font><font>$3</font></font><")],
  ["hides addresses, as some proxies do", (html: string) => html.replace(/[a-z0-9]+@example\.org(?=<)/g, '<a class="__cf_email__" href="/cdn-cgi/l/email-protection">[email&#160;protected]</a>')],
] as const) {
  test(`a page works when an intermediary ${what}`, async ({ people, watch }) => {
    const dana = await people.user("dana");
    await dana.page.route(PATHS.account, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: rewrite(await answer.text()) });
    });
    watch.expectMessage(/hydrat|panicked|unreachable|RuntimeError|expected|font/i);
    await dana.page.goto(PATHS.account);
    await dana.input.ready();
    await expect(dana.page.locator("#broken")).toBeHidden();
    await dana.page.locator("details.menu > summary").click();
    await dana.page.locator("details.menu").getByRole("link", { name: "Your organizations" }).click();
    await expect(dana.page.getByRole("heading", { level: 1, name: "Your organizations" })).toBeVisible();
  });
}

test("the button that shows a password is hidden before hydration", async ({ people }) => {
  await people.ensureAdministrator();
  const visitor = await people.visitor();
  const letGo = await holdUp(visitor.page);
  await visitor.page.goto(PATHS.createAccount, early);
  await account.password(visitor.page).fill("a long enough password");
  await expect(control(main(visitor.page), "Show password")).toBeHidden();
  letGo();
  await visitor.input.ready();
  await visitor.presses("Show password", main(visitor.page));
  await expect(account.password(visitor.page)).toHaveAttribute("type", "text");
  await expect(account.password(visitor.page)).toHaveValue("a long enough password");
});
