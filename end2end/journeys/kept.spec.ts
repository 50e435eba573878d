// Typed text stays in its tab, private content is covered after a sign-out, and relative times are updated.

import { control, line, main, PATHS, people as screen, request } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("a half-filled form is restored in its tab until it is sent", async ({ people }) => {
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.input.fill(request.name(dana.page), sundial.name);
  await dana.input.fill(request.description(dana.page), sundial.description);
  await dana.input.check(request.private(dana.page));
  await dana.opens(PATHS.account);
  await dana.opens(PATHS.organizations);
  await expect(request.name(dana.page)).toHaveValue(sundial.name);
  await expect(request.description(dana.page)).toHaveValue(sundial.description);
  await expect(request.private(dana.page)).toBeChecked();
  await dana.fillsTheRequest(sundial);
  await dana.input.press(request.create(dana.page));
  await expect(line(dana.page, sundial.name)).toBeVisible();
  await dana.opens(PATHS.landing);
  await dana.opens(PATHS.organizations);
  await dana.opensTheRequestForm();
  await expect(request.name(dana.page)).toHaveValue("");
});

test("what is typed on the billing page is kept in its tab, and “Not now” saves it with the draft", async ({ people }) => {
  const dana = await people.user("dana");
  const works = people.organization("works");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(works);
  await dana.input.check(request.private(dana.page));
  await dana.input.press(request.create(dana.page));
  const name = main(dana.page).getByLabel("Legal name", { exact: true });
  await dana.input.fill(name, "Works Ltd");
  await main(dana.page).getByLabel("Country", { exact: true }).selectOption("DE");
  const kept = () => dana.page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("draft ")).length);
  const goesOn = async () => {
    await dana.opens(PATHS.organizations);
    await dana.presses("Continue", main(dana.page));
  };
  await goesOn();
  await expect(name).toHaveValue("Works Ltd");
  expect(await kept()).toBe(1);
  await dana.presses("Not now", main(dana.page));
  await expect(dana.page.getByText("Your billing details were saved.")).toBeVisible();
  expect(await kept()).toBe(0);
  await goesOn();
  await expect(name).toHaveValue("Works Ltd");
  await expect(main(dana.page).getByLabel("Country", { exact: true })).toHaveValue("DE");
  await dana.input.fill(name, "Works plc");
  expect(await kept()).toBe(1);
  await dana.signsOut();
  expect(await kept()).toBe(0);
});

test("a sign-out in another tab covers the list and keeps the input", async ({ people, expectConsole }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  await dana.addsMember(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await dana.opensTheInviteForm();
  await dana.input.fill(screen.username(dana.page), "mira");
  expectConsole(401);
  const tab = await dana.page.context().newPage();
  await tab.goto(PATHS.landing);
  await tab.locator("details.menu > summary").click();
  await tab.getByRole("button", { name: "Sign out" }).click();
  await tab.locator("html[data-ready]").waitFor({ state: "attached" });
  await expect(main(dana.page).locator("table.people")).toBeHidden({ timeout: 3_000 });
  await expect(dana.page.getByText("You are signed out. What you typed is still here.")).toBeVisible();
  await expect(screen.username(dana.page)).toBeVisible();
  await expect(screen.username(dana.page)).toHaveValue("mira");
  await tab.close();
});

test("the last Owner sees why they can't leave before pressing anything", async ({ people, checkAccessibility }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  await dana.addsMember(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await expect(control(main(dana.page), `Remove ${dana.username}`)).toBeDisabled();
  await expect(screen.role(dana.page, dana.username)).toBeDisabled();
  await expect(screen.role(dana.page, dana.username)).toHaveAccessibleDescription(/without an Owner/);
  await checkAccessibility(dana.page, "the last Owner");
});

test("typing in Find people filters the page, and Enter searches everyone", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [lee, mira] = [await people.headlessPerson("lee"), await people.headlessPerson("mira")];
  await dana.addsMember(sundial, lee);
  await dana.api.invites(sundial, mira.username, "Member");
  await dana.opens(`${PATHS.manage(sundial.name)}?only=member`);
  const find = main(dana.page).getByRole("searchbox", { name: "Find people" });
  await find.fill(` ${mira.username.toUpperCase()}`);
  await expect(main(dana.page).getByText(lee.username, { exact: true })).toBeHidden();
  await expect(main(dana.page).getByText(mira.username, { exact: true })).toBeVisible();
  await find.fill("nobody");
  await expect(main(dana.page)).toContainText("No matches on this page. Press Enter to search everyone.");
  await find.fill(lee.username);
  await find.press("Enter");
  await expect(dana.page).toHaveURL(new RegExp(`[?&]q=${lee.username}`));
  await expect(main(dana.page).getByText(lee.username, { exact: true })).toBeVisible();
});

test("relative times are updated, and the exact time is reachable without hovering", async ({ people }) => {
  const dana = await people.user("dana");
  await dana.page.clock.install();
  await dana.opens(PATHS.account);
  const time = main(dana.page).getByText("just now").first();
  await expect(time).toBeVisible();
  await dana.page.clock.runFor("03:05");
  await expect(main(dana.page).getByText("3 minutes ago").first()).toBeVisible();
  const one = main(dana.page).locator("time").first();
  await one.focus();
  const shown = await one.evaluate((element) => getComputedStyle(element, "::after").content);
  expect(shown).toContain(new Date().getFullYear().toString());
});

test("the counter is read aloud only near the limit", async ({ people }) => {
  const dana = await people.user("dana");
  await dana.opens(PATHS.organizations);
  const field = request.description(dana.page);
  const said = main(dana.page).locator(".field", { has: dana.page.locator("textarea") }).locator("[role=status]");
  await dana.input.fill(field, "A few words.");
  await expect(said).toBeEmpty();
  const most = Number((await main(dana.page).locator(".counted").innerText()).split(" of ")[1]);
  await dana.input.fill(field, "a".repeat(most - 15));
  await expect(said).toContainText("At most 20 characters left");
  await expect(main(dana.page).locator(".field [aria-live] .counter")).toHaveCount(0);
});
