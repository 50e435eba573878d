// The conversation about a request: questions, answers, notes, deferring, editing and searching.

import { banner, beside, decision, dialog, heading, line, main, PATHS, request } from "../support/screens.ts";
import { expect, test } from "../support/test.ts";

test("an administrator asks, the applicant answers, and the review resumes", async ({ people, checkAccessibility }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.api.requestsOrganization(sundial);
  await root.asksAbout(sundial, "What is it for?");
  await root.asksAbout(sundial, "Who else is in it?");
  await checkAccessibility(root.page, "a request with questions");
  const email = await dana.emails.about(/^A question about your request/);
  expect(email.text).toMatch(/What is it for\?|Who else is in it\?/);

  // Every page has a banner until all questions are answered.
  await dana.opens(PATHS.landing);
  await expect(banner(dana.page)).toContainText(`An administrator has a question about your request for ${sundial.display}.`);
  await expect(dana.page.getByRole("link", { name: "1 request needs your answer" })).toBeVisible();
  await checkAccessibility(dana.page, "a banner about a question");

  // The email links to the request, and the request to the question.
  await dana.opens(email.links[0] ?? "");
  await expect(main(dana.page)).toContainText("More information needed");
  await checkAccessibility(dana.page, "an own request with questions");
  await dana.answers(sundial, "For telling the time by the sun.");
  await expect(main(dana.page)).toContainText("More information needed");
  await dana.answers(sundial, "Nobody, for now.");
  await expect(main(dana.page)).toContainText("Submitted");
  await expect(banner(dana.page)).toHaveCount(0);
  await root.emails.about(new RegExp(`${dana.username} answered the question about ${sundial.name}`));

  await root.opensTheRequestFor(sundial);
  await expect(main(root.page)).toContainText("For telling the time by the sun.");
  await root.approves(sundial);
  await dana.opens(PATHS.organizations);
  // It is listed under Organizations as well.
  await dana.input.press(request.decided(dana.page));
  await dana.presses(sundial.display, line(dana.page, "Approved"));
  await dana.presses("Manage organization");
  await expect(heading(dana.page, sundial.display)).toBeVisible();
});

test("a question answered in one tab is refused in another", async ({ people, expectConsole }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.api.requestsOrganization(sundial);
  await root.asksAbout(sundial, "What is it for?");
  const other = await people.signIn(dana.identity);
  await other.opens(PATHS.organizations);
  await other.presses("Answer", line(other.page, sundial.name));
  await other.sees(sundial.display);
  await other.presses("Answer", main(other.page));
  await other.input.fill(dialog(other.page).getByLabel("Answer"), "The second answer.");
  expectConsole(409);
  await dana.answers(sundial, "The first answer.");
  await other.input.press(decision.confirm(other.page, "Send answer"));
  await expect(other.page.getByText("This question has already been answered.").first()).toBeVisible();
  await root.opensTheRequestFor(sundial);
  await expect(main(root.page)).toContainText("The first answer.");
  await expect(main(root.page)).not.toContainText("The second answer.");
});

test("notes are visible to administrators only, and a deferred request stays open", async ({ people, checkAccessibility }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.api.requestsOrganization(sundial);
  await root.opensTheRequestFor(sundial);
  await root.presses("Add note", main(root.page));
  await root.input.fill(dialog(root.page).getByLabel("Note"), "They wrote to us in June.");
  await checkAccessibility(root.page, "a note");
  await root.input.press(decision.confirm(root.page, "Add note"));
  await root.isTold("The note was added.");
  await expect(main(root.page)).toContainText("They wrote to us in June.");
  const emails = dana.emails.now().length;
  await root.presses("Defer", main(root.page));
  await expect(dialog(root.page)).toContainText("Nobody");
  await root.input.press(decision.confirm(root.page, "Defer"));
  await root.isTold(`The request for ${sundial.name} was deferred.`);

  await dana.opens(PATHS.organizations);
  await expect(line(dana.page, sundial.name)).toContainText("Deferred");
  await dana.presses(sundial.display, line(dana.page, sundial.name));
  await dana.sees(sundial.display);
  await expect(main(dana.page)).not.toContainText("June");
  expect(dana.emails.now()).toHaveLength(emails);
  await root.api.approves(sundial);
});

test("an edited request is updated on an administrator's open page", async ({ people, checkAccessibility, expectConsole }) => {
  const root = await people.administrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.api.requestsOrganization(sundial);
  await dana.opens(PATHS.organizations);
  await dana.presses(sundial.display, line(dana.page, sundial.name));
  await dana.sees(sundial.display);
  await dana.presses("Edit", main(dana.page));
  await dana.sees(`Edit the request for ${sundial.name}`);
  await checkAccessibility(dana.page, "edit a request");
  const [url, description] = [main(dana.page).getByLabel("Organization URL"), main(dana.page).getByLabel("Description")];
  await expect(description).toHaveValue(sundial.description);
  expectConsole(422);
  await dana.input.fill(description, "Better words.");
  await dana.input.fill(url, "nowhere");
  await dana.presses("Save", main(dana.page));
  await expect(beside(url)).toContainText("Start with https:// or http://");
  await expect(description).toHaveValue("Better words.");
  await dana.input.fill(url, "https://better.example.org/");
  await dana.presses("Save", main(dana.page));
  await dana.isTold(`Your request for ${sundial.display} was saved.`);
  await expect(main(dana.page)).toContainText("Better words.");
  await root.opensTheRequestFor(sundial);
  await expect(main(root.page)).toContainText("Better words.");
});

test("the queue is searched", async ({ people, checkAccessibility }) => {
  const root = await people.administrator();
  const dana = await people.headlessPerson("dana");
  const [sundial, moonrise] = [people.organization("sundial"), people.organization("moonrise")];
  await dana.api.requestsOrganization(sundial);
  await dana.api.requestsOrganization(moonrise);
  await root.opens(PATHS.administration);
  const field = main(root.page).getByRole("searchbox", { name: "Search requests" });
  await root.input.fill(field, moonrise.display.toUpperCase());
  await root.presses("Search", main(root.page));
  await expect(line(root.page, moonrise.name)).toBeVisible();
  await expect(field).toHaveValue(moonrise.display.toUpperCase());
  await expect(main(root.page).getByText(sundial.name, { exact: true })).toHaveCount(0);
  await checkAccessibility(root.page, "requests, searched");
  await root.input.fill(field, "no request has this in it");
  await root.presses("Search", main(root.page));
  await expect(main(root.page)).toContainText("No requests match");
  await root.presses("All requests", main(root.page));
  await expect(line(root.page, sundial.name)).toBeVisible();
});
