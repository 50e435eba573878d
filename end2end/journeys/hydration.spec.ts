// Nothing moves during hydration: every box stays where the server-rendered page had it.

import type { Page } from "@playwright/test";

import { PATHS } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

async function boxes(page: Page): Promise<string[]> {
  // Wait for the fonts, because they would change the layout.
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  return page.evaluate(() => {
    // Between the two measurements “just now” may have become “1 minute ago”.
    for (const time of document.querySelectorAll("time")) time.textContent = "then";
    return [...document.querySelectorAll("body, body *")]
      // “Show password” exists only with scripts. It lies over its field and moves nothing.
      .filter((element) => !["SCRIPT", "STYLE", "TEMPLATE"].includes(element.tagName) && !element.matches(".reveal > button"))
      .map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const box = [x, y, width, height].map((side) => Math.round(side * 10) / 10).join(" ");
        return `${element.tagName.toLowerCase()}${element.className ? `.${String(element.className)}` : ""} ${box}`;
      });
  });
}

for (const width of [1200, 320]) {
  test(`nothing moves when hydration ends, at ${width} pixels @site`, async ({ people, browser, server }) => {
    const root = await people.administrator();
    const dana = await people.user("dana");
    const sundial = people.organization("sundial");
    await dana.api.requestsOrganization(sundial);
    await root.api.approves(sundial);
    await dana.api.requestsOrganization(people.organization("tidewater"));

    const visitor = await people.visitor();
    const screens = [
      ...[PATHS.landing, PATHS.signIn, PATHS.createAccount, PATHS.forgotten, PATHS.profile(sundial.name)].map((address) => ({ who: visitor, address })),
      ...[PATHS.organizations, PATHS.account, PATHS.history, PATHS.manage(sundial.name), `${PATHS.organizations}?confirm=withdraw&request=nothing`].map((address) => ({ who: dana, address })),
      ...[PATHS.administration, PATHS.emails].map((address) => ({ who: root, address })),
    ];
    for (const { who, address } of screens) {
      const still = await browser.newContext({
        baseURL: server.url,
        javaScriptEnabled: false,
        storageState: await who.page.context().storageState(),
        viewport: { width, height: 800 },
      });
      const before = await still.newPage();
      await before.goto(address);
      await who.page.setViewportSize({ width, height: 800 });
      await who.opens(address);
      expect(await boxes(who.page), address).toEqual(await boxes(before));
      await still.close();
    }
  });
}
