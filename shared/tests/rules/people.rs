//! Invitations, roles, removing and leaving: who may, when, and with which consequences.

mod invitations;
mod members;

use crate::support::*;
use shared::billing::Price;
use shared::domain::{Ended, InvitationState};
use shared::features::Feature;
use shared::ids::{InvitationId, OrganizationId};
use shared::limits;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::roles::{Permission, Role};
use shared::rules::people::*;
use shared::rules::{Actor, Command, Event, NotDigested, Organization, Person};
use shared::text::{DisplayName, Message};
use shared::timestamp::Seconds;
use shared::words;
use uuid::Uuid;

const INVITATION: InvitationId = InvitationId(Uuid::from_u128(80));

fn sundial() -> Organization {
    Organization {
        id: OrganizationId(id(60)),
        name: organization("Sun.Dial"),
        display_name: DisplayName::from_stored("Sundial".to_owned()),
    }
}

/// Sundial as seen by an account with this role. dana is its Owner.
fn access(my_role: Option<Role>) -> OrganizationAccess {
    OrganizationAccess {
        organization: sundial(),
        disabled: None,
        my_role,
        owners: vec![party(&dana())],
        disabled_owners: Vec::new(),
        price: None,
    }
}

fn owned() -> OrganizationAccess {
    access(Some(Role::Owner))
}

fn disabled(my_role: Option<Role>) -> OrganizationAccess {
    OrganizationAccess { disabled: Some("Spam.".to_owned()), ..access(my_role) }
}

/// Actors who may not manage people, each with the refusal that they get.
fn outsiders() -> Vec<(&'static str, Actor, OrganizationAccess, Refusal)> {
    let not_permitted =
        || Refusal::NotPermitted { permission: Permission::ManagePeople, owners: vec!["dana".to_owned()] };
    let mut all = vec![
        ("an outsider", person(lee()), access(None), Refusal::NotFound {}),
        ("an outsider, of a disabled organization", person(lee()), disabled(None), Refusal::NotFound {}),
        ("an administrator is none of its people", person(boss()), access(None), Refusal::NotFound {}),
        (
            "an Owner of a disabled organization",
            person(dana()),
            disabled(Some(Role::Owner)),
            Refusal::OrganizationDisabled { reason: "Spam.".to_owned() },
        ),
    ];
    for role in [Role::Manager, Role::BillingManager, Role::Member] {
        all.push(("another role", person(lee()), access(Some(role)), not_permitted()));
    }
    all.extend(strangers().map(|who| ("a stranger", who, owned(), Refusal::NotSignedIn {})));
    all
}

fn mira() -> Person {
    Person { username: "mira".to_owned(), id: id(4), ..lee() }
}

fn offer() -> Offer {
    Offer {
        id: INVITATION,
        invitee: party(&mira()),
        inviter: party(&dana()),
        role: Role::Manager,
        ends_at: NOW.plus(Seconds::days(7)),
    }
}

fn invitee() -> Invitee {
    Invitee { account: party(&mira()), verified: true, role: None, invited: None }
}

fn invited(price: Option<Price>, ctx: &mut shared::rules::DecisionContext) -> Event {
    Event::MemberInvited {
        id: ctx.id(),
        organization: sundial(),
        invitee: party(&mira()),
        inviter: party(&dana()),
        role: Role::Manager,
        price,
        secret: ctx.secret(),
        lives: limits::INVITATION,
    }
}

fn expired() -> Event {
    let Offer { id, invitee, inviter, role, .. } = offer();
    Event::InvitationExpired { id, organization: sundial(), invitee, inviter, role }
}

fn revoked() -> Event {
    Event::InvitationRevoked { id: INVITATION, organization: sundial(), invitee: party(&mira()), role: Role::Manager }
}

fn changed(person: &Person, before: Role, after: Role) -> Event {
    Event::RoleChanged { organization: sundial(), account: party(person), before, after }
}

#[test]
fn refusal_names_who_has_the_permission() {
    let refused = |owners: &[&str]| {
        let owners = owners.iter().map(|name| (*name).to_owned()).collect();
        words::refusal(&Refusal::NotPermitted { permission: Permission::ManagePeople, owners })
    };
    let may = "Only Owners can invite people, change roles and remove people.";
    assert_eq!(refused(&["dana"]), format!("{may} The Owner here is dana."));
    assert_eq!(refused(&["dana", "lee"]), format!("{may} Owners here: dana and lee."));
    let many = ["a", "b", "c", "d", "e", "f", "g"];
    assert_eq!(refused(&many), format!("{may} Owners here: a, b, c, d, e and 2 more."));
    let teams = Refusal::NotPermitted { permission: Permission::ManageTeams, owners: vec!["dana".to_owned()] };
    assert!(words::refusal(&teams).starts_with("Only Owners and Managers can manage teams."));
}

#[test]
fn preview_lists_what_a_role_gives_and_takes() {
    let preview = words::preview(&[changed(&lee(), Role::Member, Role::BillingManager)], &[], None);
    assert_eq!(
        preview.happens,
        ["lee becomes a Billing manager and is no longer a Member"],
        "what is not built yet is no right that comes or goes"
    );
    assert_eq!(preview.ends, [""; 0]);
    let preview = words::preview(&[changed(&lee(), Role::Member, Role::Owner)], &[], None);
    assert_eq!(
        preview.happens[1],
        "lee can then invite people, change roles and remove people; see pending invitations"
    );
    assert_eq!(preview.recipients, ["lee, all Owners of Sun.Dial"]);
}

#[test]
fn preview_of_own_role_change_says_you() {
    let preview = words::preview(&[changed(&dana(), Role::Owner, Role::Member)], &[], Some("dana"));
    assert_eq!(preview.happens, ["You become a Member and are no longer an Owner"]);
    assert!(preview.ends[0].starts_with("You can no longer invite people"), "{:?}", preview.ends);
    let preview = words::preview(&[changed(&lee(), Role::Member, Role::Manager)], &[], Some("dana"));
    assert_eq!(preview.happens, ["lee becomes a Manager and is no longer a Member"]);
}

#[test]
fn preview_of_a_removal_lists_the_lost_rights() {
    let removed = |role| Event::MemberRemoved { organization: sundial(), account: party(&lee()), role };
    let ends = |event: Event| words::preview(&[event], &[], None).ends;
    for role in [Role::Manager, Role::BillingManager, Role::Member] {
        let said = format!("lee is no longer {} of Sun.Dial and can no longer see its people", role.with_article());
        assert_eq!(ends(removed(role)), [said], "what is not built yet is no right that ends");
    }
    let owner = "see its people; invite people, change roles and remove people; see pending invitations";
    assert_eq!(
        ends(removed(Role::Owner)),
        [format!("lee is no longer an Owner of Sun.Dial and can no longer {owner}")]
    );
    let left = Event::MemberLeft { organization: sundial(), account: party(&lee()), role: Role::Member };
    assert_eq!(ends(left), ["You are no longer a Member of Sundial and can no longer see its people"]);
}

#[test]
fn sentences_mention_only_existing_features() {
    let said: Vec<String> = Role::ALL
        .into_iter()
        .map(Role::meaning)
        .chain(Permission::usable().flat_map(|one| [one.label().to_owned(), one.verb_phrase().to_owned()]))
        .chain([words::refusal(&Refusal::LastOwner { organization: "Sun.Dial".to_owned(), disabled: Vec::new() })])
        .collect();
    let missing = [
        (Feature::Teams, "team"),
        (Feature::Projects, "project"),
        (Feature::Settings, "settings"),
        (Feature::Deleting, "delet"),
        (Feature::Billing, "billing"),
        (Feature::OrganizationHistory, "history"),
    ];
    for (feature, word) in missing.into_iter().filter(|(feature, _)| !feature.is_built()) {
        let promised = said.iter().find(|sentence| sentence.to_lowercase().contains(word));
        assert_eq!(promised, None, "{feature:?}");
    }
    assert_eq!(missing.map(|(feature, _)| feature), Feature::ALL);
}
