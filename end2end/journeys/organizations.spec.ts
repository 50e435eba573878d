// Your organizations, while there are none.

import { heading, main, menu, PATHS } from "../ground/screens.ts";
import { expect, test } from "../ground/test.ts";

test("Your organizations stands in the account menu, and says what it is for while it is empty", async ({ people, look }) => {
  await people.settle();
  const dana = await people.member("dana");
  await dana.opens(PATHS.landing);
  await dana.hands.press(menu.summary(dana.page));
  await expect(menu.entry(dana.page, "Administration")).toHaveCount(0);
  await dana.hands.press(menu.entry(dana.page, "Your organizations"));
  await expect(heading(dana.page, "Your organizations")).toBeVisible();
  await expect(main(dana.page).locator(".empty").first()).toBeVisible();
  await look(dana.page, "your organizations, empty");
});
