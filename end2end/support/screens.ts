// Locators of every control by its role and accessible name, as in the document of the screens.

import type { Locator, Page } from "@playwright/test";

import { ENDPOINTS } from "./config.ts";

export const PATHS = {
  landing: "/",
  createAccount: "/create-account",
  signIn: "/sign-in",
  forgotten: "/forgotten-password",
  account: "/manage/account",
  history: "/manage/account/history",
  organizations: "/manage/organizations",
  administration: "/administration/requests",
  accounts: "/administration/accounts",
  emails: "/administration/mail",
  setUp: ENDPOINTS.setUp,
  manage: (name: string) => `/manage/organization/${name}/people`,
  profile: (name: string) => `/org/${name}`,
} as const;

export const main = (page: Page): Locator => page.getByRole("main");
export const heading = (page: Page, name: string | RegExp): Locator => page.getByRole("heading", { name, level: 1 });
/** The status line, which says what has just happened. */
export const status = (page: Page): Locator => page.locator(".status");
/** The message that says why a form was refused. */
export const alert = (page: Page): Locator => page.locator("dialog [role=alert]:visible, main [role=alert]:visible").first();
/** The text below a field: its error and its hint. */
export const beside = (field: Locator): Locator => field.locator("xpath=ancestor::*[contains(concat(' ', @class, ' '), ' field ')][1]").locator(".under");
/** A row or list entry that contains a text. */
export const line = (page: Page, text: string | RegExp): Locator => main(page).locator("tr, li, article").filter({ hasText: text }).first();

/** A control that may be a link or a button, because only its action matters. */
export function control(within: Page | Locator, name: string | RegExp, exact = true): Locator {
  const options = typeof name === "string" ? { name, exact } : { name };
  return within.getByRole("button", options).or(within.getByRole("link", options)).first();
}

export const menu = {
  summary: (page: Page): Locator => page.locator("details.menu > summary"),
  /** An entry may end with a count, as “Administration” does with the waiting requests. */
  entry: (page: Page, name: string): Locator => control(page.locator("details.menu"), new RegExp(`^${name}`)),
};

/** Create account and the set-up form have the same fields. */
export const account = {
  username: (page: Page): Locator => main(page).getByLabel("Username", { exact: true }),
  email: (page: Page): Locator => main(page).getByLabel(/^Email address/),
  password: (page: Page): Locator => main(page).getByLabel("Password", { exact: true }),
  create: (page: Page): Locator => main(page).getByRole("button", { name: /^Create .*account$/ }),
};

export const signIn = {
  name: (page: Page): Locator => main(page).getByLabel(/^Username or email/),
  password: (page: Page): Locator => main(page).getByLabel("Password", { exact: true }),
  submit: (page: Page): Locator => main(page).getByRole("button", { name: "Sign in", exact: true }),
};

/** Account settings: one form for a further email address and one for a new password. */
export const settings = {
  email: (page: Page): Locator => main(page).getByLabel("Email address", { exact: true }),
  yourPassword: (page: Page): Locator => main(page).getByLabel("Your password", { exact: true }),
  add: (page: Page): Locator => main(page).getByRole("button", { name: "Add address", exact: true }),
  current: (page: Page): Locator => main(page).getByLabel("Current password", { exact: true }),
  next: (page: Page): Locator => main(page).getByLabel("New password", { exact: true }),
  change: (page: Page): Locator => main(page).getByRole("button", { name: "Change password", exact: true }),
};

/** “Create new organization”: a page of its own, and on Your organizations for those who have none. */
export const request = {
  /** Leads from Your organizations to the form. */
  open: (page: Page): Locator => main(page).getByRole("link", { name: "Create new organization", exact: true }),
  name: (page: Page): Locator => main(page).getByLabel("Account name", { exact: true }),
  display: (page: Page): Locator => main(page).getByLabel("Display name", { exact: true }),
  url: (page: Page): Locator => main(page).getByLabel("Organization URL", { exact: true }),
  description: (page: Page): Locator => main(page).getByLabel("Description", { exact: true }),
  community: (page: Page): Locator => main(page).getByRole("radio", { name: /^Community project/ }),
  private: (page: Page): Locator => main(page).getByRole("radio", { name: /^Private organization/ }),
  create: (page: Page): Locator => main(page).getByRole("button", { name: "Create", exact: true }),
  /** Unfolds the decided requests. */
  decided: (page: Page): Locator => main(page).locator("summary").filter({ hasText: /^Decided requests/ }),
};

type Verb = "Save" | "Revoke invite" | "Approve" | "Decline" | "Withdraw" | "Remove" | "Ask for information" | "Defer" | "Add note" | "Send answer" | "Disable" | "Enable" | "Discard";

/** A request's page: two links, each of which opens a dialog with its preview. */
export const decision = {
  /** The rows of a request in the queue. */
  rows: (page: Page, display: string): Locator => main(page).locator("table.queue tbody tr").filter({ has: page.getByRole("link", { name: display, exact: true }) }),
  approve: (page: Page): Locator => control(main(page), "Approve"),
  message: (page: Page): Locator => dialog(page).getByLabel(/^Message/),
  decline: (page: Page): Locator => control(main(page), "Decline"),
  reason: (page: Page): Locator => dialog(page).getByLabel(/^Reason/),
  /** The button of the open dialog, with the same verb as the link that opened it. */
  confirm: (page: Page, verb: Verb): Locator => dialog(page).getByRole("button", { name: verb, exact: true }),
};

/** The page People of an organization, and an invitation as its invitee sees it. */
export const people = {
  /** Opens the form that invites a person. */
  inviteMember: (page: Page): Locator => main(page).locator("details.invite > summary"),
  username: (page: Page): Locator => main(page).getByLabel("Username", { exact: true }),
  as: (page: Page, role: string): Locator => main(page).getByRole("radio", { name: new RegExp(`^${role}`) }),
  invite: (page: Page): Locator => main(page).getByRole("button", { name: "Invite", exact: true }),
  role: (page: Page, username: string): Locator => main(page).getByLabel(`Role of ${username}`, { exact: true }),
  save: (page: Page, username: string): Locator => main(page).locator(`[id="role-${username}"]`),
  remove: (page: Page, username: string): Locator => control(main(page), `Remove ${username}`),
  revoke: (page: Page, username: string): Locator => control(main(page), `Revoke invite for ${username}`),
  select: (page: Page, username: string): Locator => main(page).getByRole("checkbox", { name: `Select ${username}`, exact: true }),
  /** With scripts, the bulk actions are shown while somebody is selected. */
  removeSelected: (page: Page): Locator => main(page).getByRole("button", { name: "Remove selected", exact: true }),
  /** Recent changes by others. */
  recentEvents: (page: Page): Locator => main(page).locator(".recent-events"),
  confirmation: (page: Page): Locator => dialog(page).getByLabel("Username", { exact: true }),
  accept: (page: Page, display: string): Locator => control(main(page), `Accept the invitation to ${display}`),
  decline: (page: Page, display: string): Locator => control(main(page), `Decline the invitation to ${display}`),
};

/** Banners that appear on every page: an invitation, a question, an unverified email address. */
export const banner = (page: Page): Locator => page.locator(".notice");

export const verify = (page: Page): Locator => main(page).getByRole("button", { name: "Verify email address", exact: true });

/** The confirming dialog, with the same verb as the control that opened it. */
export const dialog = (page: Page): Locator => page.getByRole("dialog");
