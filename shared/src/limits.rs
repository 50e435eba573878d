//! Every number that the product promises, with its reason.

use crate::moment::Span;

/// Usernames: as long as the public index allows (rules, section 2).
pub const USERNAME: usize = 50;
/// Organization names: a single letter is too easily mistaken (rules, section 2).
pub const ORGANIZATION_NAME_MIN: usize = 2;
/// Organization names, as long as usernames (rules, section 2).
pub const ORGANIZATION_NAME: usize = 50;
/// Display names: what fits a heading (rules, section 2).
pub const DISPLAY_NAME: usize = 100;
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
/// Requests that one account may hand in within a day, unless configured otherwise (rules, section 4).
pub const REQUESTS_A_DAY: u32 = 10;
/// Similar names shown to an applicant and a reviewer: more would hide the likeliest.
pub const LOOKALIKES: usize = 5;
/// How long a verification link lives: long enough for a letter that waits overnight and a day off.
pub const VERIFICATION: Span = Span::days(3);
/// Verification letters in a day to one account: an unverified address may be a stranger's.
pub const VERIFICATION_LETTERS_A_DAY: usize = 5;
/// A signed-in device that is not used ends after this.
pub const SESSION_IDLE: Span = Span::days(14);
/// A signed-in device ends after this, used or not (NIST SP 800-63B-4, AAL1).
pub const SESSION_ABSOLUTE: Span = Span::days(30);
/// An invitation lives this long, unless configured otherwise (rules, section 5).
pub const INVITATION: Span = Span::days(7);
/// The largest form: the largest text fields many times over.
pub const FORM_BYTES: usize = 64 * 1024;
