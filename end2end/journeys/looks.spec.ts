// What only a browser shows of the CSS: print output, reserved space, and the focus ring.

import { decision, dialog, line, main, PATHS, people as screen, signIn } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("People is printed as a list without controls", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const [lee, kim] = [await people.headlessPerson("lee"), await people.headlessPerson("kim")];
  await dana.addsMember(sundial, lee, "Manager");
  await dana.api.invites(sundial, kim.username, "Member");
  await dana.opens(PATHS.manage(sundial.name));
  await screen.role(dana.page, lee.username).selectOption("Owner");
  await dana.page.emulateMedia({ media: "print" });

  for (const shown of [sundial.display, "Person", "Joined", dana.username, lee.username, "Pending invitations", kim.username]) {
    await expect(main(dana.page).getByText(shown, { exact: true }).first(), shown).toBeVisible();
  }
  // A picked role that was not saved is not printed.
  await expect(screen.role(dana.page, lee.username)).toBeHidden();
  const stored = line(dana.page, lee.username).locator(".printed");
  await expect(stored).toBeVisible();
  await expect(stored).toHaveText("Manager");
  const role = screen.role(dana.page, dana.username);
  await expect(role).toBeVisible();
  await expect(role).toHaveCSS("border-top-width", "0px");
  await expect(role).toHaveCSS("appearance", "none");
  // The printed page has the exact time instead of the relative one.
  const joined = line(dana.page, lee.username).locator("time");
  await expect(joined).toHaveCSS("font-size", "0px");
  expect(await joined.evaluate((time) => getComputedStyle(time, "::after").content)).not.toBe("none");
  const [brand, heading, between] = await Promise.all([dana.page.locator(".brand"), main(dana.page).locator(".lead"), main(dana.page).locator(".between")].map((one) => one.boundingBox()));
  expect(brand?.x).toBeDefined();
  expect(brand?.x).toBe(heading?.x);
  expect((between?.y ?? 0) - (heading?.y ?? 0) - (heading?.height ?? 0)).toBeGreaterThan(10);
  for (const hidden of ["button", ".button", "input", "textarea", ".invite", ".exports", ".several", ".matrix", "th:has-text('Select')", "th:has-text('Action')"]) {
    for (const one of await main(dana.page).locator(hidden).all()) await expect(one, hidden).toBeHidden();
  }
  await expect(dana.page.getByRole("contentinfo")).toBeHidden();
});

test("a section with only a form is not printed", async ({ people }) => {
  const dana = await people.user("dana");
  await dana.opens(PATHS.account);
  await dana.page.emulateMedia({ media: "print" });
  await expect(main(dana.page).getByRole("heading", { name: "Email addresses" })).toBeVisible();
  await expect(main(dana.page).getByText(dana.identity.email, { exact: true })).toBeVisible();
  for (const name of ["Add an address", "Password", "Theme"]) await expect(main(dana.page).getByRole("heading", { name, exact: true })).toHaveCount(0);
});

test("a field without a hint has no gap and has room for an error", async ({ people, expectConsole }) => {
  await people.ensureAdministrator();
  const visitor = await people.visitor();
  await visitor.opens(PATHS.signIn);
  const beside = main(visitor.page).locator(".field > .under").last();
  const height = async () => (await beside.boundingBox())?.height ?? 0;
  expect(await height()).toBe(0);
  expectConsole(422);
  await visitor.input.press(signIn.submit(visitor.page));
  await expect(beside).not.toBeEmpty();
  expect(await height()).toBeGreaterThan(10);
});

test("a focused dialog heading does not look like a field", async ({ people }) => {
  const sundial = people.organization("sundial");
  const dana = await people.owner("dana", sundial);
  const lee = await people.headlessPerson("lee");
  await dana.addsMember(sundial, lee);
  await dana.opens(PATHS.manage(sundial.name));
  await screen.remove(dana.page, lee.username).focus();
  await dana.page.keyboard.press("Enter");
  const heading = dialog(dana.page).getByRole("heading", { level: 2 });
  await expect(decision.confirm(dana.page, "Remove")).toBeVisible();
  await heading.focus();
  await expect(heading).toBeFocused();
  await expect(heading).toHaveCSS("outline-style", "none");
  // A control shows that it has the focus.
  await dana.page.keyboard.press("Tab");
  await expect(screen.confirmation(dana.page)).toBeFocused();
  await expect(screen.confirmation(dana.page)).not.toHaveCSS("outline-style", "none");
});

test("administration's tabs fit a narrow screen", async ({ people }) => {
  const root = await people.administrator();
  await root.page.setViewportSize({ width: 320, height: 640 });
  await root.opens(PATHS.emails);
  const links = await root.page.getByRole("navigation", { name: "Administration" }).getByRole("link").all();
  expect(links).toHaveLength(4);
  for (const link of links) {
    const box = await link.boundingBox();
    expect((box?.x ?? 0) >= 0 && (box?.x ?? 320) + (box?.width ?? 320) <= 320, await link.innerText()).toBe(true);
  }
});

test("a search field beside a select has the full width of a narrow screen", async ({ people }) => {
  const root = await people.administrator();
  await root.page.setViewportSize({ width: 320, height: 640 });
  await root.opens(PATHS.emails);
  const form = main(root.page).locator("form.find");
  const [field, whole] = [await form.getByRole("searchbox").boundingBox(), await form.boundingBox()];
  expect(field?.width).toBeDefined();
  expect(field?.width).toBe(whole?.width);
});
