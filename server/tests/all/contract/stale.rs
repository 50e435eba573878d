//! What is asked about people and invitations that are not any more what the page showed: who and what is named.

use super::people::sundial;
use crate::ground::{on_each, says};
use app::backend::{Consent, Invitations as _, People as _};
use shared::roles::Role;

#[tokio::test(flavor = "multi_thread")]
async fn of_several_whoever_is_gone_is_passed_over_and_named() {
    on_each(async |world| {
        let [_, dana, kim, lee, mira] = sundial(&world).await;
        world.join(&dana, "sundial", &lee, Role::Member).await;
        world.join(&dana, "sundial", &mira, Role::Member).await;
        let seen = world.services.preview_remove(&dana.caller, "sundial", "lee mira").await.unwrap();
        world.dismiss(&kim, "sundial", "lee").await.unwrap();

        let one = world.services.preview_remove(&dana.caller, "sundial", "lee").await.unwrap_err();
        assert_eq!(says(&one), "kim has removed lee from sundial. Nothing was changed.");
        let own = world.services.preview_assign(&kim.caller, "sundial", "lee=member", "owner").await.unwrap_err();
        assert_eq!(says(&own), "You have removed lee from sundial. Nothing was changed.");
        let none = world.services.preview_remove(&dana.caller, "sundial", "boss").await.unwrap_err();
        assert_eq!(says(&none), "boss is not a member of sundial. Nothing was changed.");

        // Whoever agreed to two is asked again about the one who is left.
        let consent = Consent { agreed: seen.digest, ..world.once() };
        let moved = world.services.remove(&dana.caller, "sundial", "lee mira", "sundial", consent).await.unwrap_err();
        let shared::problem::Problem::Moved(now) = moved else { panic!("{moved:?}") };
        assert_eq!((now.passed_over.as_slice(), now.ends.len()), (["kim has removed lee".to_owned()].as_slice(), 1));
        let consent = Consent { agreed: now.digest, ..world.once() };
        world.services.remove(&dana.caller, "sundial", "lee mira", "sundial", consent).await.unwrap();

        world.join(&dana, "sundial", &lee, Role::Member).await;
        world.dismiss(&lee, "sundial", "lee").await.unwrap();
        let two =
            world.services.preview_assign(&dana.caller, "sundial", "lee=member kim=owner", "owner").await.unwrap();
        assert_eq!(two.passed_over, ["lee has left", "kim is an Owner already"]);
        assert!(two.happens.is_empty() && two.ends.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_is_over_says_whose_it_was_and_leads_to_the_next() {
    on_each(async |world| {
        let [_, dana, kim, lee, _] = sundial(&world).await;
        world.invite(&dana, "sundial", "lee", Role::Member).await.unwrap();
        let offer = world.offer_to(&lee, "sundial").await.unwrap();
        world.revoke(&kim, offer).await.unwrap();
        let late = world.services.preview_revoke(&dana.caller, offer).await.unwrap_err();
        assert_eq!(says(&late), "The invitation of lee has been revoked by kim.");
        let page = world.services.invitation(&lee.caller, offer).await.unwrap();
        assert!(page.closed.is_some() && page.next.is_none());

        world.invite(&dana, "sundial", "lee", Role::Manager).await.unwrap();
        let next = world.offer_to(&lee, "sundial").await.unwrap();
        assert_eq!(world.services.invitation(&lee.caller, offer).await.unwrap().next, Some(next));
        assert_eq!(world.services.invitation(&lee.caller, next).await.unwrap().next, None);
        world.accept(&lee, next).await.unwrap();
        let page = world.services.invitation(&lee.caller, next).await.unwrap();
        let said = shared::words::refusal(&page.closed.unwrap());
        assert_eq!((said.as_str(), page.next), ("You have accepted this invitation already.", None));
        let late = world.services.preview_revoke(&dana.caller, next).await.unwrap_err();
        assert_eq!(says(&late), "The invitation of lee has been accepted already.");
    })
    .await;
}
