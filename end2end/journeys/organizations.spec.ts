// An organization that stands: managed by its Owner, read by everybody, hidden from whom it does not concern.

import { control, heading, line, main, menu, PATHS, signIn } from "../ground/screens.ts";
import type { Organization, People, Person } from "../ground/people.ts";
import { expect, test } from "../ground/test.ts";

interface Standing {
  root: Person;
  dana: Person;
  sundial: Organization;
}

/** An organization that dana asked for and the administrator approved. */
async function standing(people: People): Promise<Standing> {
  const root = await people.administrator();
  const dana = await people.member("dana");
  const sundial = people.organization("sundial");
  await dana.plainly.asksFor(sundial);
  await root.plainly.approves(sundial);
  return { root, dana, sundial };
}

test("its Owner manages it, from Your organizations to People", async ({ people }) => {
  const { dana, sundial } = await standing(people);
  await dana.opens(PATHS.organizations);
  const row = line(dana.page, sundial.display);
  await expect(row).toContainText("Owner");
  await expect(row).toContainText("Community project");
  await dana.presses(/^Manage/, row);
  await dana.sees(new RegExp(sundial.display));
  await expect(dana.page).toHaveURL(new RegExp(`${PATHS.manage(sundial.name)}$`));

  const tab = dana.page.getByRole("navigation").getByRole("link", { name: "People", exact: true });
  await expect(tab).toHaveAttribute("aria-current", "page");
  const rows = main(dana.page).locator("table.people tbody tr");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(dana.username);
  await expect(rows).toContainText("you");
});

test("a request stays among its applicant's requests, as approved", async ({ people }) => {
  const { dana, sundial } = await standing(people);
  await dana.opens(PATHS.organizations);
  await expect(main(dana.page).locator("tr, li, article").filter({ hasText: sundial.name }).filter({ hasText: /approved|Owner/ }).first()).toBeVisible();
  await expect(control(main(dana.page), /^Withdraw/)).toHaveCount(0);
});

test("everybody reads its public profile, in any writing of its name", async ({ people }) => {
  const { sundial } = await standing(people);
  const visitor = await people.visitor();
  for (const name of [sundial.name, sundial.name.toUpperCase()]) {
    await visitor.opens(PATHS.profile(name));
    await visitor.sees(sundial.display);
    await expect(visitor.page).toHaveURL(new RegExp(`${PATHS.profile(sundial.name)}$`, "i"));
  }
  await expect(main(visitor.page)).toContainText(sundial.description);
  const link = main(visitor.page).getByRole("link", { name: new RegExp(new URL(sundial.url).host) });
  await expect(link).toHaveAttribute("href", sundial.url);
  await expect(link).toHaveAttribute("rel", /nofollow|noopener|ugc/);
});

test("everybody finds it by searching for a part of its name", async ({ people }) => {
  const { sundial } = await standing(people);
  const visitor = await people.visitor();
  await visitor.opens(PATHS.landing);
  const search = visitor.page.getByRole("banner").getByRole("searchbox").or(visitor.page.getByRole("banner").getByRole("textbox"));
  await visitor.hands.fill(search.first(), sundial.name.slice(0, 5));
  await Promise.all([visitor.page.waitForURL(/\/search\?/), search.first().press("Enter")]);
  await visitor.hands.press(main(visitor.page).getByRole("link", { name: sundial.display }));
  await visitor.sees(sundial.display);

  await visitor.opens("/search?q=nothing-of-that-name");
  await expect(main(visitor.page)).toContainText("nothing-of-that-name");
});

test("before it is approved, there is nothing of it", async ({ people, expectConsole }) => {
  await people.settle();
  const dana = await people.member("dana");
  const sundial = people.organization("sundial");
  await dana.plainly.asksFor(sundial);
  expectConsole(404);
  for (const address of [PATHS.profile(sundial.name), PATHS.manage(sundial.name)]) {
    const answer = await dana.page.goto(address);
    expect(answer?.status()).toBe(404);
    await expect(main(dana.page).getByRole("link").first()).toBeVisible();
  }
});

test("an outsider gets the same answer for it as for a name that does not exist", async ({ people, expectConsole }) => {
  const { sundial } = await standing(people);
  const lee = await people.member("lee");
  expectConsole(404);
  const pages: string[] = [];
  for (const name of [sundial.name, "no-such-organization"]) {
    const answer = await lee.page.goto(PATHS.manage(name));
    expect(answer?.status()).toBe(404);
    pages.push((await main(lee.page).innerText()).replaceAll(name, "NAME"));
  }
  expect(pages[0]).toBe(pages[1]);
});

test("an anonymous visitor is sent to sign in, and comes back", async ({ people }) => {
  const { dana, sundial } = await standing(people);
  const visitor = await people.visitor(dana.identity);
  await visitor.opens(PATHS.manage(sundial.name));
  await expect(signIn.name(visitor.page)).toBeVisible();
  await visitor.fillsTheSignIn();
  await visitor.hands.press(signIn.submit(visitor.page));
  await visitor.sees(new RegExp(sundial.display));
});

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
