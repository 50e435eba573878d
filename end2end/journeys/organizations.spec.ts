// Your organizations, while it is empty.

import { heading, main, menu, PATHS } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("Your organizations is in the account menu and explains itself while empty", async ({ people, checkAccessibility }) => {
  await people.ensureAdministrator();
  const dana = await people.user("dana");
  await dana.opens(PATHS.landing);
  await dana.input.press(menu.summary(dana.page));
  await expect(menu.entry(dana.page, "Administration")).toHaveCount(0);
  await dana.input.press(menu.entry(dana.page, "Your organizations"));
  await expect(heading(dana.page, "Your organizations")).toBeVisible();
  await expect(main(dana.page).locator(".empty").first()).toBeVisible();
  await checkAccessibility(dana.page, "your organizations, empty");
});
