//! The people of an organization: who is emailed about what, and how soon a right is gone.

use crate::support::{Someone, World, form, on_each, says};
use app::backend::{Answer as _, Execute as _, Preview as _};
use axum::body::Body;
use http::{Request, StatusCode, header};
use server::clock::Clock as _;
use shared::problem::Problem;
use shared::roles::Role;
use shared::timestamp::Seconds;
use shared::wire::Consent;
use shared::wire::people::{PeopleQuery, RecentEventsQuery, ResendInvitationForm};
use tower::ServiceExt as _;

/// dana and kim own sundial; lee and mira have accounts.
pub(super) async fn sundial(world: &World) -> [Someone; 5] {
    let (boss, dana) = (world.administrator("boss").await, world.someone("dana").await);
    world.create_organization(&boss, &dana, "sundial").await;
    let kim = world.someone("kim").await;
    world.join(&dana, "sundial", &kim, Role::Owner).await;
    [boss, dana, kim, world.someone("lee").await, world.someone("mira").await]
}

/// The emails since the first `seen`: recipient and subject.
pub(super) async fn since(world: &World, seen: &mut usize) -> Vec<String> {
    let emails = world.emails().await;
    let mut new: Vec<String> =
        emails.iter().skip(*seen).map(|l| format!("{} · {}", l.to.split('@').next().unwrap(), l.subject)).collect();
    *seen = emails.len();
    new.sort();
    new
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_emailed_to_the_person_and_the_owners_once() {
    on_each(async |world| {
        let [_, dana, kim, lee, _] = sundial(&world).await;
        let mut seen = world.emails().await.len();
        world.invite(&dana, "sundial", "Lee", Role::Manager).await.unwrap();
        assert_eq!(
            since(&world, &mut seen).await,
            [
                "dana · lee is invited to sundial as a Manager",
                "kim · lee is invited to sundial as a Manager",
                "lee · dana invites you to sundial as a Manager",
            ]
        );
        let offer = world.open_invitation(&lee, "sundial").await.unwrap();
        world.submit(&kim, ResendInvitationForm { invitation: offer.to_string() }).await.unwrap();
        assert_eq!(
            since(&world, &mut seen).await,
            [
                "dana · lee's invitation to sundial was sent again",
                "kim · lee's invitation to sundial was sent again",
                "lee · kim invites you to sundial as a Manager",
            ]
        );
        world.decline_invitation(&lee, offer, "No time this year.").await.unwrap();
        assert_eq!(
            since(&world, &mut seen).await,
            [
                "dana · lee declined the invitation to sundial",
                "kim · lee declined the invitation to sundial",
                "lee · You declined the invitation to sundial",
            ]
        );
        assert!(world.emails().await.iter().rev().take(3).all(|email| email.text.contains("  No time this year.")));
        world.invite(&dana, "sundial", "lee", Role::Member).await.unwrap();
        since(&world, &mut seen).await;
        let offer = world.open_invitation(&lee, "sundial").await.unwrap();
        world.accept(&lee, offer).await.unwrap();
        assert_eq!(
            since(&world, &mut seen).await,
            [
                "dana · lee joined sundial as a Member",
                "kim · lee joined sundial as a Member",
                "lee · You are now a Member of sundial",
            ]
        );
        world.assign(&dana, "sundial", "lee", Role::Owner).await.unwrap();
        assert_eq!(
            since(&world, &mut seen).await,
            [
                "dana · lee is now an Owner of sundial",
                "kim · lee is now an Owner of sundial",
                "lee · You are now an Owner of sundial",
            ]
        );
        world.assign(&dana, "sundial", "lee", Role::Owner).await.unwrap();
        assert!(since(&world, &mut seen).await.is_empty(), "the same again is no change");
        world.remove_member(&kim, "sundial", "kim").await.unwrap();
        assert_eq!(
            since(&world, &mut seen).await,
            ["dana · kim left sundial", "kim · You left sundial", "lee · kim left sundial"]
        );
        world.remove_member(&dana, "sundial", "lee").await.unwrap();
        assert_eq!(
            since(&world, &mut seen).await,
            ["dana · lee was removed from sundial", "lee · You were removed from sundial"]
        );
        let history = world.rows("select kind from event where organization_id is not null order by number desc").await;
        assert_eq!(history[..3], ["member_removed", "member_left", "role_changed"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_command_sends_each_owner_one_email() {
    on_each(async |world| {
        let [_, dana, kim, lee, mira] = sundial(&world).await;
        for person in [&lee, &mira] {
            world.join(&dana, "sundial", person, Role::Member).await;
        }
        let mut seen = world.emails().await.len();
        let people = "kim=owner lee=member mira=member";
        let done = world.agree(&dana, form::assign("sundial", people, "manager")).await.unwrap();
        assert_eq!(done.notice.sentence(), "kim, lee and mira are now Managers.");
        assert_eq!(
            since(&world, &mut seen).await,
            [
                "dana · kim is now a Manager of sundial, and 2 more",
                "kim · You are now a Manager of sundial",
                "lee · You are now a Manager of sundial",
                "mira · You are now a Manager of sundial",
            ]
        );
        let to_dana = world.emails().await.into_iter().rev().find(|email| email.to.starts_with("dana@")).unwrap();
        for name in ["kim", "lee", "mira"] {
            assert!(
                to_dana.text.contains(&format!("You made {name} a Manager of The sundial project")),
                "{}",
                to_dana.text
            );
        }
        assert_eq!(world.role_of("sundial", &kim.name).await, Some(Role::Manager));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn consequences_of_a_removal_are_in_the_email_but_not_in_its_count() {
    on_each(async |world| {
        let [_, dana, kim, lee, mira] = sundial(&world).await;
        world.join(&dana, "sundial", &lee, Role::Member).await;
        world.invite(&kim, "sundial", "mira", Role::Member).await.unwrap();
        let mut seen = world.emails().await.len();
        world.remove_member(&dana, "sundial", "kim").await.unwrap();
        assert_eq!(
            since(&world, &mut seen).await,
            [
                "dana · kim was removed from sundial",
                "kim · You were removed from sundial",
                "mira · Your invitation to sundial was revoked",
            ]
        );
        let to_dana = world.emails().await.into_iter().rev().find(|email| email.to.starts_with("dana@")).unwrap();
        assert!(to_dana.text.contains("mira's invitation"), "{}", to_dana.text);

        // Someone who leaves and removes others at once is told about the others too.
        world.join(&dana, "sundial", &mira, Role::Owner).await;
        let done = world.agree(&dana, form::remove("sundial", "dana lee", "sundial")).await.unwrap();
        assert_eq!(done.notice.sentence(), "You left The sundial project and removed lee.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn own_role_change_is_emailed_as_your_own() {
    on_each(async |world| {
        let [_, dana, kim, ..] = sundial(&world).await;
        world.assign(&kim, "sundial", "kim", Role::Manager).await.unwrap();
        let emails = world.emails().await;
        let to = |who: &str| emails.iter().rev().find(|email| email.to.starts_with(who)).unwrap().text.clone();
        assert!(to("kim@").contains("You made yourself a Manager of The sundial project"), "{}", to("kim@"));
        assert!(to("dana@").contains("kim made themselves a Manager of The sundial project"), "{}", to("dana@"));
        assert_eq!(world.role_of("sundial", &dana.name).await, Some(Role::Owner));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn disabled_owner_does_not_count_until_enabled() {
    on_each(async |world| {
        let [_, dana, kim, lee, mira] = sundial(&world).await;
        world.join(&dana, "sundial", &mira, Role::Member).await;
        world.invite(&kim, "sundial", "lee", Role::Member).await.unwrap();
        let offer = world.open_invitation(&lee, "sundial").await.unwrap();
        world.services.disable_account("kim", "Spam.").await.unwrap();
        let refused = world.remove_member(&dana, "sundial", "dana").await.unwrap_err();
        assert!(says(&refused).contains("sundial would be left without an Owner: the account of kim is disabled."));
        assert_eq!(
            says(&world.invite(&mira, "sundial", "lee", Role::Member).await.unwrap_err()),
            "Only Owners can invite people, change roles and remove people. The Owner here is dana."
        );
        assert!(says(&world.accept(&lee, offer).await.unwrap_err()).starts_with("kim, who invited you, can no longer"));
        let mut seen = world.emails().await.len();
        world.assign(&dana, "sundial", "mira", Role::Manager).await.unwrap();
        assert_eq!(
            since(&world, &mut seen).await,
            ["dana · mira is now a Manager of sundial", "mira · You are now a Manager of sundial"]
        );
        world.services.enable_account("kim").await.unwrap();
        world.accept(&lee, offer).await.unwrap();
        world.remove_member(&dana, "sundial", "dana").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recent_changes_are_shown_to_owners_and_to_the_person_affected() {
    on_each(async |world| {
        let [_, dana, kim, lee, mira] = sundial(&world).await;
        world.join(&dana, "sundial", &lee, Role::Member).await;
        world.join(&dana, "sundial", &mira, Role::Member).await;
        world.clock.advance(Seconds(3_600));
        let opened = world.clock.now();
        let seen = world.services.preview(&dana.caller, form::remove("sundial", "lee", "")).await.unwrap();
        world.assign(&kim, "sundial", "lee", Role::Manager).await.unwrap();

        // Shown to the person affected, and to those who may read the history.
        let recent = async |who: &Someone| {
            world
                .services
                .answer(&who.caller, RecentEventsQuery { organization: "sundial".to_owned(), since: opened })
                .await
                .unwrap()
                .into_iter()
                .map(|done| done.sentence)
                .collect::<Vec<_>>()
        };
        let says = "lee changed from a Member to a Manager of sundial (by kim)";
        assert_eq!((recent(&dana).await, recent(&lee).await), (vec![says.to_owned()], vec![says.to_owned()]));
        assert_eq!((recent(&kim).await, recent(&mira).await), (Vec::new(), Vec::new()));

        world.assign(&kim, "sundial", "mira", Role::BillingManager).await.unwrap();
        let consent = Consent { preview_digest: seen.digest, ..world.once() };
        let moved =
            world.services.execute(&dana.caller, form::remove("sundial", "lee", "lee"), consent).await.unwrap_err();
        // kim's other changes are unrelated.
        let Problem::PreviewStale(now) = moved else { panic!("{moved:?}") };
        assert_eq!(now.recent, [says]);

        world.clock.set(opened.plus(Seconds(601)));
        assert_eq!(recent(&dana).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_right_is_gone_on_every_server_at_once() {
    on_each(async |world| {
        let [_, dana, kim, lee, _] = sundial(&world).await;
        world.join(&dana, "sundial", &lee, Role::Member).await;
        let beside = world.second_server().await;
        let routers = [world.router(), beside.router()];
        let status = async |who: &Someone, at: usize| {
            let request = Request::builder()
                .uri("/manage/organization/sundial/people")
                .header(header::HOST, "guildhall.example")
                .header(header::ACCEPT, "text/html")
                .header(header::COOKIE, format!("session={}", who.cookie))
                .body(Body::empty())
                .unwrap();
            routers[at].clone().oneshot(request).await.unwrap().status()
        };
        assert_eq!((status(&lee, 0).await, status(&lee, 1).await), (StatusCode::OK, StatusCode::OK));
        world.remove_member(&dana, "sundial", "lee").await.unwrap();
        assert_eq!((status(&lee, 0).await, status(&lee, 1).await), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        world.assign(&dana, "sundial", "kim", Role::Manager).await.unwrap();
        for server in [&world, &beside] {
            let refused = server.invite(&kim, "sundial", "mira", Role::Member).await.unwrap_err();
            assert_eq!(refused.status(), 403, "{refused:?}");
        }
        assert_eq!(status(&kim, 1).await, StatusCode::OK);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_list_is_paged_and_filtered() {
    on_each(async |world| {
        let [_, dana, _, lee, mira] = sundial(&world).await;
        world.join(&dana, "sundial", &mira, Role::Manager).await;
        world.join(&dana, "sundial", &lee, Role::Member).await;
        // Many more members, inserted without the rules.
        let shape = match world.place {
            server::store::DatabaseLocation::Folder(_) => "with recursive n (n) as (select 1 union all select n + 1 from n where n < 120)",
            server::store::DatabaseLocation::Postgres { .. } => "with n (n) as (select generate_series(1, 120))",
        };
        let id = match world.place {
            server::store::DatabaseLocation::Folder(_) => "randomblob(16)",
            server::store::DatabaseLocation::Postgres { .. } => "gen_random_uuid()",
        };
        let name = "'person-' || substr('000' || n, -3)";
        let name = if id == "randomblob(16)" { name.to_owned() } else { "'person-' || lpad(n::text, 3, '0')".to_owned() };
        world
            .execute_raw(&format!(
                "insert into account (id, username, username_key, password_hash, administrator, state, created_at)
                    {shape} select {id}, {name}, replace({name}, '-', ''), 'x', false, 'active', 0 from n;
                 insert into membership (organization_id, account_id, role, username_key, joined_at)
                    select o.id, a.id, 'member', a.username_key, 0 from organization o, account a where a.username like 'person-%'"
            ))
            .await
            .unwrap();
        let mut names: Vec<String> = Vec::new();
        let (mut from, mut pages) = (String::new(), 0);
        loop {
            let query = PeopleQuery { organization: "sundial".to_owned(), from: from.clone(), ..PeopleQuery::default() };
            let page = world.services.answer(&dana.caller, query).await.unwrap();
            pages += 1;
            names.extend(page.people.into_iter().map(|person| person.username));
            assert_eq!(page.roles, [(Role::Owner, 2), (Role::Manager, 1), (Role::Member, 121)]);
            match page.next {
                Some(next) => from = next,
                None => break,
            }
        }
        assert_eq!((pages, names.len()), (3, 124));
        assert_eq!(names[..4], ["dana", "kim", "mira", "lee"]);
        assert!(names[4..].is_sorted());
        let found = async |text: &str, role: &str| {
            let [organization, text, role] = ["sundial", text, role].map(str::to_owned);
            let page = world.services.answer(&dana.caller, PeopleQuery { organization, text, role, from: String::new() }).await.unwrap();
            page.people.into_iter().map(|person| person.username).collect::<Vec<_>>()
        };
        assert_eq!(found("11", "").await, ["person-011", "person-110", "person-111", "person-112", "person-113", "person-114", "person-115", "person-116", "person-117", "person-118", "person-119"]);
        assert_eq!(found("", "owner").await, ["dana", "kim"]);
        assert_eq!(found("PERSON_011", "member").await, ["person-011"]);
        assert!(found("%", "").await.is_empty());
        // Someone who is not an Owner sees no invitations and no suggested names.
        world.invite(&dana, "sundial", "boss", Role::Member).await.unwrap();
        let seen = world.services.answer(&mira.caller, PeopleQuery { organization: "sundial".to_owned(), ..PeopleQuery::default() }).await.unwrap();
        assert!(seen.invitations.is_empty() && seen.known.is_empty() && seen.managing.is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn emails_address_the_actor_as_you() {
    on_each(async |world| {
        let [_, dana, kim, lee, mira] = sundial(&world).await;
        let begin = world.emails().await.len();
        world.join(&dana, "sundial", &lee, Role::Member).await;
        world.invite(&dana, "sundial", "mira", Role::Member).await.unwrap();
        let offer = world.open_invitation(&mira, "sundial").await.unwrap();
        world.submit(&dana, ResendInvitationForm { invitation: offer.to_string() }).await.unwrap();
        world.decline_invitation(&mira, offer, "").await.unwrap();
        world.assign(&dana, "sundial", "lee", Role::Manager).await.unwrap();
        world.remove_member(&dana, "sundial", "lee").await.unwrap();
        world.assign(&dana, "sundial", "dana", Role::Member).await.unwrap();
        let emails = world.emails().await;
        let to = |someone: &Someone| -> Vec<String> {
            let address = format!("{0}@{0}.example", someone.name);
            let texts = emails.iter().skip(begin).filter(|email| email.to == address);
            texts.map(|email| email.text.split_once('\n').unwrap().1.to_owned()).collect()
        };
        let to_dana = to(&dana);
        assert!(to_dana.iter().all(|text| !text.contains("dana")), "{to_dana:#?}");
        for says in [
            "You invited lee to become",
            "lee accepted your invitation on",
            "You sent mira's invitation to",
            "mira declined your invitation to become",
            "You made lee a Manager of",
            "You removed lee from",
            "You made yourself a Member of",
        ] {
            assert!(to_dana.iter().any(|text| text.contains(says)), "{says}: {to_dana:#?}");
        }
        // Others read dana's name.
        assert!(to(&kim).iter().any(|text| text.contains("dana made lee a Manager of")), "{:#?}", to(&kim));
        assert!(to(&lee).iter().any(|text| text.contains("dana made you a Manager of")), "{:#?}", to(&lee));
    })
    .await;
}
