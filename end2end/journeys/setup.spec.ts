// From an empty folder to an organization with its Owner, as on every new site.

import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

import { createDatabase, once } from "../support/database.ts";
import { runProgram } from "../support/program.ts";
import { account, alert, decision, dialog, heading, line, main, PATHS, request, signIn } from "../support/screens.ts";
import { ENDPOINTS, migrateArguments, PASSWORD, serveArguments } from "../support/config.ts";
import { expect, test } from "../support/test.ts";

test("an empty site is set up and creates its first organization", async ({ startServer, peopleOf, checkAccessibility, photograph }) => {
  test.setTimeout(240_000);
  const server = await startServer();
  const people = peopleOf(server);

  const root = await people.visitor({ username: "morgan", email: "morgan@example.org", password: PASSWORD });
  await test.step("the address that an empty site prints makes the administrator's account", async () => {
    await root.opens(await server.setUpAddress());
    await checkAccessibility(root.page, "set-up");
    await root.fillsTheAccount();
    await root.input.press(account.create(root.page));
    await root.isSignedIn();
    await root.verifies();
    await root.opens(PATHS.administration);
    await expect(main(root.page).locator(".empty")).toBeVisible();
    await checkAccessibility(root.page, "requests, empty");
  });

  const dana = await people.visitor({ username: "dana", email: "dana@example.org", password: PASSWORD });
  await test.step("dana makes an account and follows the link in the email", async () => {
    await dana.opens(PATHS.landing);
    await checkAccessibility(dana.page, "landing");
    await photograph(dana.page, "landing");
    await dana.createsAnAccount();
    await dana.verifies();
  });

  const sundial = {
    name: "Sun_Dial",
    display: "The Sundial Project",
    url: "https://sundial.example.org/",
    description: "Clocks that need no winding.",
  };
  await test.step("dana asks for an organization", async () => {
    await dana.requestsOrganization(sundial);
    await checkAccessibility(dana.page, "your organizations, with a request");
    await photograph(dana.page, "organizations");
  });

  await test.step("the administrator hears of it and approves", async () => {
    const email = await root.emails.about(/Sun_Dial|Sundial/);
    expect(email.text).toContain("dana");
    await root.opens(PATHS.administration);
    await checkAccessibility(root.page, "requests");
    await photograph(root.page, "requests");
    await root.opensTheRequestFor(sundial);
    await checkAccessibility(root.page, "request");
    await photograph(root.page, "request");
    await root.input.press(decision.approve(root.page));
    await expect(dialog(root.page)).toContainText("dana becomes an Owner of Sun_Dial");
    await checkAccessibility(root.page, "approve");
    await photograph(root.page, "approve");
    await root.input.fill(decision.message(root.page), "Welcome. Good clocks.");
    await root.input.press(decision.confirm(root.page, "Approve"));
    await root.isTold("Sun_Dial was approved.");
  });

  await test.step("dana hears of it, and manages the organization as its Owner", async () => {
    const email = await dana.emails.about(/approved/i);
    expect(email.text).toContain("Welcome. Good clocks.");
    await dana.opens(email.links[0] ?? "");
    await dana.opens(PATHS.organizations);
    await expect(line(dana.page, "The Sundial Project")).toContainText("Owner");
    await dana.presses(/^Manage/, line(dana.page, "The Sundial Project"));
    await dana.sees(/The Sundial Project/);
    const rows = main(dana.page).locator("table.people tbody tr");
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText("dana");
    await expect(rows).toContainText("Owner");
    await checkAccessibility(dana.page, "people");
    await photograph(dana.page, "people");
  });

  await test.step("everybody can read its public profile", async () => {
    const visitor = await people.visitor();
    await visitor.opens(PATHS.profile("sun-dial"));
    await visitor.sees("The Sundial Project");
    await expect(main(visitor.page)).toContainText("Clocks that need no winding.");
    await checkAccessibility(visitor.page, "public profile");
    await photograph(visitor.page, "profile");
  });
});

test("a start after the first account prints no set-up link @plain", async ({ startServer, peopleOf, watch }) => {
  const server = await startServer();
  await peopleOf(server).administrator();
  const before = server.printed.split(PATHS.setUp).length;
  // The administrator's open page reconnects to the event stream while the server restarts.
  watch.expectOutage();
  await server.restart();
  expect(server.printed.split(PATHS.setUp).length).toBe(before);
});

test("while the database is down a page says so and keeps its input", async ({ engine, startServer, peopleOf, watch, expectConsole }) => {
  test.skip(engine !== "postgres", "a file in the data folder does not go away");
  const server = await startServer();
  const people = peopleOf(server);
  await people.ensureAdministrator();
  const dana = await people.user("dana");
  const sundial = people.organization("sundial");
  await dana.opens(PATHS.organizations);
  await dana.fillsTheRequest(sundial);
  expectConsole(503);
  watch.expectOutage();
  await server.database?.drop();
  await dana.input.press(request.create(dana.page));
  await expect(alert(dana.page)).toContainText("couldn't reach its database");
  await expect(request.display(dana.page)).toHaveValue(sundial.display);

  const answer = await dana.page.goto(PATHS.organizations);
  expect(answer?.status()).toBe(503);
  await expect(main(dana.page).getByRole("link", { name: "Try again" })).toBeVisible();
  expect((await dana.page.request.get(ENDPOINTS.ready)).status()).toBe(503);
  expect((await dana.page.request.get(ENDPOINTS.live)).status()).toBe(200);
});

test("the operator grants, revokes and lists administrators at the command line @plain", async ({ startServer, peopleOf, watch }) => {
  const server = await startServer();
  const people = peopleOf(server);
  await people.ensureAdministrator();
  const dana = await people.user("dana");
  // The command line works on a folder without a running server, and beside any server on PostgreSQL.
  const at = ["--data", server.data, ...(server.database ? ["--database", server.database.url] : [])];

  watch.expectOutage();
  await server.stop();
  const granted = await runProgram(["admin", "grant", dana.username, ...at]);
  expect(granted.said).toContain(dana.username);
  expect(granted.code).toBe(0);
  const listed = await runProgram(["admin", "list", ...at]);
  expect(listed.said).toContain(dana.username);
  const revoked = await runProgram(["admin", "revoke", dana.username, ...at]);
  expect(revoked).toMatchObject({ code: 0, said: expect.stringContaining("is no longer an administrator") });
  expect((await runProgram(["admin", "list", ...at])).said).not.toContain(dana.username);
  expect((await runProgram(["admin", "grant", dana.username, ...at])).code).toBe(0);
  const unknown = await runProgram(["admin", "grant", "nobody-of-that-name", ...at]);
  expect(unknown.code).not.toBe(0);
  expect(unknown.said).toMatch(/^\S.{10,}/m);

  await server.start();
  await dana.opens(PATHS.administration);
  await dana.sees(/Requests/);
});

test("a failed start prints its reason @plain", async ({ startServer }) => {
  const server = await startServer();
  const folder = await mkdtemp(path.join(tmpdir(), "guildhall-journey-"));

  await test.step("a second server on one data folder", async () => {
    const { code, said } = await runProgram(serveArguments({ port: 0, data: server.data }));
    expect(code).not.toBe(0);
    expect(said).toContain(server.data);
  });

  await test.step("the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { code, said } = await runProgram(serveArguments({ port, data: folder }));
    other.close();
    expect(code).not.toBe(0);
    expect(said).toContain(String(port));
  });

  await test.step("the data folder cannot be written", async () => {
    // Folder permissions do not stop root, but the kernel's own file system does.
    const locked = process.getuid?.() === 0 ? "/sys/kernel" : folder;
    await chmod(folder, 0o555);
    const { code, said } = await runProgram(serveArguments({ port: 0, data: locked }));
    await chmod(folder, 0o755);
    expect(code).not.toBe(0);
    expect(said).toContain(locked);
  });

  await test.step("a setting that makes no sense", async () => {
    const { code, said } = await runProgram(["serve", "--data", folder, "--listen", "not an address"]);
    expect(code).not.toBe(0);
    expect(said).toContain("not an address");
  });
  await rm(folder, { recursive: true, force: true });
});

test("a newer or unmigrated database is refused with a reason @plain", async () => {
  const database = await createDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), "guildhall-journey-"));
  try {
    const early = await runProgram(serveArguments({ port: 0, data: folder, database: database.url }));
    expect(early.code).not.toBe(0);
    expect(early.said).toContain("migrate");

    expect((await runProgram(migrateArguments(folder, database.url))).code).toBe(0);
    await once(
      database.url,
      "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (99999999999999, 'later', true, '\\x00', 0)",
    );
    const late = await runProgram(serveArguments({ port: 0, data: folder, database: database.url }));
    expect(late.code).not.toBe(0);
    expect(late.said).toMatch(/newer/);
  } finally {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
});

test("a backup is a complete site that starts @plain", async ({ startServer, peopleOf }) => {
  const server = await startServer();
  const people = peopleOf(server);
  await people.ensureAdministrator();
  const dana = await people.headlessPerson("dana");
  const copy = await mkdtemp(path.join(tmpdir(), "guildhall-journey-"));
  try {
    const { code, said } = await runProgram(["backup", path.join(copy, "site"), "--data", server.data]);
    expect(code, said).toBe(0);
    const restored = await startServer({ data: path.join(copy, "site") });
    const again = await peopleOf(restored).visitor(dana.identity);
    await again.opens(PATHS.signIn);
    await again.fillsTheSignIn();
    await again.input.press(signIn.submit(again.page));
    await again.isSignedIn();
    await expect(heading(again.page, /./)).toBeVisible();
    await again.page.close();
    await restored.stop();
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});
