//! Letters: who gets which, what they say, and that a hostile name stays a name.

use crate::ground::{Engine, World, on_each};
use app::backend::{Administration as _, Caller, Consent, Requests as _};
use scraper::{Html, Selector};

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_told_to_those_whom_it_concerns() {
    on_each(async |world| {
        let (boss, dana, lee) =
            (world.administrator("boss").await, world.someone("dana").await, world.someone("lee").await);
        let mut seen = world.letters().await.len();
        let mut fresh = async || {
            let mut letters = world.letters().await;
            let new: Vec<String> =
                letters.split_off(seen).into_iter().map(|l| format!("{} · {}", l.to, l.subject)).collect();
            seen += new.len();
            let mut new = new;
            new.sort();
            new
        };
        let id = world.file(&dana, "Sun.Dial").await.unwrap();
        assert_eq!(
            fresh().await,
            [
                "boss@boss.example · New request: Sun.Dial (The Sun.Dial project), by dana",
                "dana@dana.example · Your request for Sun.Dial is handed in",
            ]
        );
        let rival = world.file(&lee, "sun-dial").await.unwrap();
        fresh().await;
        world.approve(&boss, id).await.unwrap();
        assert_eq!(
            fresh().await,
            [
                "dana@dana.example · Your request for Sun.Dial is approved",
                "lee@lee.example · Your request for sun-dial is closed: the name is taken",
            ]
        );
        assert!(world.decline(&boss, rival).await.is_err());
        assert!(fresh().await.is_empty(), "nothing is told of what did not happen");
        let another = world.file(&lee, "moonrise").await.unwrap();
        fresh().await;
        world.decline(&boss, another).await.unwrap();
        assert_eq!(fresh().await, ["lee@lee.example · Your request for moonrise is declined"]);
        let taken_back = world.file(&lee, "starlight").await.unwrap();
        fresh().await;
        world.withdraw(&lee, taken_back).await.unwrap();
        assert!(fresh().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_the_operator_makes_is_told_to_its_person() {
    on_each(async |world| {
        world.services.create_administrator("boss", "boss@boss.example", "correct horse battery staple").await.unwrap();
        let letters = world.letters().await;
        assert_eq!(letters.len(), 1);
        let letter = &letters[0];
        assert_eq!((letter.to.as_str(), letter.subject.as_str()), ("boss@boss.example", "Your account boss is made"));
        assert!(letter.sealed.is_none() && letter.text.contains("The operator of the site made the account boss"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_says_who_did_what_when_and_why_one_gets_it() {
    let world = World::new(&Engine::Sqlite).await;
    let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
    let id = world.file(&dana, "sundial").await.unwrap();
    world.approve(&boss, id).await.unwrap();
    let letter = world.letters().await.pop().unwrap();
    assert_eq!(
        letter.text,
        "Hello dana,\n\nboss approved your request for The sundial project on 8 March 2026, 11:40 UTC. The organization exists, and you are its Owner.\n\nThey add:\n\n  Welcome.\n\nManage the organization:\nhttp://guildhall.example/manage/organization/sundial/people\n\n--\nYou receive this because you handed in this request.\nGuildhall, guildhall.example"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_name_stays_a_name() {
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
            .file(&dana.caller, &format!("name-{n}"), name, "https://x.example", name, "community", world.once())
            .await;
        file.unwrap();
        let id = world.requests_of(&dana).await[0].facts.id;
        let agreed = world.services.preview_decline(&boss.caller, id).await.unwrap().digest;
        world.services.decline(&boss.caller, id, name, Consent { agreed, ..world.once() }).await.unwrap();
        world.clock.advance(shared::moment::Span::hours(3));
    }
    let selector = Selector::parse("a, script, img, [onload]").unwrap();
    for letter in world.letters().await {
        let page = Html::parse_document(&letter.html);
        let found: Vec<String> = page.select(&selector).map(|e| e.html()).collect();
        assert!(found.len() <= 1, "{found:?}");
        assert!(found.iter().all(|link| link.contains("class=\"button\"")), "{found:?}");
        assert!(!letter.subject.contains(['\r', '\n']));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_link_is_sealed_and_shown_only_where_there_is_no_mail_server() {
    for mail in [false, true] {
        let world = World::with(&Engine::Sqlite, mail).await;
        let boss = world.administrator("boss").await;
        let newcomer = world.newcomer("dana").await;
        let token = world.link_to(&newcomer).await;
        let id = world.letters().await.iter().find(|l| l.to.starts_with("dana@")).unwrap().id;
        let page = world.services.letter(&boss.caller, id).await.unwrap();
        assert_eq!(page.text.contains(&token), !mail);
        assert_eq!(page.secret_withheld, mail);
        // Nowhere in the database does it stand in the clear.
        assert!(!world.picture().await.to_lowercase().contains(&token));
        assert!(world.services.letter(&newcomer.caller, id).await.is_err());
        assert!(world.services.letters(&Caller::default()).await.is_err());
    }
}
