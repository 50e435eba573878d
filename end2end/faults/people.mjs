// People of a site under test and their commands, all by plain HTTP.

import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";

import { data } from "./http.mjs";
import { folder } from "./program.mjs";

const PASSWORD = "a password of the faults";

export const token = () => randomBytes(16).toString("hex");

/** Creates an administrator and `count` people with verified email addresses. The server must have no mail server. */
export async function makePeople(server, count) {
  const file = path.join(await folder(), "password");
  await writeFile(file, PASSWORD);
  await server.command("admin", "create", "--username", "morgan", "--email", "morgan@example.org", "--password-file", file);
  const morgan = await signIn(server, "morgan");
  const people = [];
  for (let n = 0; n < count; n += 1) people.push(await join(server, morgan, `person-${n}`));
  return { morgan, people };
}

export async function signIn(server, username) {
  const answer = await expect(server, "/do/accounts/sign-in", { fields: { who: username, password: PASSWORD }, from: randomAddress() });
  return { username, email: `${username}@example.org`, cookie: cookieOf(answer) };
}

async function join(server, morgan, username) {
  const email = `${username}@example.org`;
  const answer = await expect(server, "/do/accounts/create", { fields: { username, email, password: PASSWORD, once: token() }, from: randomAddress() });
  const cookie = cookieOf(answer);
  const link = await keptLink(server, morgan, email);
  await expect(server, "/do/accounts/verify", { fields: { token: link, once: token() }, cookie });
  return { username, email, cookie };
}

/** The secret of the newest kept email to an address, as administrators read it. */
async function keptLink(server, { cookie }, email) {
  const { emails } = data(await expect(server, "/see/administration/emails", { cookie }));
  const row = emails.find((one) => one.to === email && one.subject.startsWith("Verify"));
  const { text } = data(await expect(server, `/see/administration/email?email=${row.id}`, { cookie }));
  return text.match(/\/verify\?token=(\w+)/)[1];
}

/** Requests an organization. The same entry can be sent again, because it carries its idempotency key. */
export async function file(server, { cookie }, entry) {
  const fields = {
    account_name: entry.name,
    display_name: `The ${entry.name}`,
    url: "https://example.org/",
    description: "What it is for, in one sentence.",
    kind: "community",
    once: entry.once,
  };
  return server.call("/do/requests/file", { fields, cookie, accept: entry.accept });
}

/** One's own requests, newest first, at most 100 of them. Undefined without an answer. */
export async function ownRequests(server, { cookie }) {
  const answer = await server.call("/see/organizations/yours", { cookie });
  return answer.status === 200 ? data(answer).requests : undefined;
}

/** What withdrawing a request needs besides the form: the digest of its preview. */
export async function previewWithdraw(server, { cookie }, request) {
  const answer = await server.call(`/see/requests/preview-withdraw?request=${request}`, { cookie });
  return answer.status === 200 ? data(answer).digest : undefined;
}

export async function withdraw(server, { cookie }, { request, once, agreed }) {
  return server.call("/do/requests/withdraw", { fields: { request, once, agreed }, cookie });
}

/** A random client address for each, so that no limit by address applies. */
function randomAddress() {
  return `10.${[...randomBytes(3)].join(".")}`;
}

function cookieOf(answer) {
  return answer.headers["set-cookie"].map((one) => one.split(";")[0]).find((one) => /^session(-\d+)?=/.test(one));
}

async function expect(server, target, options) {
  const answer = await server.call(target, options);
  if (answer.status !== 200) throw new Error(`${target} answered ${answer.status || answer.why} while the site was made: ${answer.text.slice(0, 200)}`);
  return answer;
}
