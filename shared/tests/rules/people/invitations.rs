//! Invitations: sending, resending, revoking, expiring, accepting and declining.

use super::*;
use shared::wire::people::{InviteForm, InviteSeveralForm};

fn invite_form(username: &str, role: &str) -> InviteForm {
    let [organization, username, role] = ["Sun.Dial", username, role].map(str::to_owned);
    InviteForm { organization, username, role }
}

#[test]
fn invite_follows_its_table() {
    let invite = || Invite::try_from(invite_form("mira", "manager")).unwrap();
    let facts = |access, invitee| Some(InviteFacts { access, invitees: vec![invitee], lives: limits::INVITATION });
    let no = |code| Err(Refusal::fault(Field::Username, code));
    let ends_at = offer().ends_at;
    let overdue = Offer { ends_at: NOW, ..offer() };
    let mine = Invitee { account: party(&dana()), role: Some(Role::Owner), ..invitee() };
    let member = Invitee { role: Some(Role::Member), verified: false, ..invitee() };
    let unverified = Invitee { verified: false, invited: Some(offer()), ..invitee() };
    let waits = Invitee { invited: Some(offer()), ..invitee() };
    let late = Invitee { invited: Some(overdue), ..invitee() };
    let private = OrganizationAccess { price: Some(Price::USUAL), ..owned() };
    let again = vec![expired(), invited(None, &mut ctx())];
    let mut table: Vec<Row<Invite>> = vec![
        ("an Owner", person(dana()), invite(), facts(owned(), Some(invitee())), Ok(vec![invited(None, &mut ctx())])),
        (
            "what it costs",
            person(dana()),
            invite(),
            facts(private, Some(invitee())),
            Ok(vec![invited(Some(Price::USUAL), &mut ctx())]),
        ),
        ("no such organization", person(dana()), invite(), None, Err(Refusal::NotFound {})),
        ("no such account", person(dana()), invite(), facts(owned(), None), no(FaultCode::NoSuchAccount {})),
        ("oneself", person(dana()), invite(), facts(owned(), Some(mine)), no(FaultCode::InvitesSelf {})),
        (
            "a member, before their address is looked at",
            person(dana()),
            invite(),
            facts(owned(), Some(member)),
            no(FaultCode::AlreadyMember { role: Role::Member }),
        ),
        (
            "no verified address, before their invitation is looked at",
            person(dana()),
            invite(),
            facts(owned(), Some(unverified)),
            no(FaultCode::InviteeUnverified {}),
        ),
        (
            "invited already",
            person(dana()),
            invite(),
            facts(owned(), Some(waits)),
            no(FaultCode::AlreadyInvited { role: Role::Manager, ends_at }),
        ),
        ("after an invitation that was not answered", person(dana()), invite(), facts(owned(), Some(late)), Ok(again)),
    ];
    for (case, actor, access, why) in outsiders() {
        table.push((case, actor, invite(), facts(access, Some(invitee())), Err(why)));
    }
    assert_table(table);
}

#[test]
fn invite_several_follows_its_table() {
    let form = |usernames: Vec<String>| InviteSeveralForm {
        organization: "Sun.Dial".to_owned(),
        usernames,
        role: "member".to_owned(),
        rest: String::new(),
    };
    let invite = || Invite::try_from(form(["mira", "lee", "MIRA"].map(str::to_owned).to_vec())).unwrap();
    assert_eq!(invite().usernames.len(), 2, "one name, written twice");
    let other = Invitee { account: party(&lee()), ..invitee() };
    let facts = |invitees| Some(InviteFacts { access: owned(), invitees, lives: limits::INVITATION });
    let mut sequence = ctx();
    let both = [party(&mira()), party(&lee())].map(|invitee| Event::MemberInvited {
        id: sequence.id(),
        organization: sundial(),
        invitee,
        inviter: party(&dana()),
        role: Role::Member,
        price: None,
        secret: sequence.secret(),
        lives: limits::INVITATION,
    });
    let unverified = Invitee { verified: false, ..other.clone() };
    assert_table([
        ("both", person(dana()), invite(), facts(vec![Some(invitee()), Some(other)]), Ok(both.to_vec())),
        (
            "one of them can't be: nobody is",
            person(dana()),
            invite(),
            facts(vec![Some(invitee()), Some(unverified)]),
            Err(Refusal::SomeNotInvited { some: 1, all: 2 }),
        ),
    ]);
    let many: Vec<String> = (0..=limits::INVITED_AT_ONCE).map(|n| format!("p{n}")).collect();
    let count = many.len();
    for (names, code) in [
        (Vec::new(), FaultCode::NobodySelected {}),
        (many, FaultCode::TooMany { max: limits::INVITED_AT_ONCE, count }),
        (vec!["no name".to_owned()], FaultCode::InvalidOption {}),
    ] {
        assert_eq!(Invite::try_from(form(names)).unwrap_err(), Refusal::fault(Field::Usernames, code));
    }
}

#[test]
fn names_are_extracted_from_pasted_text() {
    assert_eq!(names_in(" @dana, lee;\n\tmira  sam,,"), ["dana", "lee", "mira", "sam"]);
    assert_eq!(names_in("1. \"dana\"\n2. <lee>\n- 'mira'"), ["dana", "lee", "mira"]);
    assert_eq!(names_in("1) dana\n2) (lee)"), ["dana", "lee"]);
    assert_eq!(invited_name("@night.\u{200b}sky").map(|name| name.to_string()), Ok("night.sky".to_owned()));
    assert_eq!(invited_name("dana@example.org"), Err(FaultCode::UsernameRequired {}));
    assert!(matches!(invited_name("da na"), Err(FaultCode::NameCharacter { .. })));
    let both = Invite::try_from(invite_form("", "king")).unwrap_err();
    let Refusal::Invalid { faults } = both else { panic!("{both:?}") };
    assert_eq!(faults.len(), 2);
}

/// An invitation in a state, with the facts of its organization.
fn invitation(access: OrganizationAccess, state: InvitationState) -> InvitationFacts {
    let by = (state == InvitationState::Revoked).then(|| "dana".to_owned());
    InvitationFacts { access, offer: offer(), state, closed_by: by }
}

/// Each closed state with its refusal. Others than the invitee also read the invitee's name.
fn over(of: Option<&'static str>) -> impl Iterator<Item = (InvitationState, Refusal)> {
    InvitationState::ALL.iter().copied().filter(|state| *state != InvitationState::Live).map(move |state| {
        let by = (state == InvitationState::Revoked).then(|| "dana".to_owned());
        (state, Refusal::InvitationClosed { state, by, of: of.map(str::to_owned) })
    })
}

fn too_old(access: OrganizationAccess) -> InvitationFacts {
    InvitationFacts { offer: Offer { ends_at: NOW, ..offer() }, ..invitation(access, InvitationState::Live) }
}

fn old(of: Option<&str>) -> Refusal {
    Refusal::InvitationClosed { state: InvitationState::Expired, by: None, of: of.map(str::to_owned) }
}

#[test]
fn revoke_invitation_follows_its_table() {
    let revoke = || RevokeInvitation { id: INVITATION };
    let live = |access| Some(invitation(access, InvitationState::Live));
    let mut table: Vec<Row<RevokeInvitation>> = vec![
        ("an Owner", person(dana()), revoke(), live(owned()), Ok(vec![revoked()])),
        ("no such invitation", person(dana()), revoke(), None, Err(Refusal::NotFound {})),
        ("its end has come", person(dana()), revoke(), Some(too_old(owned())), Err(old(Some("mira")))),
        ("the invitee can decline it", person(mira()), revoke(), live(access(None)), Err(Refusal::NotFound {})),
    ];
    for (state, why) in over(Some("mira")) {
        table.push(("over", person(dana()), revoke(), Some(invitation(owned(), state)), Err(why)));
    }
    for (case, actor, access, why) in outsiders() {
        table.push((case, actor, revoke(), live(access), Err(why)));
    }
    assert_table(table);
}

#[test]
fn resend_invitation_follows_its_table() {
    let resend = || ResendInvitation { id: INVITATION };
    let facts = |invitation| Some(ResendInvitationFacts { invitation, lives: limits::INVITATION });
    let Offer { id, invitee, role, .. } = offer();
    let secret = ctx().secret();
    let lives = limits::INVITATION;
    // The last sender is responsible for the invitation, whoever sent it first.
    let inviter = party(&dana());
    let renewed = Event::InvitationRenewed { id, organization: sundial(), invitee, inviter, role, secret, lives };
    let live = |access| facts(invitation(access, InvitationState::Live));
    let mut table: Vec<Row<ResendInvitation>> = vec![
        ("an Owner", person(dana()), resend(), live(owned()), Ok(vec![renewed])),
        ("no such invitation", person(dana()), resend(), None, Err(Refusal::NotFound {})),
        ("its end has come", person(dana()), resend(), facts(too_old(owned())), Err(old(Some("mira")))),
    ];
    for (state, why) in over(Some("mira")) {
        table.push(("over", person(dana()), resend(), facts(invitation(owned(), state)), Err(why)));
    }
    for (case, actor, access, why) in outsiders() {
        table.push((case, actor, resend(), live(access), Err(why)));
    }
    assert_table(table);
}

#[test]
fn expire_invitation_follows_its_table() {
    let end = || ExpireInvitation { id: INVITATION };
    let job = || Actor::Job("invitations");
    assert_table([
        ("its end has come", job(), end(), Some(too_old(access(None))), Ok(vec![expired()])),
        ("not yet", job(), end(), Some(invitation(access(None), InvitationState::Live)), Ok(Vec::new())),
        ("answered meanwhile", job(), end(), Some(invitation(access(None), InvitationState::Accepted)), Ok(Vec::new())),
        ("no such invitation", job(), end(), None, Err(Refusal::NotFound {})),
        ("an Owner", person(dana()), end(), Some(too_old(owned())), Err(Refusal::NotFound {})),
        ("the operator", Actor::Operator, end(), Some(too_old(owned())), Err(Refusal::NotFound {})),
    ]);
}

#[test]
fn accept_invitation_follows_its_table() {
    let accept = || AcceptInvitation { id: INVITATION };
    let live = |access| Some(invitation(access, InvitationState::Live));
    let Offer { id, invitee, inviter, role, .. } = offer();
    let joined = vec![
        Event::InvitationAccepted { id, organization: sundial(), invitee: invitee.clone(), inviter, role },
        Event::MemberJoined {
            organization: NotDigested(sundial().id),
            organization_name: sundial().name,
            account: invitee,
            role,
        },
    ];
    let orphaned = OrganizationAccess { owners: vec![party(&lee())], ..access(None) };
    let unable =
        OrganizationAccess { owners: vec![party(&lee())], disabled_owners: vec![party(&dana())], ..access(None) };
    let gone = Refusal::InviterNotOwner { inviter: "dana".to_owned(), organization: "Sun.Dial".to_owned() };
    let mut table: Vec<Row<AcceptInvitation>> = vec![
        ("the invitee", person(mira()), accept(), live(access(None)), Ok(joined)),
        ("somebody else", person(lee()), accept(), live(access(None)), Err(Refusal::NotFound {})),
        ("the inviter", person(dana()), accept(), live(owned()), Err(Refusal::NotFound {})),
        ("no such invitation", person(mira()), accept(), None, Err(Refusal::NotFound {})),
        ("its end has come", person(mira()), accept(), Some(too_old(access(None))), Err(old(None))),
        (
            "it is disabled",
            person(mira()),
            accept(),
            live(disabled(None)),
            Err(Refusal::InvitingOrganizationDisabled {}),
        ),
        ("who invited is no Owner any more", person(mira()), accept(), live(orphaned), Err(gone.clone())),
        ("the account of who invited is disabled", person(mira()), accept(), live(unable), Err(gone)),
    ];
    for (state, why) in over(None) {
        table.push(("over", person(mira()), accept(), Some(invitation(access(None), state)), Err(why)));
    }
    for actor in strangers() {
        table.push(("a stranger", actor, accept(), live(access(None)), Err(Refusal::NotSignedIn {})));
    }
    assert_table(table);
}

#[test]
fn decline_invitation_follows_its_table() {
    let message = || Message::parse("Thank you, no.").unwrap();
    let decline = || DeclineInvitation { id: INVITATION, message: message() };
    let live = |access| Some(invitation(access, InvitationState::Live));
    let Offer { id, invitee, inviter, role, .. } = offer();
    let message = NotDigested(message());
    let declined = Event::InvitationDeclined { id, organization: sundial(), invitee, inviter, role, message };
    let orphaned = OrganizationAccess { owners: vec![party(&lee())], ..access(None) };
    let mut table: Vec<Row<DeclineInvitation>> = vec![
        ("the invitee", person(mira()), decline(), live(access(None)), Ok(vec![declined.clone()])),
        ("of a disabled organization", person(mira()), decline(), live(disabled(None)), Ok(vec![declined.clone()])),
        ("whoever sent it", person(mira()), decline(), live(orphaned), Ok(vec![declined])),
        ("somebody else", person(lee()), decline(), live(access(None)), Err(Refusal::NotFound {})),
        ("no such invitation", person(mira()), decline(), None, Err(Refusal::NotFound {})),
        ("its end has come", person(mira()), decline(), Some(too_old(access(None))), Err(old(None))),
    ];
    for (state, why) in over(None) {
        table.push(("over", person(mira()), decline(), Some(invitation(access(None), state)), Err(why)));
    }
    for actor in strangers() {
        table.push(("a stranger", actor, decline(), live(access(None)), Err(Refusal::NotSignedIn {})));
    }
    assert_table(table);
}
