// A mail server that keeps and parses what it receives, so that a journey can read its emails.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { generate } from "selfsigned";

import { simpleParser, type ParsedMail } from "mailparser";
import { SMTPServer } from "smtp-server";

export interface Email {
  to: string[];
  from: string;
  subject: string;
  text: string;
  html: string;
  /** Every URL in the text part, in order. */
  links: string[];
}

/** How a mail server is protected: by implicit TLS or STARTTLS, and by a username and a password. */
export interface Guard {
  tls: "smtps" | "starttls";
  user: string;
  password: string;
}

export class Mail {
  readonly emails: Email[] = [];
  /** Who signed in to submit emails, and over which transport. */
  readonly signedIn: string[] = [];
  #refusal: { code: number; message: string } | undefined;
  #refused = 0;
  private constructor(
    readonly port: number,
    readonly server: SMTPServer,
    readonly guard: Guard | undefined,
    /** The certificate that the program must trust, in a file. */
    readonly certificate: string | undefined,
  ) {}

  static async listen(guard?: Guard): Promise<Mail> {
    const identity = guard && (await generate([{ name: "commonName", value: "localhost" }], { extensions: EXTENSIONS, keyType: "ec", algorithm: "sha256" }));
    let certificate: string | undefined;
    if (identity) {
      certificate = path.join(await mkdtemp(path.join(tmpdir(), "guildhall-mail-")), "certificate.pem");
      await writeFile(certificate, identity.cert);
    }
    const server = new SMTPServer({
      ...(guard && identity
        ? { secure: guard.tls === "smtps", key: identity.private, cert: identity.cert }
        : { authOptional: true, disabledCommands: ["STARTTLS", "AUTH"] }),
      onAuth(login, session, answer) {
        if (!guard || login.username !== guard.user || login.password !== guard.password) {
          answer(Object.assign(new Error("Authentication failed"), { responseCode: 535 }));
          return;
        }
        mail.signedIn.push(`${guard.user} over ${session.secure ? "TLS" : "a bare line"}`);
        answer(null, { user: guard.user });
      },
      disableReverseLookup: true,
      logger: false,
      onMailFrom: (_address, _session, answer) => answer(mail.#refuse()),
      onData(stream, session, answer) {
        simpleParser(stream).then(
          (parsed) => {
            const to = session.envelope.rcptTo.map((one) => one.address);
            mail.emails.push(toEmail(to, parsed));
            answer();
          },
          (problem: Error) => answer(problem),
        );
      },
    });
    // Some journeys kill the client in the middle of an email.
    server.on("error", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.server.address();
    const mail = new Mail(typeof address === "object" && address ? address.port : 0, server, guard, certificate);
    return mail;
  }

  /** The URL of this server for the program's configuration. */
  get url(): string {
    if (!this.guard) return `smtp://127.0.0.1:${this.port}`;
    const { tls, user, password } = this.guard;
    const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return tls === "smtps" ? `smtps://${who}@localhost:${this.port}` : `smtp://${who}@localhost:${this.port}?starttls=required`;
  }

  /** The emails to one address. */
  to(address: string): Emails {
    return new Emails(this, address);
  }

  /** From now on every email is refused, permanently (5xx) or temporarily (4xx). */
  refuse(code: number, message = "Not now"): void {
    this.#refusal = { code, message };
  }

  accept(): void {
    this.#refusal = undefined;
  }

  /** The number of refused emails. */
  get refused(): number {
    return this.#refused;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    if (this.certificate) await rm(path.dirname(this.certificate), { recursive: true, force: true });
  }

  #refuse(): Error | null {
    if (!this.#refusal) return null;
    this.#refused += 1;
    return Object.assign(new Error(this.#refusal.message), { responseCode: this.#refusal.code });
  }
}

/** A self-signed certificate for this machine. */
const EXTENSIONS = [
  { name: "basicConstraints" as const, cA: false },
  { name: "subjectAltName" as const, altNames: [{ type: 2 as const, value: "localhost" }] },
];

export class Emails {
  constructor(
    readonly mail: Mail,
    readonly address: string,
  ) {}

  now(): Email[] {
    return this.mail.emails.filter((email) => email.to.includes(this.address));
  }

  /** Waits for an email with a matching subject and returns the newest. */
  async about(subject: RegExp): Promise<Email> {
    return this.#wait(`an email with the subject ${subject}`, () => this.now().findLast((email) => subject.test(email.subject)));
  }

  async #wait(what: string, find: () => Email | undefined): Promise<Email> {
    for (const until = Date.now() + 20_000; Date.now() < until; await pause(25)) {
      const found = find();
      if (found) return found;
    }
    const there = this.now().map((email) => email.subject);
    throw new Error(`${this.address} did not receive ${what}; received: ${there.length > 0 ? there.join(" · ") : "nothing"}`);
  }
}

function toEmail(to: string[], parsed: ParsedMail): Email {
  const text = parsed.text ?? "";
  return {
    to,
    from: parsed.from?.text ?? "",
    subject: parsed.subject ?? "",
    text,
    html: parsed.html || "",
    links: [...text.matchAll(/https?:\/\/[^\s<>"')\]]+/g)].map((found) => found[0].replace(/[.,;]$/, "")),
  };
}
