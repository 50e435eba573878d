//! The audit events that each event leaves in the history (rules, section 10).

use crate::context::RequestContext;
use crate::store::history::{AuditActor, AuditEvent, NewAuditEvent, latest_of_organization};
use crate::store::{StoreResult, Tx, people};
use serde_json::{Value, json};
use shared::billing::BillingDetails;
use shared::history::EventKind;
use shared::ids::{AccountId, OrganizationId, RequestId};
use shared::refusal::Field;
use shared::roles::{Permission, Role};
use shared::rules::{Actor, Decision, DecisionContext, Event, Organization, Party};
use shared::timestamp::Timestamp;
use shared::wire::people::RecentEvent;
use shared::words;

/// The kind of an audit event, what it is about, and the names and values for its sentence.
struct About {
    kind: EventKind,
    account: Option<AccountId>,
    request: Option<RequestId>,
    organization: Option<OrganizationId>,
    details: Value,
}

/// The audit events of a list of events, in their order.
pub fn audit_events(events: &[Event], context: &RequestContext, ctx: &mut DecisionContext) -> Vec<NewAuditEvent> {
    let actor = actor(context);
    let audit_event = |event: &Event| {
        let about = describe(event);
        NewAuditEvent {
            id: ctx.id().0,
            at: context.now,
            kind: about.kind,
            actor: actor.clone(),
            address: context.address.clone(),
            account: about.account,
            request: about.request,
            organization: about.organization,
            details: about.details.to_string(),
        }
    };
    events.iter().map(audit_event).collect()
}

/// The audit event of an email that was not written, because the actor has reached the daily limit for this recipient.
pub fn email_held_back(
    to: &Party,
    subject: &str,
    context: &RequestContext,
    ctx: &mut DecisionContext,
) -> NewAuditEvent {
    NewAuditEvent {
        id: ctx.id().0,
        at: context.now,
        kind: EventKind::EmailHeldBack,
        actor: actor(context),
        address: context.address.clone(),
        account: Some(to.id),
        request: None,
        organization: None,
        details: json!({ "username": to.username, "subject": subject }).to_string(),
    }
}

fn actor(context: &RequestContext) -> AuditActor {
    match &context.actor {
        Actor::Visitor => AuditActor { kind: "visitor", id: None, name: String::new() },
        Actor::Person(p) => AuditActor { kind: "account", id: Some(p.id), name: p.username.clone() },
        Actor::Operator => AuditActor { kind: "operator", id: None, name: "the operator".to_owned() },
        Actor::Job(name) => AuditActor { kind: "job", id: None, name: (*name).to_owned() },
    }
}

/// How many of the newest audit events are searched for recent ones.
const EVENTS_SEARCHED: u32 = 20;

/// What others did in an organization since a moment, newest first. Members who may not see the history get only what
/// affected themselves.
pub async fn recent_by_others(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    me: AccountId,
    since: Timestamp,
) -> StoreResult<Vec<RecentEvent>> {
    let others = recent(tx, organization, me, since).await?.into_iter().filter(|event| event.actor_id != Some(me));
    Ok(others.map(|event| to_wire(&event, me)).collect())
}

/// What may have made a preview stale, as sentences, newest first. It is what happened recently to the members that the
/// command affects or skips, or else anything in the organization. What the person did themselves is left out if others
/// did something.
pub async fn recent_causes(
    tx: &mut Tx<'_>,
    decision: &Decision,
    me: AccountId,
    since: Timestamp,
) -> StoreResult<Vec<String>> {
    let Decision { events, skipped, .. } = decision;
    let about: Vec<About> = events.iter().map(describe).collect();
    let is_affected = |event: &AuditEvent| {
        let is_skipped = || {
            let details: Value = serde_json::from_str(&event.details).unwrap_or_default();
            let username = details.get("username").and_then(Value::as_str);
            skipped.iter().any(|member| username == Some(&member.username))
        };
        event.account.is_some() && (about.iter().any(|about| about.account == event.account) || is_skipped())
    };
    let skipped_in = skipped.first().map(|member| member.organization);
    let Some(organization) = about.iter().find_map(|about| about.organization).or(skipped_in) else {
        return Ok(Vec::new());
    };
    let recent_events = recent(tx, organization, me, since).await?;
    let (mut affecting, rest): (Vec<AuditEvent>, Vec<AuditEvent>) = recent_events.into_iter().partition(is_affected);
    // Earlier events of the same account were probably visible in the preview.
    let mut seen = Vec::new();
    affecting.retain(|event| {
        !seen.contains(&event.account) && {
            seen.push(event.account);
            true
        }
    });
    let chosen = if affecting.is_empty() { rest } else { affecting };
    let (own, others): (Vec<AuditEvent>, Vec<AuditEvent>) =
        chosen.into_iter().partition(|event| event.actor_id == Some(me));
    let chosen = if others.is_empty() { own } else { others };
    Ok(words::few(chosen.iter().map(|event| to_wire(event, me).sentence).collect()))
}

async fn recent(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    me: AccountId,
    since: Timestamp,
) -> StoreResult<Vec<AuditEvent>> {
    let role = people::role(tx, organization, me).await?;
    let sees_history = role.is_some_and(|role| role.permits(Permission::SeeHistory));
    let mut events = latest_of_organization(tx, organization, EVENTS_SEARCHED).await?;
    // Accepting an invitation also joins, which readers see as one event.
    events.retain(|event| {
        event.at >= since && event.kind != EventKind::MemberJoined.code() && (sees_history || event.account == Some(me))
    });
    Ok(events)
}

fn to_wire(event: &AuditEvent, me: AccountId) -> RecentEvent {
    let own = event.actor_id == Some(me);
    // Accepting and leaving name the actor in their own sentence.
    let other = event.actor_id.filter(|by| event.account != Some(*by)).map(|_| event.actor_name.as_str());
    let by = if own { Some("you") } else { other };
    RecentEvent { number: event.number, sentence: words::event_by(&event.kind, &event.details, by) }
}

/// The payer as the history keeps it: their identity without their address.
fn payer(details: &BillingDetails) -> Value {
    json!({ "legal_name": details.legal_name, "email": details.email, "country": details.country })
}

/// What one event leaves in the history. Never a secret, a hash or the text of an email.
fn describe(event: &Event) -> About {
    let about = |kind, details| About { kind, account: None, request: None, organization: None, details };
    match event {
        Event::AccountCreated { id, username, email, administrator, .. } => About {
            account: Some(id.0),
            ..about(
                EventKind::AccountCreated,
                json!({ "username": username, "email": email, "administrator": administrator }),
            )
        },
        Event::VerificationAsked { account, email, .. } => {
            About { account: Some(account.0), ..about(EventKind::VerificationAsked, json!({ "email": email })) }
        }
        // To the account it must read like any verification. Only the holder of the address may learn that it belongs
        // to them.
        Event::AddressClaimed { account, username, email, .. } => About {
            account: Some(account.0),
            ..about(EventKind::AddressClaimed, json!({ "username": username, "email": email }))
        },
        Event::EmailVerified { account, username, email, .. } => About {
            account: Some(account.0),
            ..about(EventKind::EmailVerified, json!({ "username": username, "email": email }))
        },
        Event::AddressAdded { account, email, .. } => {
            About { account: Some(account.id), ..about(EventKind::AddressAdded, json!({ "email": email })) }
        }
        Event::PrimaryChanged { account, email, before, .. } => About {
            account: Some(account.id),
            ..about(EventKind::PrimaryChanged, json!({ "email": email, "before": before }))
        },
        Event::AddressRemoved { account, email, .. } => {
            About { account: Some(account.id), ..about(EventKind::AddressRemoved, json!({ "email": email })) }
        }
        Event::AddressBounced { account, email, why, .. } => About {
            account: Some(account.id),
            ..about(EventKind::AddressBounced, json!({ "email": email, "why": why }))
        },
        Event::AddressReached { account, email, .. } => {
            About { account: Some(account.id), ..about(EventKind::AddressReached, json!({ "email": email })) }
        }
        Event::PasswordChanged { account, .. } => About {
            account: Some(account.id),
            ..about(EventKind::PasswordChanged, json!({ "username": account.username }))
        },
        Event::ResetAsked { account, email, .. } => {
            About { account: Some(account.id), ..about(EventKind::ResetAsked, json!({ "email": email })) }
        }
        Event::SessionOpened { account, agent, .. } => About {
            account: Some(account.id),
            ..about(EventKind::SignedIn, json!({ "username": account.username, "agent": agent }))
        },
        Event::SessionEnded { account, .. } => {
            About { account: Some(account.id), ..about(EventKind::SignedOut, json!({ "username": account.username })) }
        }
        Event::SetUpOpened { .. } => about(EventKind::SetUpOpened, json!({})),
        Event::SetUpUsed => about(EventKind::SetUpUsed, json!({})),
        Event::AdministratorGranted { account } => About {
            account: Some(account.id),
            ..about(EventKind::AdministratorGranted, json!({ "username": account.username }))
        },
        Event::AdministratorRevoked { account } => About {
            account: Some(account.id),
            ..about(EventKind::AdministratorRevoked, json!({ "username": account.username }))
        },
        Event::SessionsEnded { account, reason } => About {
            account: Some(account.id),
            ..about(EventKind::SignedOutEverywhere, json!({ "username": account.username, "reason": reason.0 }))
        },
        Event::UsernameFreed { account } => About {
            account: Some(account.id),
            ..about(EventKind::UsernameFreed, json!({ "username": account.username }))
        },
        Event::AccountDisabled { account, reason, .. } => About {
            account: Some(account.id),
            ..about(EventKind::AccountDisabled, json!({ "username": account.username, "reason": reason.0 }))
        },
        Event::AccountEnabled { account } => About {
            account: Some(account.id),
            ..about(EventKind::AccountEnabled, json!({ "username": account.username }))
        },
        Event::NameReserved { name, reason } => {
            about(EventKind::NameReserved, json!({ "name": name, "reason": reason }))
        }
        Event::FailedEmailsRetried { query, count } => {
            about(EventKind::FailedEmailsRetried, json!({ "query": query, "count": count }))
        }
        Event::EmailRetried { id, to } => about(EventKind::EmailRetried, json!({ "letter": id, "to": to })),
        Event::RequestDrafted { id, applicant, name, display_name, url, description, kind } => About {
            account: Some(applicant.id),
            request: Some(id.0),
            ..about(
                EventKind::RequestDrafted,
                json!({ "applicant": applicant.username, "name": name, "display_name": display_name, "url": url,
                    "description": description, "kind": kind.code() }),
            )
        },
        Event::DraftDiscarded { id, applicant, name } => About {
            account: Some(applicant.id),
            request: Some(*id),
            ..about(EventKind::DraftDiscarded, json!({ "applicant": applicant.username, "name": name }))
        },
        Event::BillingDraftSaved { id, applicant, name, .. } => About {
            account: Some(applicant.id),
            request: Some(*id),
            ..about(EventKind::BillingDraftSaved, json!({ "applicant": applicant.username, "name": name }))
        },
        Event::BillingGiven { id, applicant, name, details, before } => About {
            account: Some(applicant.id),
            request: Some(*id),
            ..about(
                EventKind::BillingGiven,
                json!({ "applicant": applicant.username, "name": name, "payer": payer(details),
                    "before": before.as_ref().map(payer),
                    "changed": details.changed(before.as_ref()).into_iter().map(Field::name).collect::<Vec<_>>() }),
            )
        },
        Event::RequestFiled { id, applicant, name, display_name, url, description, kind, .. } => About {
            account: Some(applicant.id),
            request: Some(id.0),
            ..about(
                EventKind::RequestFiled,
                json!({ "applicant": applicant.username, "name": name, "display_name": display_name, "url": url,
                    "description": description, "kind": kind.code() }),
            )
        },
        Event::RequestEdited { id, applicant, name, display_name, url, description, before } => About {
            account: Some(applicant.id),
            request: Some(*id),
            ..about(
                EventKind::RequestEdited,
                json!({ "applicant": applicant.username, "name": name, "display_name": display_name, "url": url,
                    "description": description, "before": before }),
            )
        },
        Event::QuestionAsked { id, applicant, name, question, .. } => About {
            account: Some(applicant.id),
            request: Some(*id),
            ..about(
                EventKind::QuestionAsked,
                json!({ "applicant": applicant.username, "name": name, "question": question.0 }),
            )
        },
        Event::QuestionAnswered { id, applicant, name, answer, .. } => About {
            account: Some(applicant.id),
            request: Some(*id),
            ..about(
                EventKind::QuestionAnswered,
                json!({ "applicant": applicant.username, "name": name, "answer": answer.0 }),
            )
        },
        // Not in the applicant's history, because only administrators read notes.
        Event::NoteAdded { id, name, note, .. } => {
            About { request: Some(*id), ..about(EventKind::NoteAdded, json!({ "name": name, "note": note.0 })) }
        }
        Event::RequestDeferred { id, applicant, name } => About {
            account: Some(applicant.id),
            request: Some(*id),
            ..about(EventKind::RequestDeferred, json!({ "applicant": applicant.username, "name": name }))
        },
        Event::RequestWithdrawn { id, applicant, name } => About {
            account: Some(applicant.id),
            request: Some(*id),
            ..about(EventKind::RequestWithdrawn, json!({ "applicant": applicant.username, "name": name }))
        },
        Event::RequestApproved { id, applicant, name, organization, message, .. } => About {
            account: Some(applicant.id),
            request: Some(*id),
            organization: Some(organization.0),
            ..about(
                EventKind::RequestApproved,
                json!({ "applicant": applicant.username, "name": name, "message": message.0 }),
            )
        },
        Event::RequestDeclined { id, applicant, name, reason, .. } => About {
            account: Some(applicant.id),
            request: Some(*id),
            ..about(
                EventKind::RequestDeclined,
                json!({ "applicant": applicant.username, "name": name, "reason": reason.0 }),
            )
        },
        Event::RivalClosed { id, applicant, name, .. } => About {
            account: Some(applicant.id),
            request: Some(*id),
            ..about(EventKind::RivalClosed, json!({ "applicant": applicant.username, "name": name }))
        },
        Event::OrganizationFounded { id, name, display_name, url, description, kind } => About {
            organization: Some(id.0),
            ..about(
                EventKind::OrganizationFounded,
                json!({ "name": name, "display_name": display_name, "url": url, "description": description,
                    "kind": kind.code() }),
            )
        },
        Event::OrganizationActivated { id, name, .. } => {
            About { organization: Some(id.0), ..about(EventKind::OrganizationActivated, json!({ "name": name })) }
        }
        Event::OrganizationDisabled { id, name, reason, .. } => About {
            organization: Some(*id),
            ..about(EventKind::OrganizationDisabled, json!({ "name": name, "reason": reason.0 }))
        },
        Event::OrganizationEnabled { id, name, .. } => {
            About { organization: Some(*id), ..about(EventKind::OrganizationEnabled, json!({ "name": name })) }
        }
        Event::MemberInvited { organization, invitee, inviter, role, .. } => about_member(
            EventKind::MemberInvited,
            organization,
            invitee,
            json!({ "role": role.code(), "inviter": inviter.username }),
        ),
        Event::InvitationRenewed { organization, invitee, inviter, role, .. } => about_member(
            EventKind::InvitationRenewed,
            organization,
            invitee,
            json!({ "role": role.code(), "inviter": inviter.username }),
        ),
        Event::InvitationRevoked { organization, invitee, role, .. } => {
            about_member(EventKind::InvitationRevoked, organization, invitee, json!({ "role": role.code() }))
        }
        Event::InvitationAccepted { organization, invitee, inviter, role, .. } => about_member(
            EventKind::InvitationAccepted,
            organization,
            invitee,
            json!({ "role": role.code(), "inviter": inviter.username }),
        ),
        Event::InvitationDeclined { organization, invitee, inviter, role, message, .. } => about_member(
            EventKind::InvitationDeclined,
            organization,
            invitee,
            json!({ "role": role.code(), "inviter": inviter.username, "message": message.0 }),
        ),
        Event::InvitationExpired { organization, invitee, inviter, role, .. } => about_member(
            EventKind::InvitationExpired,
            organization,
            invitee,
            json!({ "role": role.code(), "inviter": inviter.username }),
        ),
        Event::RoleChanged { organization, account, before, after } => about_member(
            EventKind::RoleChanged,
            organization,
            account,
            json!({ "before": before.code(), "after": after.code() }),
        ),
        Event::MemberRemoved { organization, account, role } => {
            about_member(EventKind::MemberRemoved, organization, account, json!({ "role": role.code() }))
        }
        Event::MemberLeft { organization, account, role } => {
            about_member(EventKind::MemberLeft, organization, account, json!({ "role": role.code() }))
        }
        Event::OwnerAppointed { organization, account, before, reason } => about_member(
            EventKind::OwnerAppointed,
            organization,
            account,
            json!({ "before": before.map(Role::code), "reason": reason.0 }),
        ),
        Event::MemberJoined { organization, organization_name, account, role } => About {
            account: Some(account.id),
            organization: Some(organization.0),
            ..about(
                EventKind::MemberJoined,
                json!({ "username": account.username, "role": role.code(), "organization": organization_name }),
            )
        },
    }
}

/// What is about a member of an organization. It appears in the history of both.
fn about_member(kind: EventKind, organization: &Organization, account: &Party, mut details: Value) -> About {
    if let Value::Object(details) = &mut details {
        details.insert("username".to_owned(), json!(account.username));
        details.insert("organization".to_owned(), json!(organization.name));
    }
    About { kind, account: Some(account.id), request: None, organization: Some(organization.id), details }
}
