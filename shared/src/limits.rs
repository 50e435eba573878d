//! Every number that the product promises, with its reason.

use crate::timestamp::Seconds;

/// The longest username, as on the public index (rules, section 2).
pub const USERNAME: usize = 50;
/// The shortest organization name, because a single letter is easily mistaken (rules, section 2).
pub const ORGANIZATION_NAME_MIN: usize = 2;
/// The longest organization name, as long as a username (rules, section 2).
pub const ORGANIZATION_NAME: usize = 50;
/// The longest display name, so that it fits a heading (rules, section 2).
pub const DISPLAY_NAME: usize = 100;
/// The most marks on one letter: as many as Hebrew with vowel points and cantillation has, and fewer than cover the
/// line above.
pub const MARKS_IN_A_ROW: usize = 4;
/// The longest organization URL (rules, section 2).
pub const URL: usize = 400;
/// The longest description: a paragraph (rules, section 2).
pub const DESCRIPTION: usize = 400;
/// The longest email address that mail servers must carry (RFC 5321 4.5.3.1.3).
pub const EMAIL: usize = 254;
/// The shortest password that NIST SP 800-63B-4 allows as the only factor.
pub const PASSWORD_MIN: usize = 15;
/// The longest password: enough for a passphrase, and a bound on the cost of hashing.
pub const PASSWORD: usize = 256;
/// The longest reason or message (rules, section 2).
pub const FREE_TEXT: usize = 1_000;
/// The longest legal name.
pub const LEGAL_NAME: usize = 200;
/// The longest postal address without the country: a few lines.
pub const POSTAL_ADDRESS: usize = 400;
/// The longest tax id or purchase-order number. Those in use have up to about thirty characters.
pub const REFERENCE_NUMBER: usize = 40;
/// The requests that one account may submit in a row, unless configured otherwise. Then one more is allowed every
/// [`REQUEST_EVERY`]. A person can request any number of organizations, so this stops only scripts.
pub const REQUESTS_AT_ONCE: u32 = 20;
/// The time after which one more request may be submitted.
pub const REQUEST_EVERY: Seconds = Seconds::minutes(1);
/// The requests of one applicant that the queue shows. The rest are counted, so that one applicant can't flood the
/// queue.
pub const QUEUED_PER_APPLICANT: u32 = 5;
/// The requests that the queue shows.
pub const QUEUED: u32 = 200;
/// The latest decisions that the estimate is made from (rules, section 4).
pub const DECISIONS_LOOKED_AT: u32 = 50;
/// The fewest decisions for an estimate (rules, section 4).
pub const DECISIONS_TO_ESTIMATE: usize = 5;
/// The similar names shown to an applicant and a reviewer. More would hide the most similar ones.
pub const LOOKALIKES: usize = 5;
/// The lifetime of a verification link, long enough for an email that waits over a weekend.
pub const VERIFICATION: Seconds = Seconds::days(3);
/// The verification emails a day to one address, which can be a stranger's.
pub const VERIFICATION_EMAILS_A_DAY: usize = 5;
/// The most addresses of one account: work, home, school, and some to spare.
pub const ADDRESSES: usize = 10;
/// The lifetime of a password reset link: long enough for slow email, short enough for a shared screen.
pub const RESET: Seconds = Seconds::hours(1);
/// The password reset links to one account within a day, in a row. Then one more is allowed every [`RESET`]. A stranger
/// can request them.
pub const RESET_EMAILS_AT_ONCE: usize = 5;
/// The verification emails a day that one account may cause, to all addresses.
pub const VERIFICATION_EMAILS_BY_ACCOUNT: usize = 20;
/// The emails a day that one account may cause to another, unless configured otherwise. It is more than honest use
/// needs and stops a flood. Emails beyond it are held back, and the history says so.
pub const EMAILS_TO_ONE_A_DAY: u32 = 20;
/// A session that is not used ends after this time.
pub const SESSION_IDLE: Seconds = Seconds::days(14);
/// A session ends after this time, used or not (NIST SP 800-63B-4, AAL1).
pub const SESSION_ABSOLUTE: Seconds = Seconds::days(30);
/// The most sessions of one account: more than anybody needs, and a bound for scripts. One more ends the oldest
/// session.
pub const SESSIONS: usize = 50;
/// How long ended sessions are kept. A client is recognised by them ([`KNOWN_CLIENT`]).
pub const SESSIONS_KEPT: Seconds = KNOWN_CLIENT;
/// How long verification and reset links are kept, so that a page can say what happened to a link. Emails are counted
/// by them for a day.
pub const LINKS_KEPT: Seconds = Seconds::days(30);
/// How long administrators can read a sent email, in case questions come up.
pub const EMAILS_SENT_KEPT: Seconds = Seconds::days(90);
/// How long administrators can read and re-send an email that was not sent.
pub const EMAILS_UNSENT_KEPT: Seconds = Seconds::days(365);
/// How long the outcome of a form is kept for a browser that submits it again, for example after a weekend.
pub const FORMS_KEPT: Seconds = Seconds::days(7);
/// How long an unused account keeps its username: ten times the lifetime of the verification link ([`VERIFICATION`]).
/// An unused account has verified no address, done nothing and not been visited.
pub const ACCOUNT_UNUSED: Seconds = Seconds::days(30);
/// The stored length of a `User-Agent` header: enough to tell devices apart.
pub const USER_AGENT: usize = 200;
/// The accounts that can be created from one client address within an hour, unless configured otherwise: enough for a
/// class or a sprint behind one address, and too few to flood strangers with email.
pub const ACCOUNTS_AN_HOUR: u32 = 20;
/// The wrong passwords for one name from one client address, in a row. Then one more is allowed every
/// [`WRONG_PASSWORD_EVERY`].
pub const WRONG_PASSWORDS_BY_NAME_AND_CLIENT: u32 = 10;
/// The wrong passwords for one name from anywhere (NIST SP 800-63B-4: at most 100).
pub const WRONG_PASSWORDS_BY_NAME: u32 = 100;
/// The wrong passwords from one client address for all names.
pub const WRONG_PASSWORDS_BY_CLIENT: u32 = 50;
/// The time after which one more wrong password is allowed: 2,880 a day against about 10^20 passwords.
pub const WRONG_PASSWORD_EVERY: Seconds = Seconds(30);
/// The passwords that are hashed for one client address in a row, right or wrong. Then one more is allowed every
/// [`PASSWORD_EVERY`]. A lecture hall can sign in at once, but a script can't keep a processor busy.
pub const PASSWORDS_BY_CLIENT: u32 = 200;
/// The time after which one more password is hashed for one client address.
pub const PASSWORD_EVERY: Seconds = Seconds(2);
/// The password reset links that one client address may request in a row. Then one more is allowed every
/// [`RESET_EVERY`].
pub const RESETS_BY_CLIENT: u32 = 20;
/// The time after which one more reset link may be requested. The emails can go to strangers.
pub const RESET_EVERY: Seconds = Seconds::minutes(3);
/// How long a client is known after signing in. A known client may try when others have used up the attempts of a name.
pub const KNOWN_CLIENT: Seconds = Seconds::days(90);
/// The lifetime of an invitation in days, unless configured otherwise: a week with its weekend (rules, section 5).
pub const INVITATION_DAYS: u32 = 7;
/// The same as a duration.
pub const INVITATION: Seconds = Seconds::days(7);
/// The people on one page.
pub const PEOPLE_PAGE: u32 = 50;
/// The pending invitations that a page shows. A search and an export cover all of them.
pub const INVITATIONS_SHOWN: u32 = 200;
/// The usernames that are suggested while somebody types.
pub const USERNAME_SUGGESTIONS: u32 = 50;
/// The most invitations at once: a team or a class. Each causes an email to the invitee and one to every Owner.
pub const INVITED_AT_ONCE: usize = 100;
/// The most members that one form changes or removes: a list that a person can still read before confirming.
pub const SELECTED_AT_ONCE: usize = 200;
/// The most Owners that a sentence names. The rest are counted.
pub const OWNERS_NAMED: usize = 5;
/// The events on one page of a history.
pub const HISTORY_PAGE: u32 = 50;
/// The accounts or organizations that a list for administrators shows.
pub const ADMIN_LIST: u32 = 50;
/// The emails on one page of Outgoing email.
pub const EMAILS_PAGE: u32 = 50;
/// The largest form, in bytes: many times the largest text fields.
pub const FORM_BYTES: usize = 64 * 1024;
