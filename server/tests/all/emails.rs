//! Emails: who gets which, what they say, and that a hostile name is escaped.

use crate::support::{Engine, PASSWORD, World, form, on_each};
use app::backend::{Answer as _, Caller, Handle as _};
use scraper::{Html, Selector};
use shared::roles::Role;
use shared::timestamp::Seconds;
use shared::wire::accounts::{AccountSettingsQuery, MakePrimaryForm, VerifyEmailForm};
use shared::wire::administration::{EmailQuery, EmailsQuery};
use shared::wire::requests::DeclineRequestForm;

#[tokio::test(flavor = "multi_thread")]
async fn each_event_is_emailed_to_its_recipients() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let mut seen = world.emails().await.len();
        let mut ctx = async || {
            let mut emails = world.emails().await;
            let new: Vec<String> =
                emails.split_off(seen).into_iter().map(|l| format!("{} · {}", l.to, l.subject)).collect();
            seen += new.len();
            let mut new = new;
            new.sort();
            new
        };
        let id = world.file(&dana, "Sun.Dial").await.unwrap();
        assert_eq!(
            ctx().await,
            [
                "boss@boss.example · New request: Sun.Dial (The Sun.Dial project), by dana",
                "dana@dana.example · Your request for Sun.Dial was submitted",
            ]
        );
        let rival = world.file(&lee, "sun-dial").await.unwrap();
        ctx().await;
        world.approve(&boss, id).await.unwrap();
        assert_eq!(
            ctx().await,
            [
                "dana@dana.example · Your request for Sun.Dial was approved",
                "lee@lee.example · Your request for sun-dial was closed: the name is taken",
            ]
        );
        assert!(world.decline(&boss, rival).await.is_err());
        assert!(ctx().await.is_empty(), "nothing is told of what did not happen");
        let another = world.file(&lee, "moonrise").await.unwrap();
        ctx().await;
        world.decline(&boss, another).await.unwrap();
        assert_eq!(ctx().await, ["lee@lee.example · Your request for moonrise was declined"]);
        let taken_back = world.file(&lee, "starlight").await.unwrap();
        ctx().await;
        world.withdraw(&lee, taken_back).await.unwrap();
        assert!(ctx().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn account_made_by_the_operator_is_emailed_to_its_holder() {
    on_each(async |world| {
        world.services.create_administrator("boss", "boss@boss.example", "correct horse battery staple").await.unwrap();
        let emails = world.emails().await;
        assert_eq!(emails.len(), 1);
        let email = &emails[0];
        assert_eq!((email.to.as_str(), email.subject.as_str()), ("boss@boss.example", "Your account boss was created"));
        assert!(
            email.sealed.is_none() && email.text.contains("The site operator created the administrator account boss")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn email_says_who_did_what_when_and_why_you_get_it() {
    let world = World::new(&Engine::Sqlite).await;
    let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
    let id = world.file(&dana, "sundial").await.unwrap();
    world.approve(&boss, id).await.unwrap();
    let email = world.emails().await.pop().unwrap();
    assert_eq!(
        email.text,
        "Hello dana,\n\nboss approved your request for The sundial project on 8 Mar 2026, 11:40 UTC. The organization now exists, and you are its Owner.\n\nTheir message:\n\n  Welcome.\n\nManage the organization:\nhttp://guildhall.example/manage/organization/sundial/people\n\n--\nYou're receiving this because you submitted this request.\nGuildhall, guildhall.example"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn request_emails_state_the_kind_and_approval_emails_the_price() {
    let world = World::new(&Engine::Sqlite).await;
    let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
    let private = world.draft(&dana, "sundial").await.unwrap();
    world.save_billing(&dana, private, "Sundial Ltd").await.unwrap();
    world.approve(&boss, private).await.unwrap();
    world.create_organization(&boss, &dana, "moonrise").await;
    let emails = world.emails().await;
    let text = |subject: &str| &emails.iter().find(|email| email.subject.starts_with(subject)).unwrap().text;
    for (name, kind) in [("sundial", "Private organization"), ("moonrise", "Community project")] {
        for subject in [format!("New request: {name}"), format!("Your request for {name} was submitted")] {
            assert!(text(&subject).contains(&format!("Kind: {kind}\n")), "{}", text(&subject));
        }
    }
    let approved = text("Your request for sundial was approved");
    let costs = "sundial pays 5.00 USD per member per month, starting with its first member, by monthly invoice to papers@sundial.example.";
    assert!(approved.contains(costs), "{approved}");
    assert!(!text("Your request for moonrise was approved").contains("pays"));
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_display_name_is_escaped_in_emails() {
    let world = World::new(&Engine::Sqlite).await;
    let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
    let hostile = [
        "<a href=\"https://evil.example\">Sundial</a>",
        "</blockquote><script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "\" onload=\"x",
        "Sundial &amp; <img src=x>",
        "%s %n",
    ];
    for (n, name) in hostile.into_iter().enumerate() {
        let file = world
            .services
            .handle(
                &dana.caller,
                form::request_form(&format!("name-{n}"), name, "https://x.example", name, "community"),
                world.once(),
            )
            .await;
        file.unwrap();
        let id = world.requests_of(&dana).await[0].facts.id;
        world.agree(&boss, DeclineRequestForm { request: id.to_string(), reason: name.to_owned() }).await.unwrap();
        world.clock.advance(shared::timestamp::Seconds::hours(3));
    }
    let selector = Selector::parse("a, script, img, [onload]").unwrap();
    for email in world.emails().await {
        let page = Html::parse_document(&email.html);
        let found: Vec<String> = page.select(&selector).map(|e| e.html()).collect();
        assert!(found.len() <= 1, "{found:?}");
        assert!(found.iter().all(|link| link.contains("class=\"button\"")), "{found:?}");
        assert!(!email.subject.contains(['\r', '\n']));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_link_is_sealed_and_shown_only_without_a_mail_server() {
    for mail in [false, true] {
        let world = World::with(&Engine::Sqlite, mail).await;
        let boss = world.administrator("boss").await;
        let newcomer = world.newcomer("dana").await;
        let token = world.link_to(&newcomer).await;
        let id = world.emails().await.iter().find(|l| l.to.starts_with("dana@")).unwrap().id;
        let page = world.services.answer(&boss.caller, EmailQuery { email: id.to_string() }).await.unwrap();
        assert_eq!(page.text.contains(&token), !mail);
        assert_eq!(page.secret_withheld, mail);
        // The token is nowhere in the database in plain text.
        assert!(!world.snapshot().await.to_lowercase().contains(&token));
        assert!(world.services.answer(&newcomer.caller, EmailQuery { email: id.to_string() }).await.is_err());
        assert!(world.services.answer(&Caller::default(), EmailsQuery::default()).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unverified_address_gets_only_its_verification_email() {
    on_each(async |world| {
        let dana = world.newcomer("dana").await;
        let to = async |address: &str| -> Vec<String> {
            let emails = world.emails().await.into_iter().filter(|email| email.to == address);
            emails.map(|email| email.subject).collect()
        };
        let verify = "Verify dana@dana.example for your account dana";
        world
            .services
            .handle(&dana.caller, form::add_address("work@dana.example", PASSWORD), world.once())
            .await
            .unwrap();
        assert_eq!(to("dana@dana.example").await, [verify]);

        // The other address is verified and becomes the primary one. Nobody we know holds the first.
        let email = world.emails().await.into_iter().find(|email| email.to == "work@dana.example").unwrap();
        let text = world.services.bus.mailer.with_link(email.id, email.sealed.as_ref(), &email.text).unwrap();
        let token = text.split_once("?token=").unwrap().1.split_whitespace().next().unwrap().to_owned();
        world.submit(&dana, VerifyEmailForm { token: token.clone().into() }).await.unwrap();
        let page = world.services.answer(&dana.caller, AccountSettingsQuery {}).await.unwrap();
        let work = page.addresses.iter().find(|address| address.email == "work@dana.example").unwrap().id;
        world.submit(&dana, MakePrimaryForm { address: work.to_string() }).await.unwrap();
        assert_eq!(to("dana@dana.example").await, [verify]);
        assert_eq!(to("work@dana.example").await.len(), 2);

        let lee = world.newcomer("lee").await;
        world
            .services
            .handle(&lee.caller, form::change_password(PASSWORD, "another long and right password"), world.once())
            .await
            .map(|_| ())
            .unwrap();
        world.services.disable_account("lee", "Spam").await.unwrap();
        world.services.enable_account("lee").await.unwrap();
        assert_eq!(to("lee@lee.example").await, ["Verify lee@lee.example for your account lee"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn daily_email_limit_between_accounts_is_enforced_and_logged() {
    on_each(async |mut world| {
        world.allow_emails(5);
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        world.create_organization(&boss, &dana, "sundial").await;
        world.join(&dana, "sundial", &lee, Role::Member).await;
        let to = async |address: &str| world.emails().await.iter().filter(|email| email.to == address).count();
        let (to_lee, to_dana) = (to("lee@lee.example").await, to("dana@dana.example").await);
        for n in 0..10 {
            let role = if n % 2 == 0 { Role::Manager } else { Role::Member };
            world.assign(&dana, "sundial", "lee", role).await.unwrap();
        }
        // The invitation was the first of the five. Emails that dana causes to herself are not limited.
        assert_eq!(to("lee@lee.example").await - to_lee, 4);
        assert_eq!(to("dana@dana.example").await - to_dana, 10);
        let held_back = |kinds: Vec<String>| kinds.iter().filter(|kind| *kind == "email_held_back").count();
        assert_eq!(held_back(world.history_of(lee.id).await), 6);

        // Emails to lee from others are not affected, nor are dana's a day later.
        world.services.disable_account("lee", "Spam").await.unwrap();
        world.services.enable_account("lee").await.unwrap();
        assert_eq!(to("lee@lee.example").await - to_lee, 6);
        world.clock.advance(Seconds::days(1));
        world.assign(&dana, "sundial", "lee", Role::Owner).await.unwrap();
        assert_eq!(to("lee@lee.example").await - to_lee, 7);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn name_that_looks_like_a_domain_is_not_linked_in_emails() {
    let world = World::new(&Engine::Sqlite).await;
    let (boss, winner) = (world.administrator("boss").await, world.someone("www.win.example").await);
    let lee = world.someone("lee").await;
    let display = "Free https://win.example/prize at www.win.example";
    let filed = world.services.handle(
        &winner.caller,
        form::request_form("win.example", display, "https://win.example", "What we do.", "community"),
        world.once(),
    );
    filed.await.unwrap();
    let id = world.requests_of(&winner).await[0].facts.id;
    world.approve(&boss, id).await.unwrap();
    world.invite(&winner, "win.example", "lee", Role::Owner).await.unwrap();
    let offer = world.open_invitation(&lee, "win.example").await.unwrap();
    world.accept(&lee, offer).await.unwrap();
    let emails = world.emails().await;
    let to_others = emails.iter().filter(|email| ["boss", "lee"].iter().any(|name| email.to.starts_with(name)));
    let mut seen = 0;
    for email in to_others.filter(|email| email.subject.contains("win")) {
        seen += 1;
        // The one link is to the site itself.
        let address = "http://guildhall.example/manage/organization/win-example";
        for part in [&email.text, &email.html].map(|part| part.replace(address, "")) {
            assert!(!part.contains("win.example"), "{part}");
            assert!(!part.contains("https://"), "{part}");
        }
    }
    assert!(seen >= 3, "{seen}");
}
