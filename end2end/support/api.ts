// Sets up what a journey needs but does not test: people and organizations are created by plain HTTP.

import { randomBytes } from "node:crypto";

import type { APIRequestContext } from "@playwright/test";

import type { Emails } from "./mail.ts";
import type { Identity, Organization } from "./identity.ts";

interface Named {
  id: string;
  name: string;
}

/** A person who acts without a page. With a browser's request context, signing in also signs the browser in. */
export class Api {
  constructor(
    readonly identity: Identity,
    readonly requests: APIRequestContext,
  ) {}

  async setsUpTheSite(address: string): Promise<void> {
    await this.#does("accounts/set-up", { ...this.identity, token: secret(address) });
  }

  async createsAnAccount(): Promise<void> {
    await this.#does("accounts/create", { ...this.identity });
  }

  async verifies(emails: Emails): Promise<void> {
    const email = await emails.about(/verify/i);
    await this.#does("accounts/verify", { token: secret(email.links[0] ?? "") });
  }

  async signsIn(): Promise<void> {
    await this.#does("accounts/sign-in", { who: this.identity.username, password: this.identity.password });
  }

  async requestsOrganization({ name, display, url, description }: Organization): Promise<void> {
    await this.#does("requests/file", { account_name: name, display_name: display, url, description, kind: "community" });
  }

  async approves({ name }: Organization): Promise<void> {
    const { open } = await this.#sees<{ open: { row: Named }[] }>("requests/queue");
    const request = findOne(open, (one) => one.row.name === name, name).row.id;
    const { digest } = await this.#sees<{ digest: string }>("requests/preview-approve", { request });
    await this.#does("requests/approve", { request, message: "", agreed: digest });
  }

  async invites({ name }: Organization, username: string, role: string): Promise<void> {
    await this.#does("people/invite", { organization: name, username, role: role.toLowerCase().replace(" ", "_") });
  }

  async accepts({ name }: Organization): Promise<void> {
    const { invitations } = await this.#sees<{ invitations: { id: string; organization: string }[] }>("organizations/yours");
    await this.#does("invitations/accept", { invitation: findOne(invitations, (one) => one.organization === name, name).id });
  }

  async #does(what: string, fields: Record<string, string>): Promise<void> {
    const form = { ...fields, once: randomBytes(16).toString("hex") };
    const answer = await this.requests.post(`/do/${what}`, { form, headers: JSON_HEADERS });
    if (!answer.ok()) throw new Error(`${what} answered ${answer.status()}: ${await answer.text()}`);
  }

  async #sees<T>(what: string, params: Record<string, string> = {}): Promise<T> {
    const answer = await this.requests.get(`/see/${what}`, { params, headers: JSON_HEADERS });
    if (!answer.ok()) throw new Error(`${what} answered ${answer.status()}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}

const JSON_HEADERS = { accept: "application/json" };

/** The secret token of a link. */
function secret(link: string): string {
  return new URL(link).searchParams.get("token") ?? "";
}

function findOne<T>(all: T[], is: (one: T) => boolean, name: string): T {
  const found = all.find(is);
  if (!found) throw new Error(`nothing of ${name} among ${JSON.stringify(all)}`);
  return found;
}
