// Invalid inputs: each gets a message at its field, and everything typed is kept except passwords.

import type { Locator } from "@playwright/test";

import { account, beside, line, main, PATHS, request } from "../support/screens.ts";
import { PASSWORD } from "../support/config.ts";
import { expect, test } from "../support/test.ts";
import type { Person } from "../support/people.ts";

interface Wrong {
  what: string;
  typed: string;
  /** A field may hold less than was typed only if the browser itself drops something. */
  kept?: string;
}

// The messages of each field, which are the same in the browser and on the server. The server's own tests try every
// invalid input (`server/tests/all/forms/wrong_inputs.rs`).
const REQUEST: Record<"name" | "url" | "display" | "description", Wrong[]> = {
  name: [{ what: "empty", typed: "" }, { what: "with a space inside", typed: "sun dial" }, { what: "of 10,000 characters", typed: "a".repeat(10_000) }],
  url: [{ what: "that is a script", typed: "javascript:alert(1)" }],
  display: [{ what: "of 101 characters", typed: "x".repeat(101) }],
  description: [{ what: "of 401 characters", typed: "x".repeat(401) }],
};

const ACCOUNT: Record<"username" | "email" | "password", Wrong[]> = {
  username: [{ what: "with an at sign", typed: "dana@example.org" }],
  email: [{ what: "without a dot", typed: "dana@example" }],
  password: [{ what: "of 14 characters", typed: "fourteen chars" }],
};

/** The field is marked, has a message, and keeps what was typed. */
async function isRefused(field: Locator, { what, typed, kept = typed }: Wrong, secret = false): Promise<void> {
  await expect(field, what).toHaveAttribute("aria-invalid", "true");
  await expect(beside(field), what).toContainText(/\w+ \w+/);
  if (!secret) await expect(field, what).toHaveValue(kept);
}

test.describe("the form for an organization", () => {
  test("invalid input is refused at its field, and the rest is kept", async ({ people, expectConsole }) => {
    await people.ensureAdministrator();
    const dana = await people.user("dana");
    const sundial = people.organization("sundial");
    expectConsole(422);
    await dana.opens(PATHS.organizations);
    for (const field of ["name", "url", "display", "description"] as const) {
      await dana.fillsTheRequest(sundial);
      for (const wrong of REQUEST[field]) {
        await dana.input.fill(request[field](dana.page), wrong.typed);
        await dana.input.press(request.create(dana.page));
        await isRefused(request[field](dana.page), wrong);
        for (const other of ["name", "display", "url", "description"] as const) {
          if (other !== field) await expect(request[other](dana.page), wrong.what).toHaveValue(sundial[other]);
        }
      }
    }
  });

  test("HTML is shown as text", async ({ people }) => {
    const root = await people.administrator();
    const dana = await people.user("dana");
    const hostile = "</title><script>document.title='taken'</script><img src=x onerror=alert(1)>";
    const sundial = { ...people.organization("sundial"), display: hostile, description: `<!-- ${hostile} ]]>` };
    await dana.requestsOrganization(sundial);
    await expect(line(dana.page, sundial.name)).toContainText(hostile);
    await root.opensTheRequestFor(sundial);
    await expect(main(root.page)).toContainText(sundial.description);
    await expect(main(root.page).locator("img, script")).toHaveCount(0);
    expect(await root.page.title()).not.toBe("taken");
  });

  test("all errors are shown together, and the first has the focus", async ({ people, expectConsole, checkAccessibility }) => {
    await people.ensureAdministrator();
    const dana = await people.user("dana");
    await dana.opens(PATHS.organizations);
    expectConsole(422);
    await dana.input.press(request.create(dana.page));
    await expect(request.name(dana.page)).toBeFocused();
    await expect(main(dana.page).locator("[aria-invalid=true]")).not.toHaveCount(0);
    await checkAccessibility(dana.page, "a refused form");
  });

  test("an error appears when the field loses focus, then follows each key", async ({ people }) => {
    await people.ensureAdministrator();
    const dana = await people.user("dana");
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
    await dana.input.press(account.create(dana.page));
    await isRefused(account[field](dana.page), wrong, field === "password");
    for (const other of ["username", "email"] as const) {
      if (other !== field) await expect(account[other](dana.page), wrong.what).toHaveValue(typed[other]);
    }
  }

  test("invalid input is refused at its field, and the rest is kept", async ({ people, expectConsole }) => {
    await people.ensureAdministrator();
    const dana = await people.visitor(people.identity("dana"));
    expectConsole(422);
    await dana.opens(PATHS.createAccount);
    for (const field of ["username", "email", "password"] as const) {
      for (const wrong of ACCOUNT[field]) await refuses(dana, field, wrong);
    }
  });
});
