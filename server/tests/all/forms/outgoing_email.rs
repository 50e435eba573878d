//! Outgoing email as administrators see it: kept, refused and retried emails.

use super::administration::{MAIL, on_each_with_mail};
use crate::support::{address_of, on_each};
use server::store::{DatabaseLocation, StoreError, outbox};
use shared::domain::EmailState;
use shared::timestamp::Seconds;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn email_without_a_mail_server_is_kept_and_its_link_verifies() {
    on_each(async |world| {
        let mut root = world.admin_browser().await;
        let mut dana = world.browser_of(&world.newcomer("dana").await);
        root.open(MAIL).await;
        root.reads("No mail server is configured");
        assert!(root.page.line("dana@dana.example").unwrap().contains("Kept here"), "{}", root.page);
        root.press_in("dana@dana.example", "Verify dana@dana.example").await;
        root.sees("Verify dana@dana.example for your account dana");
        assert!(!root.page.offers("Send again", None), "{}", root.page);

        // Its link verifies the email address, so that a new site needs no mail server.
        let link = world.email_about("dana", "Verify").await.link();
        root.reads(&link);
        dana.open(&link).await;
        dana.press("Verify email address").await;
        dana.is_told("dana@dana.example is verified.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secret_link_of_a_sent_email_is_on_no_page() {
    on_each_with_mail(async |world| {
        let mut root = world.admin_browser().await;
        let newcomer = world.newcomer("dana").await;
        let secret = world.link_to(&newcomer).await;
        assert!(secret.len() > 20);
        root.open(MAIL).await;
        assert!(!root.page.html.html().contains(&secret), "{}", root.page);
        root.press_in("dana@dana.example", "Verify dana@dana.example").await;
        root.reads("This email address was added to the account dana");
        root.reads("The link in this email is secret. Only the recipient can see it.");
        assert!(!root.page.html.html().contains(&secret), "{}", root.page);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deferred_email_is_shown_and_can_be_retried() {
    on_each_with_mail(async |world| {
        let mut root = world.admin_browser().await;
        world.newcomer("dana").await;
        let (now, worker) = (world.services.bus.clock.now(), Uuid::from_u128(1));
        let refused: Result<(), StoreError> = world
            .store()
            .write(async |tx| {
                for email in outbox::lease(tx, worker, now, now.plus(Seconds::minutes(5)), 8).await? {
                    let again = Some(now.plus(Seconds::hours(1)));
                    outbox::mark_failed(tx, email.id, worker, "451 come back later", again).await?;
                }
                Ok(())
            })
            .await;
        refused.unwrap();
        root.open(MAIL).await;
        assert!(root.page.line("dana@dana.example").unwrap().contains("Waiting"), "{}", root.page);
        root.press_in("dana@dana.example", "Verify dana@dana.example").await;
        root.reads("451 come back later");
        root.reads("Next attempt");
        root.press("Send again").await;
        root.is_told("The email to dana@dana.example is being sent again now.");

        // It is due at once, and it is not duplicated.
        let emails = world.emails().await;
        let to_dana: Vec<_> = emails.iter().filter(|email| email.to == "dana@dana.example").collect();
        assert_eq!((to_dana.len(), to_dana[0].state), (1, EmailState::Waiting));
        assert!(to_dana[0].due_at <= world.services.bus.clock.now(), "{to_dana:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_emails_are_filtered_paged_and_retried_together() {
    on_each_with_mail(async |world| {
        let mut root = world.admin_browser().await;
        let (dana, lee) = (world.newcomer("dana").await, world.newcomer("lee").await);
        // More than a page: each newcomer's email is listed thirty times.
        for (someone, copies) in [(&dana, 30), (&lee, 31)] {
            let address = address_of(&someone.name);
            for n in 0..copies {
                let id = if matches!(world.place, DatabaseLocation::Folder(_)) { "randomblob(16)" } else { "gen_random_uuid()" };
                world
                    .execute_raw(&format!(
                        "insert into letter (id, to_address, subject, text_part, html_part, state, written_at, due_at, last_error, search_key)
                         values ({id}, '{address}', 'Copy {n}', '', '', 'failed', {n}, {n}, '550 5.7.1 relaying denied', '{address}')"
                    ))
                    .await
                    .unwrap();
            }
        }
        root.open(MAIL).await;
        root.reads("61 emails failed.");
        assert!(!root.page.offers("Retry all", None), "{}", root.page);
        root.press("See what the mail server said").await;
        root.reads("550 5.7.1 relaying denied");
        assert_eq!(root.page.texts("table.mail tbody tr").len(), 50);
        root.press("Older emails").await;
        assert_eq!(root.page.texts("table.mail tbody tr").len(), 11);
        assert!(!root.page.offers("Older emails", None), "{}", root.page);

        // Only the emails that the search finds are retried.
        root.fill("Search emails", "DANA@");
        root.press("Search").await;
        root.reads("30 emails failed.");
        assert_eq!(root.page.texts("table.mail tbody tr").len(), 30);
        root.press("Retry all").await;
        root.is_told("30 emails are being sent again now.");
        let failed = world.rows("select distinct to_address from letter where state = 'failed'").await;
        assert_eq!(failed, [address_of("lee")]);
        root.open(&format!("{MAIL}?only=failed")).await;
        root.press("Retry all").await;
        root.is_told("31 emails are being sent again now.");
        root.does_not_read("Retry all");
        root.open(&format!("{MAIL}?only=failed&q=nobody")).await;
        root.reads("No matches");
    })
    .await;
}
