//! The contract of account settings: email addresses, passwords, sessions and history, including the limits that
//! survive a restart.

use crate::support::{PASSWORD, Someone, World, form, on_each};
use app::backend::{Answer as _, Caller, Execute as _, Handle as _};
use server::store::history;
use shared::ids::EmailAddressId;
use shared::limits;
use shared::notice::Notice;
use shared::problem::Problem;
use shared::refusal::{FaultCode, Field, Refusal};
use shared::rules::Secret;
use shared::timestamp::Seconds;
use shared::wire::Consent;
use shared::wire::accounts::{
    AccountHistoryQuery, AccountSettingsQuery, AccountSettingsView, AskForResetForm, EndDeviceForm,
    EndOtherDevicesForm, MakePrimaryForm, RemoveAddressForm, ResendToAddressForm, ResetQuery, VerificationQuery,
    VerifyEmailForm,
};

const ANOTHER: &str = "another horse battery staple";

impl World {
    async fn settings(&self, who: &Someone) -> AccountSettingsView {
        self.services.answer(&who.caller, AccountSettingsQuery {}).await.unwrap()
    }

    async fn alive(&self, cookie: &str) -> bool {
        self.services.session(Secret::parse(cookie).unwrap().hash()).await.unwrap().is_some()
    }

    /// The token of the newest secret link to an email address.
    async fn link_at(&self, address: &str) -> String {
        let emails = self.emails().await;
        let email = emails.iter().rev().find(|l| l.to == address && l.sealed.is_some()).expect("an email with a link");
        let text = self.services.bus.mailer.with_link(email.id, email.sealed.as_ref(), &email.text).unwrap();
        let (_, token) = text.split_once("?token=").unwrap();
        token.split_whitespace().next().unwrap().to_owned()
    }

    async fn subjects_to(&self, address: &str) -> Vec<String> {
        self.emails().await.into_iter().filter(|l| l.to == address).map(|l| l.subject).collect()
    }

    async fn adds(&self, who: &Someone, email: &str) -> Result<(), Problem> {
        self.services.handle(&who.caller, form::add_address(email, PASSWORD), self.once()).await.map(|_| ())
    }

    async fn address_of(&self, who: &Someone, email: &str) -> EmailAddressId {
        self.settings(who).await.addresses.into_iter().find(|a| a.email == email).unwrap().id
    }

    async fn removes(&self, who: &Someone, address: EmailAddressId) -> Result<(), Problem> {
        self.agree(who, RemoveAddressForm { address: address.to_string() }).await.map(|_| ())
    }
}

fn shown(page: &AccountSettingsView) -> Vec<(&str, bool, bool)> {
    page.addresses.iter().map(|a| (a.email.as_str(), a.verified, a.primary)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn email_address_is_added_verified_made_primary_and_removed() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let wrong =
            world.services.handle(&dana.caller, form::add_address("work@dana.example", ANOTHER), world.once()).await;
        assert_eq!(wrong.unwrap_err().of(Field::CurrentPassword), Some(&FaultCode::PasswordWrong {}));
        world.adds(&dana, "work@dana.example").await.unwrap();
        let again = world.adds(&dana, "WORK@dana.example").await.unwrap_err();
        assert_eq!(again.of(Field::Email), Some(&FaultCode::EmailAlreadyAdded {}));
        let work = world.address_of(&dana, "work@dana.example").await;
        let unverified = world.submit(&dana, MakePrimaryForm { address: work.to_string() }).await;
        assert_eq!(unverified, Err(Problem::Refused(Refusal::EmailUnverified {})));

        let link = world.link_at("work@dana.example").await;
        world.submit(&dana, ResendToAddressForm { address: work.to_string() }).await.unwrap();
        assert!(
            world.services.answer(&dana.caller, VerificationQuery { token: link.clone().into() }).await.is_err(),
            "a newer link has its place"
        );
        let link = world.link_at("work@dana.example").await;
        world.submit(&dana, VerifyEmailForm { token: link.clone().into() }).await.unwrap();
        world.submit(&dana, MakePrimaryForm { address: work.to_string() }).await.unwrap();
        let page = world.settings(&dana).await;
        assert_eq!(shown(&page), [("work@dana.example", true, true), ("dana@dana.example", true, false)]);
        // A change of the primary address is emailed to the old and the new one. An added address is announced only to
        // the old one.
        let told = "Emails for dana now go to work@dana.example".to_owned();
        for address in ["dana@dana.example", "work@dana.example"] {
            assert_eq!(world.subjects_to(address).await.last(), Some(&told), "{address}");
        }
        let added = "work@dana.example was added to your account dana".to_owned();
        assert!(world.subjects_to("dana@dana.example").await.contains(&added));

        let first = world.address_of(&dana, "dana@dana.example").await;
        assert_eq!(world.removes(&dana, work).await, Err(Problem::Refused(Refusal::PrimaryAddressRequired {})));
        world.removes(&dana, first).await.unwrap();
        assert_eq!(world.removes(&dana, first).await, Err(Problem::Refused(Refusal::AddressNotFound {})));
        assert_eq!(shown(&world.settings(&dana).await), [("work@dana.example", true, true)]);
        let gone = world
            .services
            .handle(&Caller::default(), form::sign_in("dana@dana.example", PASSWORD), Consent::default())
            .await;
        assert_eq!(gone.err(), Some(Problem::Refused(Refusal::SignIn {})), "it is nobody's now");
        // A removed address can be added by another account, and nobody can change another account's address.
        let lee = world.someone("lee").await;
        world.adds(&lee, "dana@dana.example").await.unwrap();
        assert_eq!(world.removes(&lee, work).await, Err(Problem::Refused(Refusal::AddressNotFound {})));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_an_address_held_by_another_emails_only_its_holder() {
    on_each(async |world| {
        let (dana, lee) = (world.someone("dana").await, world.someone("lee").await);
        world.adds(&lee, "dana@dana.example").await.unwrap();
        assert_eq!(
            shown(&world.settings(&lee).await),
            [("lee@lee.example", true, true), ("dana@dana.example", false, false)]
        );
        let warned = "Someone tried to use dana@dana.example for the account lee".to_owned();
        assert_eq!(world.subjects_to("dana@dana.example").await.last(), Some(&warned));
        let said: Vec<String> = world
            .services
            .answer(&lee.caller, AccountHistoryQuery { before: None })
            .await
            .unwrap()
            .events
            .into_iter()
            .map(|e| e.what)
            .collect();
        assert_eq!(said[0], "A link to verify dana@dana.example was requested", "as of any address");
        let _ = dana;
        // Adding and removing in turn does not send more emails.
        let mut refused = 0;
        for _ in 0..limits::VERIFICATION_EMAILS_A_DAY {
            if let Some(address) = world.settings(&lee).await.addresses.iter().find(|a| !a.primary) {
                world.removes(&lee, address.id).await.unwrap();
            }
            match world.adds(&lee, "dana@dana.example").await {
                Ok(()) => {}
                Err(Problem::Refused(Refusal::TooManyEmails { .. })) => refused += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
        let often = world.subjects_to("dana@dana.example").await.into_iter().filter(|s| *s == warned).count();
        // One of the day's emails went to dana herself.
        assert_eq!((often, refused), (limits::VERIFICATION_EMAILS_A_DAY - 1, 2));
        // Using one address after another does not either.
        let mut sent = 0;
        for n in 0..2 * limits::VERIFICATION_EMAILS_BY_ACCOUNT {
            let email = format!("n{n}@nowhere.example");
            if world.adds(&lee, &email).await.is_err() {
                break;
            }
            sent += 1;
            let address = world.address_of(&lee, &email).await;
            world.removes(&lee, address).await.unwrap();
        }
        // The count includes those to her own address and those to dana.
        assert_eq!(sent, limits::VERIFICATION_EMAILS_BY_ACCOUNT - limits::VERIFICATION_EMAILS_A_DAY);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_per_account_are_limited() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        for n in 1..limits::ADDRESSES {
            world.adds(&dana, &format!("n{n}@dana.example")).await.unwrap();
        }
        let full = Refusal::TooManyAddresses { limit: limits::ADDRESSES };
        assert_eq!(world.settings(&dana).await.more_addresses, Some(full.clone()));
        assert_eq!(world.adds(&dana, "more@dana.example").await, Err(Problem::Refused(full)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn password_change_ends_other_sessions_and_is_emailed() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let elsewhere = world.sign_in("dana").await;
        let event = async |current: &str, new: &str| {
            let opened = world.services.handle(&dana.caller, form::change_password(current, new), world.once()).await;
            opened.map(|opened| opened.cookie.unwrap())
        };
        let wrong = event(ANOTHER, "a third horse battery staple").await.unwrap_err();
        assert_eq!(wrong.of(Field::CurrentPassword), Some(&FaultCode::PasswordWrong {}));
        let same = event(PASSWORD, PASSWORD).await.unwrap_err();
        assert_eq!(same.of(Field::Password), Some(&FaultCode::PasswordUnchanged {}));
        let known = event(PASSWORD, "123456789987654321").await.unwrap_err();
        assert_eq!(known.of(Field::Password), Some(&FaultCode::PasswordLeaked {}));
        let both = event(ANOTHER, ANOTHER).await.unwrap_err();
        assert_eq!(both.of(Field::CurrentPassword), Some(&FaultCode::PasswordWrong {}), "not told as one's own");
        let cookie = event(PASSWORD, ANOTHER).await.unwrap();
        assert!(!world.alive(&dana.cookie).await, "its secret has been given out before");
        assert!(world.alive(&cookie).await && !world.alive(&elsewhere.cookie).await);
        let dana = world.with_cookie("dana", &cookie).await;
        let event = async |current: &str, new: &str| {
            let opened = world.services.handle(&dana.caller, form::change_password(current, new), world.once()).await;
            opened.map(|opened| opened.cookie.unwrap())
        };
        assert!(
            world
                .services
                .handle(&Caller::default(), form::sign_in("dana", PASSWORD), Consent::default())
                .await
                .is_err()
        );
        assert!(
            world.services.handle(&Caller::default(), form::sign_in("dana", ANOTHER), Consent::default()).await.is_ok()
        );
        let told = world.subjects_to("dana@dana.example").await;
        assert_eq!(told.last().map(String::as_str), Some("The password of your account dana was changed"));
        // Guessing the password on an unattended screen is throttled.
        for _ in 0..limits::WRONG_PASSWORDS_BY_NAME_AND_CLIENT {
            let _ = event(PASSWORD, "a third horse battery staple").await;
        }
        let slowed = event(ANOTHER, "a third horse battery staple").await;
        assert!(matches!(slowed, Err(Problem::Refused(Refusal::TooManyAttempts { .. }))), "{slowed:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_listed_and_signed_out() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let (one, two, three) = (world.sign_in("dana").await, world.sign_in("dana").await, world.sign_in("dana").await);
        let lee = world.someone("lee").await;
        let page = world.settings(&dana).await;
        assert_eq!(page.devices.len(), 4);
        assert_eq!(page.devices.iter().filter(|device| device.this).count(), 1);
        let id = one.caller.signed_in.unwrap().1;
        let others = world.submit(&lee, EndDeviceForm { device: id.to_string() }).await;
        assert_eq!(others, Err(Problem::Refused(Refusal::DeviceNotFound {})));
        world.submit(&dana, EndDeviceForm { device: id.to_string() }).await.unwrap();
        assert!(!world.alive(&one.cookie).await && world.alive(&two.cookie).await);
        let done = world.submit(&dana, EndOtherDevicesForm {}).await.unwrap();
        assert_eq!(done.notice, Notice::DevicesSignedOut { count: 2 });
        assert!(
            world.alive(&dana.cookie).await && !world.alive(&two.cookie).await && !world.alive(&three.cookie).await
        );
        assert!(world.alive(&lee.cookie).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reset_link_sets_a_password_once() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let ask = async |name: &str| {
            world.services.handle(&Caller::default(), AskForResetForm { who: name.to_owned() }, world.once()).await
        };
        let look = async |token: &str| {
            world.services.answer(&Caller::default(), ResetQuery { token: token.into() }).await.map(|r| r.username)
        };
        let over = Err(Problem::Refused(Refusal::ResetLinkInvalid {}));
        ask("dana").await.unwrap();
        let older = world.link_at("dana@dana.example").await;
        ask("DANA@dana.example").await.unwrap();
        let token = world.link_at("dana@dana.example").await;
        // A stranger's reset request does not invalidate the link that is in use.
        assert_eq!((look(&older).await, look(&token).await), (Ok("dana".to_owned()), Ok("dana".to_owned())));
        assert_eq!(look("x").await, over);

        let reset = async |token: &str, password: &str, consent| {
            world.services.handle(&Caller::default(), form::reset_password(token, password), consent).await
        };
        let short = reset(&token, "short", world.once()).await.unwrap_err();
        assert!(matches!(short.of(Field::Password), Some(FaultCode::TooShort { .. })));
        let consent = world.once();
        let done = reset(&token, ANOTHER, consent.clone()).await.unwrap();
        assert_eq!((&done.done.notice, done.done.next.as_deref()), (&Notice::PasswordReset {}, Some("/sign-in")));
        assert!(!world.alive(&dana.cookie).await);
        assert_eq!(reset(&token, ANOTHER, consent).await, Ok(done), "the same form again has the same answer");
        for token in [&token, &older] {
            let used = reset(token, "a third horse battery staple", world.once()).await;
            assert_eq!(used, Err(Problem::Refused(Refusal::ResetLinkInvalid {})));
        }
        assert!(
            world.services.handle(&Caller::default(), form::sign_in("dana", ANOTHER), Consent::default()).await.is_ok()
        );

        ask("dana").await.unwrap();
        let token = world.link_at("dana@dana.example").await;
        world.clock.advance(limits::RESET);
        assert_eq!(look(&token).await, over);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn link_is_invalid_once_its_address_is_removed() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        world.adds(&dana, "work@dana.example").await.unwrap();
        let link = world.link_at("work@dana.example").await;
        world.submit(&dana, VerifyEmailForm { token: link.clone().into() }).await.unwrap();
        world
            .services
            .handle(&Caller::default(), AskForResetForm { who: "work@dana.example".to_owned() }, world.once())
            .await
            .unwrap();
        let token = world.link_at("work@dana.example").await;
        let look = async || {
            world.services.answer(&Caller::default(), ResetQuery { token: token.clone().into() }).await.map(|_| ())
        };
        assert_eq!(look().await, Ok(()));
        let work = world.address_of(&dana, "work@dana.example").await;
        world.removes(&dana, work).await.unwrap();
        assert_eq!(look().await, Err(Problem::Refused(Refusal::ResetLinkInvalid {})));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_link_works_only_for_the_account_that_requested_it() {
    on_each(async |world| {
        let (dana, lee) = (world.someone("dana").await, world.someone("lee").await);
        // A typing error: the email goes to a stranger.
        world.adds(&dana, "dana@mistyped.example").await.unwrap();
        let link = world.link_at("dana@mistyped.example").await;
        let verify = async |who: &Caller| {
            world.services.execute(who, VerifyEmailForm { token: link.clone().into() }, world.once()).await.map(|_| ())
        };
        assert_eq!(verify(&Caller::default()).await, Err(Problem::Refused(Refusal::NotSignedIn {})));
        let anothers = Refusal::LinkOfOtherAccount { username: "dana".to_owned() };
        assert_eq!(verify(&lee.caller).await, Err(Problem::Refused(anothers.clone())));
        let looked = world.services.answer(&lee.caller, VerificationQuery { token: link.clone().into() }).await;
        assert_eq!(looked.unwrap_err(), Problem::Refused(anothers));
        assert_eq!(verify(&dana.caller).await, Ok(()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn last_verified_address_cannot_be_removed() {
    on_each(async |world| {
        let dana = world.newcomer("dana").await;
        world.adds(&dana, "right@dana.example").await.unwrap();
        let link = world.link_at("right@dana.example").await;
        world.submit(&dana, VerifyEmailForm { token: link.clone().into() }).await.unwrap();
        let right = world.address_of(&dana, "right@dana.example").await;
        assert_eq!(world.removes(&dana, right).await, Err(Problem::Refused(Refusal::LastVerifiedAddress {})));
        // A reset link still reaches the verified address, although emails go to another.
        world
            .services
            .handle(&Caller::default(), AskForResetForm { who: "dana".to_owned() }, world.once())
            .await
            .unwrap();
        let token = world.link_at("right@dana.example").await;
        assert!(world.services.answer(&Caller::default(), ResetQuery { token: token.clone().into() }).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn password_reset_does_not_reveal_accounts() {
    on_each(async |world| {
        world.someone("dana").await;
        world.newcomer("newcomer").await;
        world.someone("disabled").await;
        world.services.disable_account("disabled", "Spam").await.unwrap();
        let (mut answers, mut known, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for (name, sent) in [
            ("dana", true),
            ("nobody", false),
            ("dana@dana.example", true),
            ("nobody@nowhere.example", false),
            ("newcomer", false),
            ("disabled", false),
            ("\u{0}", false),
        ] {
            let began = std::time::Instant::now();
            answers.push(
                world
                    .services
                    .handle(&Caller::default(), AskForResetForm { who: name.to_owned() }, world.once())
                    .await
                    .unwrap(),
            );
            let took = began.elapsed().as_millis();
            if sent { known.push(took) } else { unknown.push(took) }
        }
        assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:?}");
        // Each answer takes the same time, whatever work there was.
        assert!(known.iter().chain(&unknown).all(|took| *took >= 190), "{known:?} {unknown:?}");
        let links = async || {
            let all = world.emails().await;
            all.into_iter().filter(|l| l.subject.starts_with("Choose a new password")).map(|l| l.to).collect::<Vec<_>>()
        };
        assert_eq!(links().await, ["dana@dana.example", "dana@dana.example"], "to verified addresses alone");
        for _ in 0..limits::RESET_EMAILS_AT_ONCE {
            world
                .services
                .handle(&Caller::default(), AskForResetForm { who: "dana".to_owned() }, world.once())
                .await
                .unwrap();
        }
        assert_eq!(links().await.len(), limits::RESET_EMAILS_AT_ONCE);
        world.clock.advance(limits::RESET);
        world
            .services
            .handle(&Caller::default(), AskForResetForm { who: "dana".to_owned() }, world.once())
            .await
            .unwrap();
        assert_eq!(links().await.len(), limits::RESET_EMAILS_AT_ONCE + 1, "its holder is not shut out by strangers");
        // The requests of one client are limited, also when they are concurrent.
        world.clock.advance(Seconds::days(1));
        let asked = (0..2 * limits::RESETS_BY_CLIENT).map(|n| {
            let (services, once) = (world.services.clone(), world.once());
            tokio::spawn(async move {
                services.handle(&Caller::default(), AskForResetForm { who: format!("n{n}") }, once).await.is_ok()
            })
        });
        let mut passed = 0;
        for one in asked.collect::<Vec<_>>() {
            passed += u32::from(one.await.unwrap());
        }
        assert_eq!(passed, limits::RESETS_BY_CLIENT);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn account_history_is_paged_and_private() {
    on_each(async |world| {
        let dana = world.someone("dana").await;
        // More events than fit on a page, within the limit on sessions.
        for _ in 0..limits::SESSIONS - 1 {
            world.sign_in("dana").await;
        }
        let first = world.services.answer(&dana.caller, AccountHistoryQuery { before: None }).await.unwrap();
        assert_eq!(first.events.len(), usize::try_from(limits::HISTORY_PAGE).unwrap());
        let rest = world.services.answer(&dana.caller, AccountHistoryQuery { before: first.older }).await.unwrap();
        assert_eq!(rest.older, None);
        let all = world.read(async |tx| history::of_account(tx, dana.id, i64::MAX, 1_000).await).await;
        assert_eq!(first.events.len() + rest.events.len(), all.len());
        assert_eq!(rest.events.last().unwrap().what, "The account dana was created with the address dana@dana.example");
        let nobody = world.services.answer(&Caller::default(), AccountHistoryQuery { before: None }).await;
        assert_eq!(nobody, Err(Problem::Refused(Refusal::NotSignedIn {})));
    })
    .await;
}
