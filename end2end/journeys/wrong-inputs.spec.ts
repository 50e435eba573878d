// Wrong inputs: each gets a sentence beside its field, and whatever was typed is still there, passwords aside.

import type { Locator } from "@playwright/test";

import { account, beside, line, main, PATHS, request } from "../ground/screens.ts";
import { PASSWORD } from "../ground/settings.ts";
import { expect, test } from "../ground/test.ts";
import type { Person } from "../ground/people.ts";

interface Wrong {
  what: string;
  typed: string;
  /** A field may hold less than was sent only where the browser itself drops something. */
  kept?: string;
}

const NAMES: Wrong[] = [
  { what: "empty", typed: "" },
  { what: "of one character", typed: "a" },
  { what: "of 51 characters", typed: "a".repeat(51) },
  { what: "of 10,000 characters", typed: "a".repeat(10_000) },
  { what: "with a leading dot", typed: ".hidden" },
  { what: "with an underscore at its end", typed: "hidden_" },
  { what: "with a space inside", typed: "sun dial" },
  { what: "in another script", typed: "суншайн" },
  { what: "that looks Latin and is not", typed: "sundiаl" },
  { what: "of full-width letters", typed: "ｓｕｎｄｉａｌ" },
  { what: "with HTML in it", typed: "<b>sundial</b><script>alert(1)</script>" },
  { what: "with a slash", typed: "sun/dial" },
  { what: "that is a path", typed: "../../etc" },
];

const URLS: Wrong[] = [
  { what: "empty", typed: "" },
  { what: "that is a script", typed: "javascript:alert(1)" },
  { what: "that is data", typed: "data:text/html,<script>alert(1)</script>" },
  { what: "with a password", typed: "https://dana:secret@sundial.example.org/" },
  { what: "without a host", typed: "https:///path" },
  { what: "without a scheme", typed: "sundial.example.org" },
  { what: "of another scheme", typed: "ftp://sundial.example.org/" },
  { what: "of 401 characters", typed: `https://sundial.example.org/${"a".repeat(401 - 28)}` },
];

const DISPLAYS: Wrong[] = [
  { what: "empty", typed: "" },
  { what: "of spaces alone", typed: "    " },
  { what: "of 101 characters", typed: "x".repeat(101) },
];

const DESCRIPTIONS: Wrong[] = [
  { what: "empty", typed: "" },
  { what: "of 401 characters", typed: "x".repeat(401) },
];

const USERNAMES: Wrong[] = [
  { what: "empty", typed: "" },
  { what: "of 51 characters", typed: "a".repeat(51) },
  { what: "with a leading dot", typed: ".dana" },
  { what: "with an at sign", typed: "dana@example.org" },
  { what: "in another script", typed: "дана" },
];

const ADDRESSES: Wrong[] = [
  { what: "empty", typed: "" },
  { what: "without an at sign", typed: "dana.example.org" },
  { what: "without a dot", typed: "dana@example" },
  { what: "with two at signs", typed: "dana@@example.org" },
  { what: "of 255 characters", typed: `${"a".repeat(243)}@example.org` },
];

const PASSWORDS: Wrong[] = [
  { what: "empty", typed: "" },
  { what: "of 14 characters", typed: "fourteen chars" },
  { what: "of 257 characters", typed: "long ".repeat(51) + "er" },
  { what: "that is the site's name", typed: "guildhallguildhall" },
];

/** The field is marked, a sentence stands beside it, and what was typed is still there. */
async function isRefused(field: Locator, { what, typed, kept = typed }: Wrong, secret = false): Promise<void> {
  await expect(field, what).toHaveAttribute("aria-invalid", "true");
  await expect(beside(field), what).toContainText(/\w+ \w+/);
  if (!secret) await expect(field, what).toHaveValue(kept);
}

test.describe("the form for an organization", () => {
  const fields: { name: string; field: keyof typeof request; wrongs: Wrong[] }[] = [
    { name: "an account name", field: "name", wrongs: NAMES },
    { name: "an organization URL", field: "url", wrongs: URLS },
    { name: "a display name", field: "display", wrongs: DISPLAYS },
    { name: "a description", field: "description", wrongs: DESCRIPTIONS },
  ];
  for (const { name, field, wrongs } of fields) {
    test(`${name} that cannot be is refused beside its field`, async ({ people, expectConsole }) => {
      test.setTimeout(180_000);
      await people.settle();
      const dana = await people.member("dana");
      const sundial = people.organization("sundial");
      expectConsole(422);
      await dana.opens(PATHS.organizations);
      await dana.fillsTheRequest(sundial);
      for (const wrong of wrongs) {
        await dana.hands.fill(request[field](dana.page), wrong.typed);
        await dana.hands.press(request.create(dana.page));
        await isRefused(request[field](dana.page), wrong);
        for (const other of ["name", "display", "url", "description"] as const) {
          const typed = { name: sundial.name, display: sundial.display, url: sundial.url, description: sundial.description }[other];
          if (other !== field) await expect(request[other](dana.page), wrong.what).toHaveValue(typed);
        }
      }
    });
  }

  test("HTML is shown as it was typed, and nothing of it runs", async ({ people }) => {
    const root = await people.administrator();
    const dana = await people.member("dana");
    const hostile = "</title><script>document.title='taken'</script><img src=x onerror=alert(1)>";
    const sundial = { ...people.organization("sundial"), display: hostile, description: `<!-- ${hostile} ]]>` };
    await dana.asksFor(sundial);
    await expect(line(dana.page, sundial.name)).toContainText(hostile);
    await root.opensTheRequestFor(sundial);
    await expect(main(root.page)).toContainText(sundial.description);
    await expect(main(root.page).locator("img, script")).toHaveCount(0);
    expect(await root.page.title()).not.toBe("taken");
  });

  test("many errors are told together, and the first one has the focus", async ({ people, expectConsole, look }) => {
    await people.settle();
    const dana = await people.member("dana");
    await dana.opens(PATHS.organizations);
    expectConsole(422);
    await dana.hands.press(request.create(dana.page));
    await expect(request.name(dana.page)).toBeFocused();
    await expect(main(dana.page).locator("[aria-invalid=true]")).not.toHaveCount(0);
    await look(dana.page, "a refused form");
  });

  test("an error waits until the field was left, then follows each key @script", async ({ people }) => {
    await people.settle();
    const dana = await people.member("dana");
    await dana.opens(PATHS.organizations);
    const url = request.url(dana.page);
    await url.pressSequentially("sundial.example");
    await expect(url).not.toHaveAttribute("aria-invalid", "true");
    await url.press("Tab");
    await expect(url).toHaveAttribute("aria-invalid", "true");
    await url.press("Home");
    await url.pressSequentially("https://");
    await expect(url).not.toHaveAttribute("aria-invalid", "true");
  });
});

test.describe("the form for an account", () => {
  async function refuses(dana: Person, field: keyof typeof account, wrong: Wrong): Promise<void> {
    const typed = { username: dana.username, email: dana.identity.email, password: PASSWORD };
    await dana.fillsTheAccount({ ...typed, [field]: wrong.typed });
    await dana.hands.press(account.create(dana.page));
    await isRefused(account[field](dana.page), wrong, field === "password");
    for (const other of ["username", "email"] as const) {
      if (other !== field) await expect(account[other](dana.page), wrong.what).toHaveValue(typed[other]);
    }
  }

  const fields: { name: string; field: keyof typeof account; wrongs: Wrong[] }[] = [
    { name: "a username", field: "username", wrongs: USERNAMES },
    { name: "an e-mail address", field: "email", wrongs: ADDRESSES },
    { name: "a password", field: "password", wrongs: PASSWORDS },
  ];
  for (const { name, field, wrongs } of fields) {
    test(`${name} that cannot be is refused beside its field`, async ({ people, expectConsole }) => {
      test.setTimeout(120_000);
      await people.settle();
      const dana = await people.visitor(people.identity("dana"));
      expectConsole(422);
      await dana.opens(PATHS.createAccount);
      for (const wrong of wrongs) await refuses(dana, field, wrong);
    });
  }

  test("a password that is the username or the e-mail address is refused, and says which", async ({ people, expectConsole }) => {
    await people.settle();
    const username = people.name("a-rather-long-username");
    const dana = await people.visitor({ username, email: `${username}@example.org`, password: PASSWORD });
    expectConsole(422);
    await dana.opens(PATHS.createAccount);
    await refuses(dana, "password", { what: "the username", typed: username });
    await expect(beside(account.password(dana.page))).toContainText("The password is your username.");
    await refuses(dana, "password", { what: "the e-mail address", typed: dana.identity.email });
    await expect(beside(account.password(dana.page))).toContainText("The password is your e-mail address.");
  });
});
