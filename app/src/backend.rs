//! The port between the screens and the server: one trait for each area. The server implements the traits; the browser
//! never sees them. The first argument of each function is the [`Caller`].

use async_trait::async_trait;
use leptos::prelude::use_context;
use shared::billing::BillingForm;
use shared::ids::{AccountId, EmailAddressId, EmailId, InvitationId, MessageId, RequestId, SessionId};
use shared::problem::{Problem, Refusal};
use shared::timestamp::Timestamp;
use shared::wire::accounts::{AccountPage, Reset, UsernameStanding, Verification, Viewer};
use shared::wire::administration::{
    AccountView, Accounts as AccountList, EmailPage, Emails, OrganizationView, Organizations as OrganizationList,
};
use shared::wire::history::HistoryPage;
use shared::wire::organizations::{Profile, SearchResults, YourOrganizations};
use shared::wire::people::{EndedMembership, Export, InvitationPage, InviteeChecks, People as PeoplePage, RecentEvent};
use shared::wire::requests::{MyRequestPage, NameStanding, Queue, RequestPage};
use shared::wire::{Done, Preview};
use std::sync::Arc;

/// Who calls: the session's account, if there is one, and the client. Made once for each request, from its cookie
/// alone.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The signed-in account and its session.
    pub signed_in: Option<(AccountId, SessionId)>,
    /// The client's IP address.
    pub address: String,
    /// The client's `User-Agent`.
    pub agent: String,
    /// The request's number in the log.
    pub request: String,
}

impl Caller {
    /// The id of the account for which a page is rendered; empty for a visitor.
    pub fn reader(&self) -> String {
        self.signed_in.map(|(account, _)| account.to_string()).unwrap_or_default()
    }
}

/// The consent that a form carries besides its fields.
#[derive(Clone, Debug, Default)]
pub struct Consent {
    /// The form's idempotency key: a form that is sent twice has one outcome.
    pub idempotency_key: String,
    /// The digest of the preview that the person saw; empty for forms without a preview.
    pub preview_digest: String,
}

impl Consent {
    /// For a form without a preview.
    pub fn without_preview(idempotency_key: String) -> Self {
        Self { idempotency_key, preview_digest: String::new() }
    }
}

/// The outcome of a command that starts or ends a session. The session's secret is in the cookie and nowhere else.
#[derive(Clone)]
pub struct DoneWithCookie {
    pub done: Done,
    /// The value of the `Set-Cookie` header.
    pub cookie: String,
}

type Result<T> = std::result::Result<T, Problem>;

/// Accounts: sign-up, verification, sign-in.
#[async_trait]
pub trait Accounts: Send + Sync {
    async fn viewer(&self, who: &Caller) -> Result<Viewer>;
    async fn username_standing(&self, who: &Caller, username: &str) -> Result<UsernameStanding>;
    async fn create(
        &self,
        who: &Caller,
        username: &str,
        email: &str,
        password: &str,
        consent: Consent,
    ) -> Result<DoneWithCookie>;
    /// Whether a set-up link works. This changes nothing.
    async fn set_up_standing(&self, who: &Caller, token: &str) -> Result<()>;
    async fn set_up(
        &self,
        who: &Caller,
        token: &str,
        username: &str,
        email: &str,
        password: &str,
        consent: Consent,
    ) -> Result<DoneWithCookie>;
    /// The account and address of a verification link. This changes nothing.
    async fn verification(&self, who: &Caller, token: &str) -> Result<Verification>;
    async fn verify(&self, who: &Caller, token: &str, consent: Consent) -> Result<Done>;
    async fn resend_verification(&self, who: &Caller, consent: Consent) -> Result<Done>;
    /// Emails a link for a new password. The outcome does not tell whether there is such an account.
    async fn ask_for_reset(&self, who: &Caller, name: &str, consent: Consent) -> Result<Done>;
    /// The account of a link for a new password. This changes nothing.
    async fn reset_standing(&self, who: &Caller, token: &str) -> Result<Reset>;
    async fn reset(&self, who: &Caller, token: &str, password: &str, consent: Consent) -> Result<Done>;
    /// `name` is a username or a verified email address.
    async fn sign_in(&self, who: &Caller, name: &str, password: &str) -> Result<DoneWithCookie>;
    async fn sign_out(&self, who: &Caller) -> Result<DoneWithCookie>;
}

/// What people can see and change of their own account.
#[async_trait]
pub trait Settings: Send + Sync {
    async fn page(&self, who: &Caller) -> Result<AccountPage>;
    /// The account's history before the event with this number.
    async fn history(&self, who: &Caller, before: Option<i64>) -> Result<HistoryPage>;
    async fn add_address(&self, who: &Caller, email: &str, current: &str, consent: Consent) -> Result<Done>;
    async fn resend(&self, who: &Caller, address: EmailAddressId, consent: Consent) -> Result<Done>;
    async fn make_primary(&self, who: &Caller, address: EmailAddressId, consent: Consent) -> Result<Done>;
    async fn preview_remove(&self, who: &Caller, address: EmailAddressId) -> Result<Preview>;
    async fn remove(&self, who: &Caller, address: EmailAddressId, consent: Consent) -> Result<Done>;
    /// The current device gets a new session.
    async fn change_password(
        &self,
        who: &Caller,
        current: &str,
        password: &str,
        consent: Consent,
    ) -> Result<DoneWithCookie>;
    async fn end_device(&self, who: &Caller, device: SessionId, consent: Consent) -> Result<Done>;
    async fn end_others(&self, who: &Caller, consent: Consent) -> Result<Done>;
}

/// Requests for organizations.
#[async_trait]
pub trait Requests: Send + Sync {
    async fn name_standing(&self, who: &Caller, name: &str) -> Result<NameStanding>;
    async fn file(
        &self,
        who: &Caller,
        account_name: &str,
        display_name: &str,
        url: &str,
        description: &str,
        kind: &str,
        consent: Consent,
    ) -> Result<Done>;
    async fn preview_withdraw(&self, who: &Caller, id: RequestId) -> Result<Preview>;
    async fn withdraw(&self, who: &Caller, id: RequestId, consent: Consent) -> Result<Done>;
    /// One of the caller's own requests, with its conversation.
    async fn mine(&self, who: &Caller, id: RequestId) -> Result<MyRequestPage>;
    /// `shown` identifies the version of the request that was on the page.
    async fn edit(
        &self,
        who: &Caller,
        id: RequestId,
        display_name: &str,
        url: &str,
        description: &str,
        shown: &str,
        consent: Consent,
    ) -> Result<Done>;
    /// Submits the draft of a private organization, or changes its billing details.
    async fn give_billing(&self, who: &Caller, id: RequestId, form: BillingForm<'_>, consent: Consent) -> Result<Done>;
    /// Saves unfinished billing details with the draft.
    async fn save_billing_draft(
        &self,
        who: &Caller,
        id: RequestId,
        form: BillingForm<'_>,
        consent: Consent,
    ) -> Result<Done>;
    async fn preview_discard(&self, who: &Caller, id: RequestId) -> Result<Preview>;
    async fn discard(&self, who: &Caller, id: RequestId, consent: Consent) -> Result<Done>;
    async fn preview_answer(&self, who: &Caller, id: RequestId, question: MessageId) -> Result<Preview>;
    async fn answer(
        &self,
        who: &Caller,
        id: RequestId,
        question: MessageId,
        answer: &str,
        consent: Consent,
    ) -> Result<Done>;
    /// The queue, or the results of a search in all requests.
    async fn queue(&self, who: &Caller, query: &str) -> Result<Queue>;
    async fn preview_ask(&self, who: &Caller, id: RequestId) -> Result<Preview>;
    async fn ask(&self, who: &Caller, id: RequestId, question: &str, consent: Consent) -> Result<Done>;
    async fn preview_defer(&self, who: &Caller, id: RequestId) -> Result<Preview>;
    async fn defer(&self, who: &Caller, id: RequestId, consent: Consent) -> Result<Done>;
    async fn preview_note(&self, who: &Caller, id: RequestId) -> Result<Preview>;
    async fn note(&self, who: &Caller, id: RequestId, note: &str, consent: Consent) -> Result<Done>;
    async fn page(&self, who: &Caller, id: RequestId) -> Result<RequestPage>;
    async fn preview_approve(&self, who: &Caller, id: RequestId) -> Result<Preview>;
    async fn approve(&self, who: &Caller, id: RequestId, message: &str, consent: Consent) -> Result<Done>;
    async fn preview_decline(&self, who: &Caller, id: RequestId) -> Result<Preview>;
    async fn decline(&self, who: &Caller, id: RequestId, reason: &str, consent: Consent) -> Result<Done>;
}

/// Organizations: the caller's own, public profiles, search.
#[async_trait]
pub trait Organizations: Send + Sync {
    async fn yours(&self, who: &Caller) -> Result<YourOrganizations>;
    async fn profile(&self, who: &Caller, name: &str) -> Result<Profile>;
    async fn search(&self, who: &Caller, query: &str) -> Result<SearchResults>;
}

/// The people of an organization.
#[async_trait]
pub trait People: Send + Sync {
    /// The people that match a filter, in pages.
    async fn list(&self, who: &Caller, organization: &str, filter: PeopleFilter<'_>) -> Result<PeoplePage>;
    async fn invite(
        &self,
        who: &Caller,
        organization: &str,
        username: &str,
        role: &str,
        consent: Consent,
    ) -> Result<Done>;
    /// How the caller stopped being a member.
    async fn farewell(&self, who: &Caller, organization: &str) -> Result<EndedMembership>;
    async fn lately(&self, who: &Caller, organization: &str, since: Timestamp) -> Result<Vec<RecentEvent>>;
    /// All people and pending invitations, for a file.
    async fn export(&self, who: &Caller, organization: &str) -> Result<Export>;
    /// Checks a list of usernames to invite; nothing is sent.
    async fn judge(&self, who: &Caller, organization: &str, names: &str, role: &str) -> Result<InviteeChecks>;
    async fn invite_several(
        &self,
        who: &Caller,
        organization: &str,
        usernames: Vec<String>,
        role: &str,
        consent: Consent,
    ) -> Result<Done>;
    async fn resend(&self, who: &Caller, id: InvitationId, consent: Consent) -> Result<Done>;
    async fn preview_revoke(&self, who: &Caller, id: InvitationId) -> Result<Preview>;
    async fn revoke(&self, who: &Caller, id: InvitationId, consent: Consent) -> Result<Done>;
    /// Each of `people` is `username=role`, with the role that the page showed.
    async fn preview_assign(&self, who: &Caller, organization: &str, people: &str, role: &str) -> Result<Preview>;
    async fn assign(
        &self,
        who: &Caller,
        organization: &str,
        people: &str,
        role: &str,
        consent: Consent,
    ) -> Result<Done>;
    /// `people` are usernames.
    async fn preview_remove(&self, who: &Caller, organization: &str, people: &str) -> Result<Preview>;
    async fn remove(
        &self,
        who: &Caller,
        organization: &str,
        people: &str,
        typed: &str,
        consent: Consent,
    ) -> Result<Done>;
}

/// A filter for the list of people.
#[derive(Clone, Copy, Debug, Default)]
pub struct PeopleFilter<'a> {
    /// A part of the username.
    pub text: &'a str,
    /// The code of a role; empty for all roles.
    pub role: &'a str,
    /// The cursor at which the page begins; empty for the first page.
    pub from: &'a str,
}

/// Invitations, for the people who receive them.
#[async_trait]
pub trait Invitations: Send + Sync {
    /// An invitation to the caller. This changes nothing.
    async fn invitation(&self, who: &Caller, id: InvitationId) -> Result<InvitationPage>;
    /// The invitation of an email's link.
    async fn by_link(&self, who: &Caller, token: &str) -> Result<InvitationPage>;
    async fn accept(&self, who: &Caller, id: InvitationId, consent: Consent) -> Result<Done>;
    async fn preview_decline(&self, who: &Caller, id: InvitationId) -> Result<Preview>;
    async fn decline(&self, who: &Caller, id: InvitationId, message: &str, consent: Consent) -> Result<Done>;
}

/// Administration of the site.
#[async_trait]
pub trait Administration: Send + Sync {
    /// The newest accounts, or the results of a search.
    async fn accounts(&self, who: &Caller, query: &str) -> Result<AccountList>;
    async fn account(&self, who: &Caller, username: &str) -> Result<AccountView>;
    async fn preview_disable(&self, who: &Caller, username: &str) -> Result<Preview>;
    async fn disable(&self, who: &Caller, username: &str, reason: &str, consent: Consent) -> Result<Done>;
    async fn preview_enable(&self, who: &Caller, username: &str) -> Result<Preview>;
    async fn enable(&self, who: &Caller, username: &str, consent: Consent) -> Result<Done>;
    /// The effects of signing out all devices of an account.
    async fn preview_end_sessions(&self, who: &Caller, username: &str) -> Result<Preview>;
    async fn end_sessions(&self, who: &Caller, username: &str, reason: &str, consent: Consent) -> Result<Done>;
    /// The newest organizations, or the results of a search.
    async fn organizations(&self, who: &Caller, query: &str) -> Result<OrganizationList>;
    async fn organization(&self, who: &Caller, name: &str) -> Result<OrganizationView>;
    async fn preview_disable_organization(&self, who: &Caller, name: &str) -> Result<Preview>;
    async fn disable_organization(&self, who: &Caller, name: &str, reason: &str, consent: Consent) -> Result<Done>;
    async fn preview_enable_organization(&self, who: &Caller, name: &str) -> Result<Preview>;
    async fn enable_organization(&self, who: &Caller, name: &str, consent: Consent) -> Result<Done>;
    async fn preview_appoint(&self, who: &Caller, organization: &str, username: &str) -> Result<Preview>;
    /// `typed` is the organization's account name, typed to confirm.
    async fn appoint(
        &self,
        who: &Caller,
        organization: &str,
        username: &str,
        reason: &str,
        typed: &str,
        consent: Consent,
    ) -> Result<Done>;
    /// The emails that match a filter, newest first.
    async fn emails(&self, who: &Caller, filter: EmailFilter<'_>) -> Result<Emails>;
    async fn email(&self, who: &Caller, id: EmailId) -> Result<EmailPage>;
    async fn retry_email(&self, who: &Caller, id: EmailId, consent: Consent) -> Result<Done>;
    /// Sends all failed emails that match a search again.
    async fn retry_failed_emails(&self, who: &Caller, query: &str, consent: Consent) -> Result<Done>;
}

/// A filter for the list of emails.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmailFilter<'a> {
    /// A part of the recipient's address or of the subject.
    pub text: &'a str,
    /// The code of a state; empty for all states.
    pub only: &'a str,
    /// The last email of the previous page.
    pub from: Option<EmailId>,
}

/// All ports, as the server provides them in Leptos's context.
#[derive(Clone)]
pub struct Backend {
    pub accounts: Arc<dyn Accounts>,
    pub settings: Arc<dyn Settings>,
    pub requests: Arc<dyn Requests>,
    pub organizations: Arc<dyn Organizations>,
    pub people: Arc<dyn People>,
    pub invitations: Arc<dyn Invitations>,
    pub administration: Arc<dyn Administration>,
}

/// The ports and the caller of the current request.
///
/// # Errors [`Problem::Unavailable`] outside of a request.
pub fn backend() -> Result<(Backend, Caller)> {
    let backend = use_context::<Backend>().ok_or(Problem::Unavailable {})?;
    let caller = use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned());
    Ok((backend, caller.unwrap_or_default()))
}

/// Parses an id from an address or a form.
///
/// # Errors [`Refusal::NotFound`] if the text is not an id.
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Problem::Refused(Refusal::NotFound {}))
}
