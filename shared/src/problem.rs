//! The one error that crosses the wire. It carries codes, names and numbers, never sentences:
//! [`crate::words`] makes those.

use crate::reserved::Reserved;
use crate::roles::{Permission, Role};
use crate::timestamp::Timestamp;
use crate::wire::Preview;
use crate::wire::people::{Ended, InvitationState};
use crate::wire::requests::State;
use serde::{Deserialize, Serialize};

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// What an organization is called in addresses.
    AccountName,
    /// The password that an account has, where it is to be changed or guards a change.
    CurrentPassword,
    /// What an organization is about.
    Description,
    /// What an organization is called in headings.
    DisplayName,
    /// What an applicant says to a question.
    Answer,
    /// Where the papers of a private organization go.
    BillingEmail,
    /// A name that is typed to confirm what it stands for.
    Confirmation,
    /// The country of a postal address.
    Country,
    /// An account's e-mail address.
    Email,
    /// Whether an organization is a community or a private one.
    Kind,
    /// How a company register calls whoever pays.
    LegalName,
    /// Words that go along with an approval.
    Message,
    /// An account's password.
    Password,
    /// What the payer's own bookkeeping calls the purchase.
    OrderNumber,
    /// How a private organization pays.
    Payment,
    /// Where letters on paper go.
    PostalAddress,
    /// What administrators write down for themselves.
    Note,
    /// What an administrator asks an applicant.
    Question,
    /// Why something is declined, disabled or reserved.
    Reason,
    /// What somebody is, or is to be, in an organization.
    Role,
    /// By what a tax office knows whoever pays.
    TaxId,
    /// An organization's address on the web.
    Url,
    /// What an account is called.
    Username,
    /// What several accounts are called.
    Usernames,
    /// The username or e-mail address that somebody signs in with.
    Who,
}

impl Field {
    /// Whether a form has a control for it, beside which a fault of it is told. Who is chosen in a list has none: the form
    /// as a whole tells it.
    pub const fn has_control(self) -> bool {
        !matches!(self, Field::Usernames)
    }

    /// The name of the field in a form.
    pub const fn name(self) -> &'static str {
        match self {
            Field::AccountName => "account_name",
            Field::Answer => "answer",
            Field::BillingEmail => "billing_email",
            Field::Confirmation => "typed",
            Field::Country => "country",
            Field::CurrentPassword => "current_password",
            Field::Description => "description",
            Field::DisplayName => "display_name",
            Field::Email => "email",
            Field::Kind => "kind",
            Field::LegalName => "legal_name",
            Field::Message => "message",
            Field::Note => "note",
            Field::OrderNumber => "order_number",
            Field::Password => "password",
            Field::Payment => "payment",
            Field::PostalAddress => "postal_address",
            Field::Question => "question",
            Field::Reason => "reason",
            Field::Role => "role",
            Field::TaxId => "tax_id",
            Field::Url => "url",
            Field::Username => "username",
            Field::Usernames => "usernames",
            Field::Who => "who",
        }
    }
}

/// What is wrong with a field. The order is the field's: the first fault that is found is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FaultCode {
    /// Nothing was typed.
    Empty {},
    /// Fewer characters than `min` (rules, section 2); `count` is how many there are.
    TooShort { min: usize, count: usize },
    /// More characters than `max` (rules, section 2); `count` is how many there are.
    TooLong { max: usize, count: usize },
    /// A character that nobody sees, but for line breaks where they are welcome.
    ControlCharacter {},
    /// More marks on one letter than `max`: they would cover the lines around it.
    TooManyMarks { max: usize },
    /// A character other than the letters a to z, digits, `.`, `_` and `-`; the first that was found.
    NameCharacter { found: char },
    /// A name that begins or ends with a separator.
    NameEnds {},
    /// Another organization has the name, or once had it: names are never handed on.
    NameTaken {},
    /// The site keeps the name for itself.
    NameReserved {},
    /// The same person has asked for this name already, and waits for the answer (rules, section 4).
    OwnRequestOpen {},
    /// Another account has the username, or one that differs only in case and separators.
    UsernameTaken {},
    /// Nobody can choose the username.
    UsernameReserved { why: Reserved },
    /// Another account has verified the address. Told at the command line alone.
    EmailHeld {},
    /// The account has this address already.
    EmailYours {},
    /// White space, or a sign that a mail header could take for something else.
    EmailCharacter {},
    /// No `@` or several, or nothing in front of it.
    EmailAt {},
    /// The domain has no dot, or an empty or broken label.
    EmailDomain {},
    /// It begins with neither `http://` nor `https://`.
    UrlScheme {},
    /// The host has no dot, or the port is none.
    UrlHost {},
    /// White space, or a sign that has no place in an address.
    UrlCharacter {},
    /// It holds a user name or a password, which everybody would read.
    UrlPassword {},
    /// It is the username, once or over and over.
    PasswordIsUsername {},
    /// It is the e-mail address, once or over and over.
    PasswordIsEmail {},
    /// It is the site's name, once or over and over.
    PasswordIsSite {},
    /// It is something shorter than [`crate::limits::PASSWORD_MIN`], over and over.
    PasswordRepeats {},
    /// It stands on a public list of passwords that were broken.
    PasswordIsKnown {},
    /// It is the password that the account has already.
    PasswordIsTheSame {},
    /// It is not the password of the account.
    PasswordWrong {},
    /// Nobody has this username, or nobody who can use their account.
    NoSuchAccount {},
    /// An e-mail address where a username belongs.
    UsernameWanted {},
    /// The account with this username is disabled. Told to administrators alone.
    AccountDisabled {},
    /// Whoever has this username is an Owner, and their account is disabled. Told to administrators alone.
    OwnerDisabled {},
    /// Oneself, where somebody else belongs.
    InvitesOneself {},
    /// Whoever is to be invited is a member already, as this.
    MemberAlready { role: Role },
    /// Whoever is to be invited has not verified an e-mail address: no letter would reach them.
    InviteeUnverified {},
    /// They have an invitation that they have not answered yet.
    InvitedAlready { role: Role, ends_at: Timestamp },
    /// Nobody was chosen.
    NobodyChosen {},
    /// More than go at once.
    TooMany { max: usize, count: usize },
    /// Not what was asked to be typed.
    NotTheSame { wanted: String },
    /// None of the choices that the field offers.
    NotAChoice {},
}

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub field: Field,
    pub code: FaultCode,
}

/// Why a rule says no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Fields break their rules.
    Invalid { faults: Vec<Fault> },
    /// Nobody is signed in, or the session has ended.
    NotSignedIn {},
    /// There is no such thing for the one who asks. Also the answer for what they may not know of.
    NotFound {},
    /// The name or the password is wrong; which one is not said.
    SignIn {},
    /// Administrators have disabled the account. Said to whoever has its password, and to nobody else.
    AccountDisabled {},
    /// An unverified account may not do this.
    EmailUnverified {},
    /// It is no draft any more, so it can't be thrown away: it can be withdrawn.
    HandedIn {},
    /// The name of a draft went to others, or was reserved.
    NameGone { name: String },
    /// Administrators have shut the organization, and why.
    OrganizationDisabled { reason: String },
    /// Administrators have shut the organization that somebody is to join.
    OrganizationShut {},
    /// The role of the one who asks does not permit it; those who could are named.
    NotPermitted { permission: Permission, owners: Vec<String> },
    /// The organization would be without an Owner who can use their account; Owners who can't are named.
    LastOwner { organization: String, disabled: Vec<String> },
    /// Nobody of that name is a member; how they ceased to be one, if they once were.
    NotAMember { username: String, organization: String, ended: Option<Ended> },
    /// Somebody gave the member another role since the page was shown.
    RoleChangedMeanwhile { username: String, role: Role, by: Option<String> },
    /// Some of those who were to be invited can't be, so nobody is.
    SomeNotInvited { some: usize, all: usize },
    /// The invitation has been answered, revoked, or is too old; to all others it is the invitation of its invitee.
    InvitationClosed { state: InvitationState, by: Option<String>, of: Option<String> },
    /// Whoever sent the invitation may not invite any more.
    InviterGone { inviter: String, organization: String },
    /// The request has been decided or withdrawn; closed requests take no decision (rules, section 4).
    RequestClosed { state: State, by: Option<String> },
    /// The name went to another organization, or was reserved, while the request was open.
    NameTakenMeanwhile { name: String },
    /// Whoever asked can't use their account, so the organization would have no Owner who can.
    ApplicantDisabled { username: String },
    /// The organization has Owners who can use their accounts: it is theirs to say who else is one.
    HasOwners { organization: String, owners: Vec<String> },
    /// The request has other words than those that were on the page.
    EditedMeanwhile {},
    /// The question has its answer.
    AnsweredAlready {},
    /// Many requests in a short time: the next one may follow after so long.
    RequestsTooFast { seconds: i64 },
    /// The day's requests are used up, where the site sets a number.
    TooManyRequests { limit: u32, seconds: i64 },
    /// The day's letters about verifying an address are used up.
    TooManyEmails { seconds: i64 },
    /// The demo's password, which everybody knows, where others than this machine's own people come.
    DemoPassword {},
    /// Too many tries from one place, or against one account.
    TooOften { seconds: i64 },
    /// A link that was never given out, or was forgotten.
    LinkUnknown {},
    /// A set-up address that was never given out, or is not the newest.
    SetUpUnknown {},
    /// A link that has done its work.
    LinkUsed {},
    /// A link that is too old.
    LinkExpired {},
    /// A link that another account asked for.
    LinkOfAnother { username: String },
    /// A link for a new password that is unknown, used, replaced or too old; which one is not said.
    ResetOver {},
    /// The address has been verified already.
    AlreadyVerified {},
    /// The only administrator who can use their account stays one: somebody must run the site.
    LastAdministrator {},
    /// What nobody does to their own account: shutting themselves out.
    NotOneself {},
    /// Somebody else is signed in than when the page was opened; `reader` is their account's id.
    SomebodyElse { reader: String },
    /// The primary address can't be removed: an account must be reached.
    PrimaryStays {},
    /// The last verified address can't be removed: without one, a forgotten password can't be replaced.
    LastVerifiedStays {},
    /// The address is none of the account's, or is no more.
    AddressGone {},
    /// The device is none of the account's, or is signed out already.
    DeviceGone {},
    /// The account has as many addresses as it may have.
    TooManyAddresses { limit: usize },
    /// The site has its first administrator.
    AlreadySetUp {},
    /// The form came over http, and the site, which is at this address, is served over https: a browser would keep no
    /// session of it.
    OverHttp { site: String },
    /// The letter is not one that can be sent again: it is gone out, or there is no mail server.
    NothingToSend {},
}

/// Why a request to the server did not do what it asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// A rule says no.
    Refused(Refusal),
    /// The world has moved since the preview: nothing happened, and this is what would now.
    Moved(Box<Preview>),
    /// The form is not one of ours: a field is missing or makes no sense.
    Malformed {},
    /// The form is larger than any of ours.
    TooLarge {},
    /// Too much at once; to come back after so many seconds.
    Busy { seconds: u32 },
    /// Something in the program is wrong; it is in the log.
    Broken {},
    /// The database, or the line to the server, is away. Whether the change was made is not known.
    Unavailable {},
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::Refused(refusal)
    }
}

impl Refusal {
    /// The status that goes with it over HTTP.
    pub const fn status(&self) -> u16 {
        match self {
            Refusal::Invalid { .. } | Refusal::SignIn {} | Refusal::DemoPassword {} => 422,
            Refusal::NotSignedIn {} => 401,
            Refusal::AccountDisabled {}
            | Refusal::EmailUnverified {}
            | Refusal::OrganizationDisabled { .. }
            | Refusal::OrganizationShut {}
            | Refusal::NotPermitted { .. }
            | Refusal::LinkOfAnother { .. }
            | Refusal::SomebodyElse { .. }
            | Refusal::OverHttp { .. } => 403,
            Refusal::NotFound {}
            | Refusal::AddressGone {}
            | Refusal::DeviceGone {}
            | Refusal::LinkUnknown {}
            | Refusal::SetUpUnknown {} => 404,
            Refusal::RequestClosed { .. }
            | Refusal::ApplicantDisabled { .. }
            | Refusal::HasOwners { .. }
            | Refusal::LastOwner { .. }
            | Refusal::NotAMember { .. }
            | Refusal::RoleChangedMeanwhile { .. }
            | Refusal::SomeNotInvited { .. }
            | Refusal::InvitationClosed { .. }
            | Refusal::InviterGone { .. }
            | Refusal::HandedIn {}
            | Refusal::NameGone { .. }
            | Refusal::NameTakenMeanwhile { .. }
            | Refusal::AnsweredAlready {}
            | Refusal::AlreadyVerified {}
            | Refusal::AlreadySetUp {}
            | Refusal::NotOneself {}
            | Refusal::LastAdministrator {}
            | Refusal::PrimaryStays {}
            | Refusal::LastVerifiedStays {}
            | Refusal::EditedMeanwhile {}
            | Refusal::TooManyAddresses { .. }
            | Refusal::NothingToSend {} => 409,
            Refusal::LinkUsed {} | Refusal::LinkExpired {} | Refusal::ResetOver {} => 410,
            Refusal::RequestsTooFast { .. }
            | Refusal::TooManyRequests { .. }
            | Refusal::TooManyEmails { .. }
            | Refusal::TooOften { .. } => 429,
        }
    }

    /// One fault as a refusal.
    pub fn fault(field: Field, code: FaultCode) -> Self {
        Refusal::Invalid { faults: vec![Fault { field, code }] }
    }

    /// The same, with one more field that breaks its rule: a form hears of all its faults at once. What is no fault of
    /// a field stays as it is.
    #[must_use]
    pub fn and(mut self, field: Field, code: FaultCode) -> Self {
        if let Refusal::Invalid { faults } = &mut self
            && !faults.iter().any(|fault| fault.field == field)
        {
            faults.insert(0, Fault { field, code });
        }
        self
    }
}

impl Problem {
    /// The status that goes with it over HTTP.
    pub const fn status(&self) -> u16 {
        match self {
            Problem::Refused(refusal) => refusal.status(),
            Problem::Moved(_) => 409,
            Problem::Malformed {} => 400,
            Problem::TooLarge {} => 413,
            Problem::Broken {} => 500,
            Problem::Busy { .. } | Problem::Unavailable {} => 503,
        }
    }

    /// What is wrong with one field, if anything.
    pub fn of(&self, field: Field) -> Option<&FaultCode> {
        match self {
            Problem::Refused(Refusal::Invalid { faults }) => faults.iter().find(|f| f.field == field).map(|f| &f.code),
            _ => None,
        }
    }
}

/// Gathers the faults of a form, so that a person hears of all of them at once.
#[derive(Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Keeps the value, or notes what is wrong with the field.
    pub fn take<T>(&mut self, field: Field, parsed: Result<T, FaultCode>) -> Option<T> {
        parsed.map_err(|code| self.0.push(Fault { field, code })).ok()
    }

    /// The value if every field was in order.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every fault that was noted.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Refusal> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Refusal::Invalid { faults: self.0 }),
        }
    }
}
