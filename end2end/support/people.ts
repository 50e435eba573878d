// People: each has a browser of their own and uses the screens as a journey describes.

import { expect, request as plain, type APIRequestContext, type Browser, type BrowserContext, type Locator, type Page } from "@playwright/test";

import type { Identity, Organization } from "./identity.ts";
import { Input, type InputMode } from "./input.ts";
import type { Emails } from "./mail.ts";
import { Api } from "./api.ts";
import type { Guildhall } from "./program.ts";
import { account, control, decision, dialog, heading, line, main, menu, PATHS, people as screen, request, settings, signIn, status, verify } from "./screens.ts";
import { PASSWORD } from "./config.ts";
import type { ConsoleWatch } from "./console-watch.ts";

interface Environment {
  browser: Browser;
  watch: ConsoleWatch;
  inputMode: InputMode;
  javascript: boolean;
}

/** The administrator of a site, created by the set-up link when first needed. */
const administrators = new WeakMap<Guildhall, Identity>();
/** How often a name was used on a site: the second dana is dana2. */
const usedNames = new WeakMap<Guildhall, Map<string, number>>();

export class People {
  readonly #contexts: BrowserContext[] = [];
  readonly #requests: APIRequestContext[] = [];
  constructor(
    readonly server: Guildhall,
    readonly environment: Environment,
  ) {}

  /** A username that is unique on this site. */
  name(base: string): string {
    const names = usedNames.get(this.server) ?? new Map<string, number>();
    usedNames.set(this.server, names);
    const times = (names.get(base) ?? 0) + 1;
    names.set(base, times);
    return times === 1 ? base : `${base}${times}`;
  }

  identity(base: string): Identity {
    const username = this.name(base);
    return { username, email: `${username}@example.org`, password: PASSWORD };
  }

  /** The details of an organization with a free name. */
  organization(base: string): Organization {
    const name = this.name(base);
    const display = `The ${name[0]?.toUpperCase()}${name.slice(1)} Project`;
    return { name, display, url: `https://${name}.example.org/`, description: `What ${display} is for, in one sentence.` };
  }

  /** A visitor in a fresh browser, not signed in. */
  async visitor(identity: Identity = this.identity("visitor")): Promise<Person> {
    const { browser, watch, inputMode, javascript } = this.environment;
    const context = await browser.newContext({ baseURL: this.server.url });
    this.#contexts.push(context);
    watch.observe(context);
    const page = await context.newPage();
    return new Person(identity, this.server, page, new Input(page, inputMode, javascript));
  }

  /** A new account, signed in, with an unverified email address. */
  async signUp(base: string): Promise<Person> {
    const person = await this.visitor(this.identity(base));
    await person.api.createsAnAccount();
    return person;
  }

  /** An account with a verified email address that is not signed in in any browser of the journey. */
  async account(base: string): Promise<Identity> {
    return (await this.headlessPerson(base)).identity;
  }

  /** A new account with a verified email address and without a browser. */
  async headlessPerson(base: string): Promise<HeadlessPerson> {
    const identity = this.identity(base);
    const emails = this.server.emails.to(identity.email);
    const api = new Api(identity, await this.#newRequests());
    await api.createsAnAccount();
    await api.verifies(emails);
    return new HeadlessPerson(identity, api, emails);
  }

  /** A new account with a verified email address, signed in. */
  async user(base: string): Promise<Person> {
    const person = await this.signUp(base);
    await person.api.verifies(person.emails);
    return person;
  }

  async signIn(identity: Identity): Promise<Person> {
    const person = await this.visitor(identity);
    await person.api.signsIn();
    return person;
  }

  /** Creates the administrator of the site. Until then an empty site waits for one. */
  async ensureAdministrator(): Promise<void> {
    await this.#administrator();
  }

  /** The administrator, signed in. */
  async administrator(): Promise<Person> {
    return this.signIn(await this.#administrator());
  }

  /** The set-up link creates the administrator when one is first needed. */
  async #administrator(): Promise<Identity> {
    const known = administrators.get(this.server);
    if (known) return known;
    const identity = this.identity("boss");
    const api = new Api(identity, await this.#newRequests());
    await api.setsUpTheSite(await this.server.setUpAddress());
    // An administrator with an unverified address gets no emails about requests. A site without a mail server keeps the
    // email.
    if (this.server.mail) await api.verifies(this.server.emails.to(identity.email));
    administrators.set(this.server, identity);
    return identity;
  }

  /** The URL and the beginning of the text of each open page. */
  async openPages(): Promise<string[]> {
    const pages = this.#contexts.flatMap((context) => context.pages());
    return Promise.all(
      pages.map(async (page) => {
        const text = await main(page).innerText({ timeout: 2_000 }).catch((problem: Error) => problem.message);
        return `${page.url()}\n${text.slice(0, 600)}`;
      }),
    );
  }

  /** Creates an organization and returns its Owner. */
  async owner(base: string, organization: Organization): Promise<Person> {
    const root = new Api(await this.#administrator(), await this.#newRequests());
    const owner = await this.user(base);
    await owner.api.requestsOrganization(organization);
    await root.signsIn();
    await root.approves(organization);
    return owner;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#contexts.splice(0).map((context) => context.close()), ...this.#requests.splice(0).map((requests) => requests.dispose())]);
  }

  /** A request context without a browser. */
  async #newRequests(): Promise<APIRequestContext> {
    const requests = await plain.newContext({ baseURL: this.server.url });
    this.#requests.push(requests);
    return requests;
  }
}

/** Someone others act on: they have a name, and can act without a page. */
interface Actor {
  username: string;
  api: Api;
}

/** Someone without a browser, whose screens a journey does not show. */
export class HeadlessPerson implements Actor {
  constructor(
    readonly identity: Identity,
    readonly api: Api,
    readonly emails: Emails,
  ) {}

  get username(): string {
    return this.identity.username;
  }
}

export class Person implements Actor {
  constructor(
    readonly identity: Identity,
    readonly server: Guildhall,
    readonly page: Page,
    readonly input: Input,
  ) {}

  get username(): string {
    return this.identity.username;
  }

  /** Requests in the same browser without a page. */
  get api(): Api {
    return new Api(this.identity, this.page.context().request);
  }

  get emails(): Emails {
    return this.server.emails.to(this.identity.email);
  }

  async opens(address: string): Promise<void> {
    await this.input.open(new URL(address, this.server.url).href);
  }

  async presses(name: string | RegExp, within: Page | Locator = this.page): Promise<void> {
    await this.input.press(control(within, name));
  }

  async sees(name: string | RegExp): Promise<void> {
    await expect(heading(this.page, name)).toBeVisible();
  }

  async isTold(sentence: string | RegExp): Promise<void> {
    await expect(status(this.page)).toContainText(sentence);
  }

  // Accounts

  async createsAnAccount(): Promise<void> {
    await this.opens(PATHS.createAccount);
    await this.fillsTheAccount();
    await this.input.press(account.create(this.page));
    await this.isSignedIn();
  }

  async fillsTheAccount({ username, email, password }: Identity = this.identity): Promise<void> {
    await this.input.fill(account.username(this.page), username);
    await this.input.fill(account.email(this.page), email);
    await this.input.fill(account.password(this.page), password);
  }

  /** Follows the link of the newest verification email. */
  async verifies(): Promise<void> {
    const email = await this.emails.about(/verify/i);
    await this.opens(email.links[0] ?? "");
    await this.input.press(verify(this.page));
    await this.isTold(`${this.identity.email} is verified.`);
  }

  async signsIn({ username, password }: Pick<Identity, "username" | "password"> = this.identity): Promise<void> {
    await this.opens(PATHS.signIn);
    await this.fillsTheSignIn({ username, password });
    await this.input.press(signIn.submit(this.page));
    await this.isSignedIn();
  }

  async fillsTheSignIn({ username, password }: Pick<Identity, "username" | "password"> = this.identity): Promise<void> {
    await this.input.fill(signIn.name(this.page), username);
    await this.input.fill(signIn.password(this.page), password);
  }

  /** Adds an email address to the account, which sends a verification email. */
  async addsAnAddress(email: string, password = this.identity.password): Promise<void> {
    await this.opens(PATHS.account);
    await this.input.fill(settings.email(this.page), email);
    await this.input.fill(settings.yourPassword(this.page), password);
    await this.input.press(settings.add(this.page));
  }

  /** Requests a link for a new password. */
  async requestsReset(name: string): Promise<void> {
    await this.opens(PATHS.signIn);
    await this.presses("Forgotten password?");
    await this.sees("Forgotten password");
    await this.input.fill(signIn.name(this.page), name);
    await this.presses("Send the link");
    await this.isTold("If there is such an account, we emailed it a link to reset the password.");
    // After sending, the form is replaced.
    await this.sees("Sign in");
  }

  async signsOut(): Promise<void> {
    await this.choosesFromTheMenu("Sign out");
    await expect(menu.summary(this.page)).toHaveCount(0);
  }

  async isSignedIn(): Promise<void> {
    await expect(menu.summary(this.page)).toContainText(this.username);
  }

  async choosesFromTheMenu(name: string): Promise<void> {
    await this.input.press(menu.summary(this.page));
    await this.input.press(menu.entry(this.page, name));
  }

  // Requests

  async fillsTheRequest({ name, display, url, description }: Organization): Promise<void> {
    await this.opensTheRequestForm();
    await this.input.fill(request.name(this.page), name);
    await this.input.fill(request.display(this.page), display);
    await this.input.fill(request.url(this.page), url);
    await this.input.fill(request.description(this.page), description);
    await this.input.check(request.community(this.page));
  }

  /** Requests an organization, from the account menu to the entry under Your requests. */
  async requestsOrganization(organization: Organization): Promise<void> {
    await this.opens(PATHS.landing);
    await this.choosesFromTheMenu("Your organizations");
    await this.sees("Your organizations");
    await this.fillsTheRequest(organization);
    await this.input.press(request.create(this.page));
    await this.isTold(`Your request for ${organization.display} was submitted.`);
    await expect(line(this.page, organization.name)).toBeVisible();
  }

  /** Goes from Your organizations to the form, unless it is there. */
  async opensTheRequestForm(): Promise<void> {
    if (await request.open(this.page).isVisible()) await this.input.press(request.open(this.page));
    await expect(request.name(this.page)).toBeVisible();
  }

  async withdraws(organization: Organization): Promise<void> {
    await this.opens(PATHS.organizations);
    await this.presses(/^Withdraw/, line(this.page, organization.name));
    await this.input.press(decision.confirm(this.page, "Withdraw"));
    await this.isTold(`Your request for ${organization.name} was withdrawn.`);
    await expect(dialog(this.page)).toHaveCount(0);
  }

  // People

  async invites(organization: Organization, whom: string, role = "Member"): Promise<void> {
    await this.opens(PATHS.manage(organization.name));
    await this.opensTheInviteForm();
    await this.input.fill(screen.username(this.page), whom);
    await this.input.check(screen.as(this.page, role));
    await this.input.press(screen.invite(this.page));
  }

  /** Opens the form below “Invite member”, unless it is open. */
  async opensTheInviteForm(): Promise<void> {
    if (!(await screen.username(this.page).isVisible())) await this.input.press(screen.inviteMember(this.page));
    await expect(screen.username(this.page)).toBeVisible();
  }

  /** Accepts the invitation under Pending invitations. */
  async accepts(organization: Organization): Promise<void> {
    await this.opens(PATHS.organizations);
    await this.input.press(screen.accept(this.page, organization.display));
    await this.isTold(`Welcome to ${organization.display}`);
  }

  /** Invites a person who accepts, both without a page. */
  async addsMember(organization: Organization, whom: Actor, role = "Member"): Promise<void> {
    await this.api.invites(organization, whom.username, role);
    await whom.api.accepts(organization);
  }

  /** Picks a role in a person's row of an open page, and presses Save. This opens a dialog. */
  async picks(whom: Actor, role: string): Promise<void> {
    await screen.role(this.page, whom.username).selectOption(role);
    await this.input.press(screen.save(this.page, whom.username));
  }

  // Administration

  async opensTheRequestFor({ name, display }: Organization): Promise<void> {
    await this.opens(PATHS.landing);
    await this.choosesFromTheMenu("Administration");
    await this.input.press(main(this.page).getByRole("link", { name: display, exact: true }).first());
    await expect(main(this.page)).toContainText(name);
    await expect(decision.approve(this.page)).toBeVisible();
  }

  async approves(organization: Organization, message = ""): Promise<void> {
    await this.opensTheRequestFor(organization);
    await this.input.press(decision.approve(this.page));
    if (message) await this.input.fill(decision.message(this.page), message);
    await this.input.press(decision.confirm(this.page, "Approve"));
    await this.isTold(`${organization.name} was approved.`);
  }

  /** Asks the applicant a question. */
  async asksAbout(organization: Organization, question: string): Promise<void> {
    await this.opensTheRequestFor(organization);
    await this.presses("Ask for information", main(this.page));
    await this.input.fill(dialog(this.page).getByLabel("Question"), question);
    await this.input.press(decision.confirm(this.page, "Ask for information"));
    await this.isTold(`Your question was sent to the applicant for ${organization.name}.`);
  }

  /** Answers the first unanswered question. */
  async answers(organization: Organization, answer: string): Promise<void> {
    await this.opens(PATHS.organizations);
    await this.presses(organization.display, line(this.page, organization.name));
    await this.sees(organization.display);
    await this.presses("Answer", main(this.page));
    await this.input.fill(dialog(this.page).getByLabel("Answer"), answer);
    await this.input.press(decision.confirm(this.page, "Send answer"));
    await this.isTold("Your answer was sent.");
    await expect(dialog(this.page)).toHaveCount(0);
  }

  async declines(organization: Organization, reason: string): Promise<void> {
    await this.opensTheRequestFor(organization);
    await this.input.press(decision.decline(this.page));
    await this.input.fill(decision.reason(this.page), reason);
    await this.input.press(decision.confirm(this.page, "Decline"));
    await this.isTold(`The request for ${organization.name} was declined.`);
  }
}
