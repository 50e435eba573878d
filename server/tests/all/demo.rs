//! The small world to look at: it is whole, and comes about once.

use crate::ground::on_each;
use app::backend::{Accounts as _, Caller, Organizations as _, Requests as _};
use server::demo::{self, Refused};
use server::store::{accounts, history, organizations};
use shared::names::Username;
use shared::wire::requests::State;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_a_dozen_people_four_organizations_and_requests_in_every_state() {
    on_each(async |world| {
        let fill = async || demo::fill(world.services.door.clone(), &world.services.hasher).await;
        fill().await.unwrap();
        assert!(matches!(fill().await, Err(Refused::NotEmpty)));

        let people = world.read(async |tx| accounts::search(tx, "", 100).await).await;
        assert_eq!(people.len(), 12);
        assert_eq!(people.iter().filter(|person| !person.verified).count(), 1);
        for name in [demo::ADMINISTRATOR, demo::OWNER, demo::APPLICANT] {
            assert!(world.services.sign_in(&Caller::default(), name, demo::PASSWORD).await.is_ok(), "{name}");
        }
        let found = world.services.search(&Caller::default(), "i").await.unwrap().found;
        let more = world.services.search(&Caller::default(), "e").await.unwrap().found;
        let names: BTreeSet<String> = found.into_iter().chain(more).map(|found| found.name).collect();
        assert_eq!(names.len(), 4, "{names:?}");

        let boss = Username::parse(demo::ADMINISTRATOR).unwrap().key();
        let boss = world.read(async |tx| accounts::by_username(tx, &boss).await).await.unwrap();
        assert!(boss.administrator);
        let states: BTreeSet<String> = world.rows("select distinct state from request").await.into_iter().collect();
        assert_eq!(states, State::ALL.into_iter().map(|state| state.code().to_owned()).collect());
        // Nothing of it goes out, and its past is as sound as anybody's.
        assert_eq!(world.rows("select distinct state from letter").await, ["kept"]);
        let ids = world.read(async |tx| organizations::keys_of_account(tx, people[0].id).await).await;
        for (id, _) in ids {
            let events = world.read(async |tx| history::of_organization(tx, id, 1).await).await;
            assert_eq!(history::broken_at(id, &events), None);
        }
        let queue =
            world.services.queue(&world.caller_of(demo::ADMINISTRATOR, demo::PASSWORD).await, "").await.unwrap();
        assert_eq!(queue.open.len(), 6);
        assert!(queue.open.windows(2).all(|two| two[0].filed_at <= two[1].filed_at), "oldest first");
    })
    .await;
}
