//! Pages with many parts, rendered on several threads.

use super::cast::Cast;
use super::*;

/// Pages with many parts, some with a dialog open, and the column of the actor who opens them.
const PAGES: [(&str, usize); 8] = [
    ("/manage/organizations", 0),
    ("/manage/organizations", 6),
    ("/manage/organization/sundial/people", 0),
    ("/manage/organization/sundial/people?confirm=remove&people=member", 6),
    ("/manage/organization/sundial/people/invite?names=outsider", 6),
    ("/manage/account?confirm=remove", 6),
    ("/administration/organizations/sundial?confirm=disable", 7),
    ("/administration/requests", 7),
];

/// The parts of a page share state. In whatever order they reach it, the page is rendered or redirects:
/// `server/src/http/rendering.rs`.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn pages_with_concurrently_rendered_parts_do_not_fail() {
    let cast = std::sync::Arc::new(Cast::new().await);
    // In a task, as in a server, because the test's own thread is not a worker thread.
    let asking = async move {
        for (page, who) in PAGES {
            let expected = if who == 0 { "302 sign-in" } else { "200" };
            // When the parts of a page ran on several threads, one in three hundred failed.
            let times = if who == 0 { 60 } else { 10 };
            for time in 0..times {
                let answer = cast.ask(&Method::GET, page, None, cast.people[who].as_ref()).await;
                assert_eq!(answer, expected, "{page} at the {time}th time");
            }
        }
    };
    tokio::spawn(asking).await.unwrap();
}
