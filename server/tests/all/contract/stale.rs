//! Commands on people and invitations that no longer are as the page showed: the answer names who and what changed.

use super::people::sundial;
use crate::support::{form, on_each, says};
use app::backend::{Answer as _, Execute as _, Preview as _};
use shared::problem::Problem;
use shared::roles::Role;
use shared::wire::Consent;
use shared::wire::people::{InvitationQuery, RevokeInvitationForm};

#[tokio::test(flavor = "multi_thread")]
async fn missing_people_are_skipped_and_named_in_bulk_changes() {
    on_each(async |world| {
        let [_, dana, kim, lee, mira] = sundial(&world).await;
        world.join(&dana, "sundial", &lee, Role::Member).await;
        world.join(&dana, "sundial", &mira, Role::Member).await;
        let seen = world.services.preview(&dana.caller, form::remove("sundial", "lee mira", "")).await.unwrap();
        world.remove_member(&kim, "sundial", "lee").await.unwrap();

        let one = world.services.preview(&dana.caller, form::remove("sundial", "lee", "")).await.unwrap_err();
        assert_eq!(says(&one), "lee was removed from sundial by kim.");
        let own =
            world.services.preview(&kim.caller, form::assign("sundial", "lee=member", "owner")).await.unwrap_err();
        assert_eq!(says(&own), "lee was removed from sundial by you.");
        let none = world.services.preview(&dana.caller, form::remove("sundial", "boss", "")).await.unwrap_err();
        assert_eq!(says(&none), "boss is not a member of sundial.");

        // Consent to two removals is stale once one of them is gone.
        let consent = Consent { preview_digest: seen.digest, ..world.once() };
        let moved = world
            .services
            .execute(&dana.caller, form::remove("sundial", "lee mira", "sundial"), consent)
            .await
            .unwrap_err();
        let Problem::PreviewStale(now) = moved else { panic!("{moved:?}") };
        assert_eq!((now.skipped.as_slice(), now.ends.len()), (["lee was removed by kim".to_owned()].as_slice(), 1));
        let consent = Consent { preview_digest: now.digest, ..world.once() };
        world.services.execute(&dana.caller, form::remove("sundial", "lee mira", "sundial"), consent).await.unwrap();

        world.join(&dana, "sundial", &lee, Role::Member).await;
        world.remove_member(&lee, "sundial", "lee").await.unwrap();
        let two = world
            .services
            .preview(&dana.caller, form::assign("sundial", "lee=member kim=owner", "owner"))
            .await
            .unwrap();
        assert_eq!(two.skipped, ["lee has left", "kim is already an Owner"]);
        assert!(two.happens.is_empty() && two.ends.is_empty());

        // If nothing is left to do, the person who was faster is still named.
        let lead =
            async || world.services.preview(&dana.caller, form::assign("sundial", "mira=member", "manager")).await;
        world.join(&dana, "sundial", &mira, Role::Member).await;
        let seen = lead().await.unwrap();
        world.assign(&kim, "sundial", "mira", Role::Manager).await.unwrap();
        let consent = Consent { preview_digest: seen.digest, ..world.once() };
        let moved = world
            .services
            .execute(&dana.caller, form::assign("sundial", "mira=member", "manager"), consent)
            .await
            .unwrap_err();
        let Problem::PreviewStale(now) = moved else { panic!("{moved:?}") };
        assert_eq!(now.skipped, ["mira is already a Manager"]);
        assert!(now.recent.first().is_some_and(|said| said.ends_with("(by kim)")), "{:?}", now.recent);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_invitation_names_its_invitee_and_links_to_the_next() {
    on_each(async |world| {
        let [_, dana, kim, lee, _] = sundial(&world).await;
        world.invite(&dana, "sundial", "lee", Role::Member).await.unwrap();
        let offer = world.open_invitation(&lee, "sundial").await.unwrap();
        world.revoke(&kim, offer).await.unwrap();
        let late = world
            .services
            .preview(&dana.caller, RevokeInvitationForm { invitation: offer.to_string() })
            .await
            .unwrap_err();
        assert_eq!(says(&late), "The invitation for lee has been revoked by kim.");
        let page = world.services.answer(&lee.caller, InvitationQuery { invitation: offer.to_string() }).await.unwrap();
        assert!(page.closed.is_some() && page.next.is_none());

        world.invite(&dana, "sundial", "lee", Role::Manager).await.unwrap();
        let next = world.open_invitation(&lee, "sundial").await.unwrap();
        assert_eq!(
            world.services.answer(&lee.caller, InvitationQuery { invitation: offer.to_string() }).await.unwrap().next,
            Some(next)
        );
        assert_eq!(
            world.services.answer(&lee.caller, InvitationQuery { invitation: next.to_string() }).await.unwrap().next,
            None
        );
        world.accept(&lee, next).await.unwrap();
        let page = world.services.answer(&lee.caller, InvitationQuery { invitation: next.to_string() }).await.unwrap();
        let said = shared::words::refusal(&page.closed.unwrap());
        assert_eq!((said.as_str(), page.next), ("You have already accepted this invitation.", None));
        assert!(page.member);
        let late = world
            .services
            .preview(&dana.caller, RevokeInvitationForm { invitation: next.to_string() })
            .await
            .unwrap_err();
        assert_eq!(says(&late), "The invitation for lee has already been accepted.");
        world.remove_member(&kim, "sundial", "lee").await.unwrap();
        assert!(
            !world.services.answer(&lee.caller, InvitationQuery { invitation: next.to_string() }).await.unwrap().member
        );
    })
    .await;
}
