//! The site without JavaScript: the screens of each area, used through real forms on the real router, on both engines.
//! What only a browser shows is tested in Chromium (`end2end/journeys`).

mod accessible;
mod accounts;
mod addresses;
mod administration;
mod conversation;
mod frame;
mod hostile;
mod invitations;
mod meanwhile;
mod organizations;
mod outgoing_email;
mod people;
mod private;
mod requests;
mod review;
mod second_looks;
mod settings;
mod wire;
mod wrong_inputs;

use crate::support::{Browser, Form, Someone, World};
use futures::future::join_all;

/// The page Your organizations, with the form for a new organization.
const YOURS: &str = "/manage/organizations";
/// The page People of the organization in most tests.
const PEOPLE: &str = "/manage/organization/sundial/people";
/// The queue of requests that wait for an administrator.
const QUEUE: &str = "/administration/requests";

/// dana, the Owner of sundial.
async fn sundial(world: &World) -> Someone {
    let (root, dana) = (world.administrator("root").await, world.someone("dana").await);
    world.create_organization(&root, &dana, "sundial").await;
    dana
}

/// Sends a form by a double click, and once more from the page before: all get one answer.
async fn click_again(world: &World, who: &mut Browser, form: &Form) {
    let session = who.cookies().clone();
    let clicks = (0..2).map(|_| async {
        let mut tab = world.visitor();
        *tab.cookies() = session.clone();
        tab.send(form).await
    });
    let mut answers = join_all(clicks).await;
    answers.push(who.send(form).await);
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.location), (303, &answers[0].location));
    }
}
