// The same queries and commands in better-auth's organization plugin, called as a library: the cost of its rules and
// its database without HTTP. The place is a folder, or the URL of an empty PostgreSQL database.
//
// Each line: the command, the number of clients, and the rate per second.

import path from "node:path";
import process from "node:process";

import { LibsqlDialect } from "@libsql/kysely-libsql";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { organization } from "better-auth/plugins";
import pg from "pg";

const [place] = process.argv.slice(2);
const MEMBERS = 1_000;
const INVITED = 320;
const ROUNDS = 5;

const database = place.includes("://")
  ? new pg.Pool({ connectionString: place, max: 16 })
  : { dialect: new LibsqlDialect({ url: `file:${path.join(place, "better-auth.db")}` }), type: "sqlite" };
const options = {
  baseURL: "http://better-auth.example",
  secret: "a secret of the bench, long enough for it",
  database,
  // Hashing is not measured.
  emailAndPassword: { enabled: true, password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [organization({ membershipLimit: 100_000, invitationLimit: 100_000, sendInvitationEmail: async () => {} })],
};
await (await getMigrations(options)).runMigrations();
if (!place.includes("://")) {
  // As durable as ours: a write-ahead log that is flushed at each commit.
  const { createClient } = await import("@libsql/client");
  const client = createClient({ url: `file:${path.join(place, "better-auth.db")}` });
  await client.execute("pragma journal_mode = wal");
  client.close();
}
const auth = betterAuth(options);

async function arrives(name) {
  const { headers, response } = await auth.api.signUpEmail({ body: { name, email: `${name}@example.org`, password: "a password of the bench" }, returnHeaders: true });
  const cookie = headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  return { id: response.user.id, email: response.user.email, headers: new Headers({ cookie }) };
}

const owner = await arrives("owner");
const { id: organizationId } = await auth.api.createOrganization({ body: { name: "Observatory", slug: "observatory" }, headers: owner.headers });
for (let n = 1; n < MEMBERS; n += 1) {
  const { id: userId } = await arrives(`member-${n}`);
  await auth.api.addMember({ body: { userId, organizationId, role: "member" } });
}
const taken = new Map();

async function timed(what, clients, list, work) {
  const left = [...list];
  const done = [];
  const began = performance.now();
  await Promise.all(Array.from({ length: clients }, async () => {
    while (left.length > 0) done.push(await work(left.pop()));
  }));
  const key = `${what}\t${clients}`;
  taken.set(key, [...(taken.get(key) ?? []), (list.length * 1000) / (performance.now() - began)]);
  return done;
}

const times = (count) => Array.from({ length: count }, (_, n) => n);
for (let round = 0; round < ROUNDS; round += 1) {
  await timed("list of 1,000 members", 1, times(20), async () => {
    const { members } = await auth.api.listMembers({ query: { organizationId, limit: MEMBERS }, headers: owner.headers });
    if (members.length < MEMBERS) throw new Error(`${members.length} members`);
  });
  await timed("session and permission check", 1, times(400), async () => {
    const { success } = await auth.api.hasPermission({ body: { organizationId, permissions: { member: ["create"] } }, headers: owner.headers });
    if (!success) throw new Error("not permitted");
  });
  for (const clients of [1, 16]) {
    const people = [];
    for (const n of times(INVITED)) people.push(await arrives(`guest-${round}-${clients}-${n}`));
    const invited = await timed("invite", clients, people, async (person) => {
      const { id } = await auth.api.createInvitation({ body: { organizationId, email: person.email, role: "member" }, headers: owner.headers });
      return { person, id };
    });
    await timed("accept", clients, invited, ({ person, id }) => auth.api.acceptInvitation({ body: { invitationId: id }, headers: person.headers }));
  }
}
for (const [key, rates] of taken) {
  rates.sort((one, other) => one - other);
  console.log(`${key}\t${rates[Math.floor(rates.length / 2)].toFixed(1)}`);
}
process.exit(0);
