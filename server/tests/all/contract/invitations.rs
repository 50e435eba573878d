//! Invitations: their links, who is responsible for them, and when they end.

use super::people::{since, sundial};
use crate::support::{form, on_each, says};
use app::backend::{Answer as _, Caller, Preview as _};
use server::people::invite;
use shared::domain::InvitationState;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::roles::Role;
use shared::timestamp::Seconds;
use shared::wire::organizations::YourOrganizationsQuery;
use shared::wire::people::{InvitationLinkQuery, ResendInvitationForm};

#[tokio::test(flavor = "multi_thread")]
async fn reinviting_after_expiry_emails_only_the_new_invitation() {
    on_each(async |world| {
        let [_, dana, kim, ..] = sundial(&world).await;
        world.invite(&kim, "sundial", "lee", Role::Member).await.unwrap();
        world.clock.advance(Seconds::days(8));
        let mut seen = world.emails().await.len();
        world.invite(&dana, "sundial", "lee", Role::Manager).await.unwrap();
        assert_eq!(
            since(&world, &mut seen).await,
            [
                "dana · lee is invited to sundial as a Manager",
                "kim · lee is invited to sundial as a Manager",
                "lee · dana invites you to sundial as a Manager",
            ]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_by_a_demoted_owner_are_revoked() {
    on_each(async |world| {
        let [_, dana, kim, lee, mira] = sundial(&world).await;
        world.invite(&kim, "sundial", "lee", Role::Member).await.unwrap();
        world.invite(&dana, "sundial", "mira", Role::Member).await.unwrap();
        let (to_lee, to_mira) = (
            world.open_invitation(&lee, "sundial").await.unwrap(),
            world.open_invitation(&mira, "sundial").await.unwrap(),
        );
        let preview =
            world.services.preview(&dana.caller, form::assign("sundial", "kim=owner", "member")).await.unwrap();
        assert!(
            preview.ends.contains(&"The invitation for lee to become a Member of sundial, and its link".to_owned())
        );
        world.assign(&dana, "sundial", "kim", Role::Member).await.unwrap();
        let revoked =
            Refusal::InvitationClosed { state: InvitationState::Revoked, by: Some("dana".to_owned()), of: None };
        assert_eq!(world.accept(&lee, to_lee).await, Err(Problem::Refused(revoked)));
        world.accept(&mira, to_mira).await.unwrap();
        // kim's page still shows kim as an Owner.
        let answer = world.invite(&kim, "sundial", "lee", Role::Member).await.unwrap_err();
        assert_eq!(
            says(&answer),
            "Only Owners can invite people, change roles and remove people. The Owner here is dana."
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invitation_link_works_for_its_invitee_until_it_is_resent() {
    on_each(async |world| {
        let [_, dana, _, lee, mira] = sundial(&world).await;
        world.invite(&dana, "sundial", "lee", Role::BillingManager).await.unwrap();
        let (link, offer) = (world.link_to(&lee).await, world.open_invitation(&lee, "sundial").await.unwrap());
        let page =
            world.services.answer(&lee.caller, InvitationLinkQuery { token: link.clone().into() }).await.unwrap();
        assert_eq!((page.invitation.id, page.invitation.role, page.closed), (offer, Role::BillingManager, None));
        let others =
            world.services.answer(&mira.caller, InvitationLinkQuery { token: link.clone().into() }).await.unwrap_err();
        assert_eq!(others, Problem::Refused(Refusal::LinkOfOtherAccount { username: "lee".to_owned() }));
        assert_eq!(
            world
                .services
                .answer(&Caller::default(), InvitationLinkQuery { token: link.clone().into() })
                .await
                .unwrap_err(),
            Problem::Refused(Refusal::NotSignedIn {})
        );
        world.clock.advance(Seconds::days(6));
        world.submit(&dana, ResendInvitationForm { invitation: offer.to_string() }).await.unwrap();
        let newer = world.link_to(&lee).await;
        let older =
            world.services.answer(&lee.caller, InvitationLinkQuery { token: link.clone().into() }).await.unwrap_err();
        assert_eq!(older, Problem::Refused(Refusal::LinkInvalid {}));
        world.clock.advance(Seconds::days(6));
        assert_eq!(
            world
                .services
                .answer(&lee.caller, InvitationLinkQuery { token: newer.clone().into() })
                .await
                .unwrap()
                .closed,
            None,
            "its end was renewed"
        );
        let listed = world.services.answer(&lee.caller, YourOrganizationsQuery {}).await.unwrap().invitations;
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [offer]);
        world.clock.advance(Seconds::days(1));
        let late = world
            .services
            .answer(&lee.caller, InvitationLinkQuery { token: newer.clone().into() })
            .await
            .unwrap()
            .closed;
        assert_eq!(late, Some(Refusal::InvitationClosed { state: InvitationState::Expired, by: None, of: None }));
        assert!(world.accept(&lee, offer).await.is_err());
        assert!(world.services.answer(&lee.caller, YourOrganizationsQuery {}).await.unwrap().invitations.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unanswered_invitation_expires_and_its_sender_is_emailed_once() {
    on_each(async |world| {
        let [_, dana, _, lee, _] = sundial(&world).await;
        world.invite(&dana, "sundial", "lee", Role::Member).await.unwrap();
        let refused = world.invite(&dana, "sundial", "lee", Role::Member).await.unwrap_err();
        assert!(matches!(refused.of(Field::Username), Some(FaultCode::AlreadyInvited { role: Role::Member, .. })));
        let mut seen = world.emails().await.len();
        assert_eq!(invite::end_overdue(&world.services.bus).await.unwrap(), 0);
        world.clock.advance(Seconds::days(7));
        // Two servers run the task at the same time.
        let beside = world.second_server().await;
        let (one, other) =
            tokio::join!(invite::end_overdue(&world.services.bus), invite::end_overdue(&beside.services.bus));
        assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
        assert_eq!(since(&world, &mut seen).await, ["dana · lee's invitation to sundial expired"]);
        let dana = world.sign_in("dana").await;
        // Before the task runs, a new invitation ends the expired one.
        world.invite(&dana, "sundial", "lee", Role::Member).await.unwrap();
        world.clock.advance(Seconds::days(7));
        world.invite(&dana, "sundial", "lee", Role::Manager).await.unwrap();
        let states = world.rows("select i.state from invitation i join account a on a.id = i.account_id where a.username = 'lee' order by i.created_at").await;
        assert_eq!(states, ["expired", "expired", "live"]);
        assert!(world.open_invitation(&lee, "sundial").await.is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resent_invitation_survives_the_disabling_of_its_first_sender() {
    on_each(async |world| {
        let [_, dana, kim, lee, mira] = sundial(&world).await;
        for invitee in ["lee", "mira"] {
            world.invite(&kim, "sundial", invitee, Role::Member).await.unwrap();
        }
        let (to_lee, to_mira) = (
            world.open_invitation(&lee, "sundial").await.unwrap(),
            world.open_invitation(&mira, "sundial").await.unwrap(),
        );
        world.submit(&dana, ResendInvitationForm { invitation: to_lee.to_string() }).await.unwrap();
        world.services.disable_account("kim", "Spam").await.unwrap();

        // Only the invitation that kim sent last has lost its inviter.
        assert!(world.accept(&mira, to_mira).await.is_err());
        let listed = world.services.answer(&lee.caller, YourOrganizationsQuery {}).await.unwrap().invitations;
        assert_eq!(listed.iter().map(|one| one.inviter.as_str()).collect::<Vec<_>>(), ["dana"]);
        world.accept(&lee, to_lee).await.unwrap();
        assert_eq!(world.role_of("sundial", "lee").await, Some(Role::Member));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resent_invitation_survives_the_removal_of_its_first_sender() {
    on_each(async |world| {
        let [_, dana, kim, lee, _] = sundial(&world).await;
        world.invite(&kim, "sundial", "lee", Role::Member).await.unwrap();
        let offer = world.open_invitation(&lee, "sundial").await.unwrap();
        world.submit(&dana, ResendInvitationForm { invitation: offer.to_string() }).await.unwrap();
        world.remove_member(&dana, "sundial", "kim").await.unwrap();
        assert!(world.open_invitation(&lee, "sundial").await.is_some(), "dana vouches for it");
        world.accept(&lee, offer).await.unwrap();
    })
    .await;
}
