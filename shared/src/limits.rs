//! Every number that the product promises, with its reason.

use crate::timestamp::Seconds;

/// Usernames: as long as the public index allows (rules, section 2).
pub const USERNAME: usize = 50;
/// Organization names: a single letter is too easily mistaken (rules, section 2).
pub const ORGANIZATION_NAME_MIN: usize = 2;
/// Organization names, as long as usernames (rules, section 2).
pub const ORGANIZATION_NAME: usize = 50;
/// Display names: what fits a heading (rules, section 2).
pub const DISPLAY_NAME: usize = 100;
/// Marks on one letter: as many as a pointed and chanted Hebrew text has, and fewer than cover the line above.
pub const MARKS_IN_A_ROW: usize = 4;
/// Organization addresses on the web (rules, section 2).
pub const URL: usize = 400;
/// Descriptions: a paragraph, not an essay (rules, section 2).
pub const DESCRIPTION: usize = 400;
/// E-mail addresses: the longest that mail servers must carry (RFC 5321 4.5.3.1.3).
pub const EMAIL: usize = 254;
/// Passwords: the least that NIST SP 800-63B-4 allows while it is the only factor.
pub const PASSWORD_MIN: usize = 15;
/// Passwords: enough for any phrase, and a bound on what is hashed.
pub const PASSWORD: usize = 256;
/// Reasons and messages (rules, section 2).
pub const FREE_TEXT: usize = 1_000;
/// Legal names: what a company register writes down.
pub const LEGAL_NAME: usize = 200;
/// Postal addresses without the country: some lines of an envelope.
pub const POSTAL_ADDRESS: usize = 400;
/// Tax ids and purchase-order numbers: the longest in use have about thirty characters.
pub const PAPER_NUMBER: usize = 40;
/// Requests that one account may submit one after the other, unless configured otherwise; then one more every
/// [`REQUEST_EVERY`]. Anybody can ask for any number of organizations: this bounds a script, and no person.
pub const REQUESTS_AT_ONCE: u32 = 20;
/// How long it takes until one more request may be submitted.
pub const REQUEST_EVERY: Seconds = Seconds::minutes(1);
/// Requests of one applicant in the queue: the others are counted, so that nobody is buried by somebody's flood.
pub const QUEUED_OF_ONE: u32 = 5;
/// Requests that the queue shows.
pub const QUEUED: u32 = 200;
/// Decisions that the estimate of the next one's time is made from: the latest (rules, section 4).
pub const DECISIONS_LOOKED_AT: u32 = 50;
/// Before there are so many, nothing is estimated (rules, section 4).
pub const DECISIONS_TO_ESTIMATE: usize = 5;
/// Similar names shown to an applicant and a reviewer: more would hide the likeliest.
pub const LOOKALIKES: usize = 5;
/// How long a verification link lives: long enough for a letter that waits overnight and a day off.
pub const VERIFICATION: Seconds = Seconds::days(3);
/// Letters about verifying in a day to one address: it may be a stranger's.
pub const VERIFICATION_EMAILS_A_DAY: usize = 5;
/// Addresses that one account may have: work, home, a school, and some to spare.
pub const ADDRESSES: usize = 10;
/// How long a link for a new password lives: long enough for slow mail, short enough for a shared screen.
pub const RESET: Seconds = Seconds::hours(1);
/// Links for a new password to one account within a day, one after the other; then one more each [`RESET`]. Whoever asks
/// may be a stranger.
pub const RESET_EMAILS_AT_ONCE: usize = 5;
/// Letters about verifying in a day that one account may cause, to whatever addresses.
pub const VERIFICATION_EMAILS_BY_ACCOUNT: usize = 20;
/// Letters that one account may cause to another within a day, unless configured otherwise: more than any honest day has,
/// and no flood. What happens beyond is in the history.
pub const EMAILS_TO_ONE_A_DAY: u32 = 20;
/// A signed-in device that is not used ends after this.
pub const SESSION_IDLE: Seconds = Seconds::days(14);
/// A signed-in device ends after this, used or not (NIST SP 800-63B-4, AAL1).
pub const SESSION_ABSOLUTE: Seconds = Seconds::days(30);
/// Devices that are signed in to one account at a time: more than anybody has, and a bound on what a loop leaves behind.
/// With a further one, the one that signed in first ends.
pub const SESSIONS: usize = 50;
/// How long it is remembered that a device signed in: so long as its address is known again by it ([`KNOWN_CLIENT`]).
pub const SESSIONS_KEPT: Seconds = KNOWN_CLIENT;
/// How long a link that verifies an address, or gives a new password, is remembered: what became of it can be told
/// meanwhile. Letters are counted by them for a day.
pub const LINKS_KEPT: Seconds = Seconds::days(30);
/// How long a letter that was sent can be read by administrators: until questions about it have come.
pub const EMAILS_SENT_KEPT: Seconds = Seconds::days(90);
/// How long a letter that no mail server took can be read by administrators, and be sent again.
pub const EMAILS_UNSENT_KEPT: Seconds = Seconds::days(365);
/// How long the outcome of a form is kept for a browser that sends it again: a page that stays open over a week's end.
pub const FORMS_KEPT: Seconds = Seconds::days(7);
/// How long a username is kept for an account that has verified no address, done nothing, and was not even looked at:
/// ten times as long as the link that verifies ([`VERIFICATION`]).
pub const ACCOUNT_UNUSED: Seconds = Seconds::days(30);
/// What is kept of a browser's name for itself: enough to tell one's own devices apart.
pub const AGENT: usize = 200;
/// Accounts that can be made from one client address within an hour, unless configured otherwise: a class or a sprint
/// behind one address, and no flood of letters.
pub const ACCOUNTS_AN_HOUR: u32 = 20;
/// Wrong passwords for one name from one client address, one after the other; then one more every
/// [`WRONG_PASSWORD_EVERY`].
pub const WRONG_PASSWORDS_BY_NAME_AND_CLIENT: u32 = 10;
/// Wrong passwords for one name from anywhere (NIST SP 800-63B-4: at most 100).
pub const WRONG_PASSWORDS_BY_NAME: u32 = 100;
/// Wrong passwords from one client address, whatever the name.
pub const WRONG_PASSWORDS_BY_CLIENT: u32 = 50;
/// How long it takes until a further wrong password is let pass: 2,880 a day against some 10^20 passwords.
pub const WRONG_PASSWORD_EVERY: Seconds = Seconds(30);
/// Passwords that are hashed for one client address, right or wrong, one after the other; then one more every
/// [`PASSWORD_EVERY`]: a lecture hall that signs in at once, and no loop that keeps a processor busy.
pub const PASSWORDS_BY_CLIENT: u32 = 200;
/// How long it takes until a further password is hashed for one client address.
pub const PASSWORD_EVERY: Seconds = Seconds(2);
/// Links for a new password that may be asked for from one client address, one after the other; then one more every
/// [`RESET_EVERY`].
pub const RESETS_BY_CLIENT: u32 = 20;
/// How long it takes until a further link may be asked for: it may write to strangers.
pub const RESET_EVERY: Seconds = Seconds::minutes(3);
/// From where somebody signed in within this time, they are let try when others have used a name's tries up.
pub const KNOWN_CLIENT: Seconds = Seconds::days(90);
/// How many days an invitation lives, unless configured otherwise: a week, with its weekend (rules, section 5).
pub const INVITATION_DAYS: u32 = 7;
/// The same as a span.
pub const INVITATION: Seconds = Seconds::days(7);
/// People on one page.
pub const PEOPLE_PAGE: u32 = 50;
/// Pending invitations that a page shows; a search looks among all, and an export has all.
pub const INVITATIONS_SHOWN: u32 = 200;
/// Names that are offered while somebody types one.
pub const KNOWN: u32 = 50;
/// Invitations in one go: a team, a class; each is a letter to somebody and one to every Owner.
pub const INVITED_AT_ONCE: usize = 100;
/// Members that one form changes or removes: what a person can still read through before they agree.
pub const CHOSEN_AT_ONCE: usize = 200;
/// How many Owners a sentence names: more are counted.
pub const OWNERS_NAMED: usize = 5;
/// How many events of an account's history stand on one page.
pub const HISTORY_PAGE: u32 = 50;
/// How many accounts or organizations a list of administration shows.
pub const SHOWN: u32 = 50;
/// Letters on one page of the outgoing mail.
pub const EMAILS_PAGE: u32 = 50;
/// The largest form: the largest text fields many times over.
pub const FORM_BYTES: usize = 64 * 1024;
