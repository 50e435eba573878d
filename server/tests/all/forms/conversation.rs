//! The conversation about a request: questions, answers, notes, deferring, editing and searching.

use super::requests::{approve, open_request};
use super::{QUEUE, YOURS};
use crate::support::{Browser, on_each};

/// Asks the applicant a question.
pub async fn ask(root: &mut Browser, name: &str, question: &str) {
    open_request(root, name).await;
    root.press("Ask for information").await;
    root.fill("Question", question);
    root.press("Ask for information").await;
    root.is_told(&format!("Your question was sent to the applicant for {name}."));
}

/// Opens the first unanswered question about an own request.
async fn open_question(who: &mut Browser, name: &str) {
    who.open(YOURS).await;
    who.press_in(name, "Answer").await;
    who.sees(&format!("The {name} project"));
    who.press("Answer").await;
}

/// Answers the first unanswered question.
pub async fn answer(who: &mut Browser, name: &str, answer: &str) {
    open_question(who, name).await;
    who.fill("Answer", answer);
    who.press("Send answer").await;
    who.is_told("Your answer was sent.");
}

#[tokio::test(flavor = "multi_thread")]
async fn request_waits_until_every_question_is_answered() {
    on_each(async |world| {
        let (mut root, person) = (world.admin_browser().await, world.someone("dana").await);
        let mut dana = world.browser_of(&person);
        world.file(&person, "sundial").await.unwrap();
        ask(&mut root, "sundial", "What is it for?").await;
        ask(&mut root, "sundial", "Who else is in it?").await;
        let mut emails = world.emails_to("dana@dana.example").await;
        emails.retain(|email| email.subject == "A question about your request for sundial");
        assert_eq!(emails.len(), 2, "{emails:?}");
        assert!(emails[0].text.contains("What is it for?") && emails[1].text.contains("Who else is in it?"));

        // Every page has a banner until all questions are answered.
        dana.open("/").await;
        let banner = dana.page.banner();
        assert!(
            banner.contains("An administrator has a question about your request for The sundial project."),
            "{banner}"
        );
        assert!(dana.page.whole_text().contains("1 request needs your answer"), "{}", dana.page.whole_text());

        // The email links to the request, and the request to the question.
        dana.open(&emails[0].link()).await;
        dana.reads("More information needed");
        dana.reads("What is it for?");
        answer(&mut dana, "sundial", "For telling the time by the sun.").await;
        dana.reads("More information needed");
        assert!(!dana.page.banner().is_empty());
        answer(&mut dana, "sundial", "Nobody, for now.").await;
        dana.is_told("The review resumes.");
        dana.reads("Submitted");
        assert_eq!(dana.page.banner(), "");
        let email = world.email_about("root", "dana answered the question about sundial").await;
        assert!(email.text.contains("Nobody, for now."), "{email:?}");

        open_request(&mut root, "sundial").await;
        root.reads("For telling the time by the sun.");
        root.reads("Nobody, for now.");
        approve(&mut root, "sundial").await;
        dana.open(YOURS).await;
        // It is listed under Organizations as well.
        dana.press_in("Approved", "The sundial project").await;
        dana.press("Manage organization").await;
        dana.sees("The sundial project");
        assert_eq!(dana.page.address, "/manage/organization/sundial/people");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_question_is_refused_at_its_field() {
    on_each(async |world| {
        let (mut root, dana) = (world.admin_browser().await, world.someone("dana").await);
        world.file(&dana, "sundial").await.unwrap();
        open_request(&mut root, "sundial").await;
        root.press("Ask for information").await;
        root.press("Ask for information").await;
        root.is_refused_at("Question", "Enter a question");
        assert!(world.emails_to("dana@dana.example").await.iter().all(|email| !email.subject.contains("question")));
        root.fill("Question", "What is it for?");
        root.press("Ask for information").await;
        root.is_told("Your question was sent to the applicant for sundial.");
        world.email_about("dana", "A question about your request for sundial").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_long_answer_is_refused_at_its_field_and_kept() {
    on_each(async |world| {
        let (mut root, person) = (world.admin_browser().await, world.someone("dana").await);
        let mut dana = world.browser_of(&person);
        world.file(&person, "sundial").await.unwrap();
        ask(&mut root, "sundial", "What is it for?").await;
        let long = "x".repeat(1_001);
        open_question(&mut dana, "sundial").await;
        dana.fill("Answer", &long);
        dana.press("Send answer").await;
        dana.is_refused_at("Answer", "Use at most 1000 characters");
        assert_eq!(dana.page.value("Answer"), long);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn question_answered_in_one_tab_is_refused_in_another() {
    on_each(async |world| {
        let (mut root, person) = (world.admin_browser().await, world.someone("dana").await);
        let (mut dana, mut other) = (world.browser_of(&person), world.browser_of(&person));
        world.file(&person, "sundial").await.unwrap();
        ask(&mut root, "sundial", "What is it for?").await;
        open_question(&mut other, "sundial").await;
        other.fill("Answer", "The second answer.");
        answer(&mut dana, "sundial", "The first answer.").await;
        other.press("Send answer").await;
        other.is_refused(409, "This question has already been answered. Nothing was changed.");
        assert!(!other.page.offers("Send answer", None), "{}", other.page);
        open_request(&mut root, "sundial").await;
        root.reads("The first answer.");
        root.does_not_read("The second answer.");
        let emails = world.emails_to("root@root.example").await;
        assert_eq!(emails.iter().filter(|email| email.subject.contains("answered the question")).count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_private_and_a_deferred_request_stays_open() {
    on_each(async |world| {
        let (mut root, person) = (world.admin_browser().await, world.someone("dana").await);
        let mut dana = world.browser_of(&person);
        world.file(&person, "sundial").await.unwrap();
        let emails = world.emails_to("dana@dana.example").await.len();
        open_request(&mut root, "sundial").await;
        root.press("Add note").await;
        root.fill("Note", "They wrote to us in June.");
        root.press("Add note").await;
        root.is_told("The note was added.");
        root.reads("They wrote to us in June.");
        root.press("Defer").await;
        root.reads("Nobody");
        root.press("Defer").await;
        root.is_told("The request for sundial was deferred.");

        dana.open(YOURS).await;
        assert!(dana.page.line("sundial").unwrap().contains("Deferred"), "{}", dana.page);
        dana.press_in("sundial", "The sundial project").await;
        dana.sees("The sundial project");
        dana.does_not_read("June");
        assert_eq!(world.emails_to("dana@dana.example").await.len(), emails);
        approve(&mut root, "sundial").await;
        world.email_about("dana", "approved").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edited_request_is_shown_to_administrators() {
    on_each(async |world| {
        let (mut root, person) = (world.admin_browser().await, world.someone("dana").await);
        let mut dana = world.browser_of(&person);
        world.file(&person, "sundial").await.unwrap();
        dana.open(YOURS).await;
        dana.press_in("sundial", "The sundial project").await;
        dana.sees("The sundial project");
        dana.press("Edit").await;
        dana.sees("Edit the request for sundial");
        assert_eq!(dana.page.value("Description"), "What we do.");
        dana.fill("Description", "Better words.");
        dana.fill("Organization URL", "nowhere");
        dana.press("Save").await;
        dana.is_refused_at("Organization URL", "Start with https:// or http://");
        assert_eq!(dana.page.value("Description"), "Better words.");
        dana.fill("Organization URL", "https://better.example.org/");
        dana.press("Save").await;
        dana.is_told("Your request for The sundial project was saved.");
        dana.reads("Better words.");
        open_request(&mut root, "sundial").await;
        root.reads("Better words.");
        root.reads("https://better.example.org/");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queue_search_finds_requests_or_says_none_match() {
    on_each(async |world| {
        let (mut root, dana) = (world.admin_browser().await, world.someone("dana").await);
        world.file(&dana, "sundial").await.unwrap();
        world.file(&dana, "moonrise").await.unwrap();
        root.open(QUEUE).await;
        root.fill("Search requests", "THE MOONRISE PROJECT");
        root.press("Search").await;
        assert_eq!((root.page.count_rows("moonrise"), root.page.count_rows("sundial")), (1, 0), "{}", root.page);
        assert_eq!(root.page.value("Search requests"), "THE MOONRISE PROJECT");
        assert_eq!(root.page.texts("main h2"), ["Open requests for “THE MOONRISE PROJECT”"]);
        root.fill("Search requests", "no request has this in it");
        root.press("Search").await;
        root.reads("No requests match “no request has this in it”");
        root.press("All requests").await;
        assert_eq!((root.page.count_rows("moonrise"), root.page.count_rows("sundial")), (1, 1), "{}", root.page);
    })
    .await;
}
