//! Invalid inputs: each gets a message at its field, and everything typed is kept except passwords.

use super::YOURS;
use super::requests::fill_request;
use crate::support::{PASSWORD, on_each};
use scraper::Selector;

/// The fields of the organization form, and what `fill_request` types into them.
const REQUEST: [(&str, &str); 4] = [
    ("Account name", "sundial"),
    ("Display name", "The sundial project"),
    ("Organization URL", "https://sundial.example.org/"),
    ("Description", "What sundial is for."),
];

/// The fields of the account form, each with a valid value.
const ACCOUNT: [(&str, &str); 3] =
    [("Username", "dana"), ("Email address", "dana@example.org"), ("Password", PASSWORD)];

/// Sends the organization form with each invalid value of a field, and compares the message at that field.
async fn request_refuses(field: &str, wrongs: &[(&str, &str)]) {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        fill_request(&mut dana, "sundial").await;
        for &(typed, why) in wrongs {
            dana.fill(field, typed);
            dana.press("Create").await;
            dana.is_refused_at(field, why);
            for (other, right) in REQUEST {
                let kept = if other == field { typed } else { right };
                assert_eq!(dana.page.value(other), kept, "{other}, {field} being {typed:.60}");
                assert_eq!(dana.page.is_invalid(other), other == field, "{other}, {field} being {typed:.60}");
            }
        }
        dana.open(YOURS).await;
        assert_eq!(dana.page.count_rows("sundial"), 0, "{}", dana.page);
    })
    .await;
}

/// The same with the account form. A password is never sent back.
async fn account_refuses(field: &str, wrongs: &[(&str, &str)]) {
    on_each(async |world| {
        let mut dana = world.visitor();
        dana.open("/create-account").await;
        for &(typed, why) in wrongs {
            for (other, right) in ACCOUNT {
                dana.fill(other, if other == field { typed } else { right });
            }
            dana.press("Create account").await;
            dana.is_refused_at(field, why);
            for (other, right) in ACCOUNT {
                let sent = if other == field { typed } else { right };
                let secret = other == "Password";
                assert_eq!(dana.page.value(other), if secret { "" } else { sent }, "{field} being {typed:.60}");
                assert_eq!(dana.page.is_invalid(other), other == field, "{other}, {field} being {typed:.60}");
                assert!(!secret || sent.is_empty() || !dana.page.html.html().contains(sent), "{typed:.60} came back");
            }
        }
        assert!(world.rows("select username from account").await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_account_name_is_refused_at_its_field() {
    let (longer, far_longer) = ("a".repeat(51), "a".repeat(10_000));
    request_refuses(
        "Account name",
        &[
            ("", "Enter an account name."),
            ("a", "Use at least 2 characters. You entered 1."),
            (longer.as_str(), "Use at most 50 characters. You entered 51."),
            (far_longer.as_str(), "Use at most 50 characters. You entered 10000."),
            (".hidden", "Begin and end with a letter or a digit."),
            ("hidden_", "Begin and end with a letter or a digit."),
            ("sun dial", "Spaces aren't allowed. Use letters, digits, “.”, “_” and “-”."),
            ("суншайн", "“с” is not one of the letters a to z, even if it looks like one."),
            // The a is Cyrillic.
            ("sundi\u{430}l", "“\u{430}” is not one of the letters a to z, even if it looks like one."),
            ("ｓｕｎｄｉａｌ", "“ｓ” is not one of the letters a to z, even if it looks like one."),
            ("<b>sundial</b><script>alert(1)</script>", "“<” isn't allowed"),
            ("sun/dial", "“/” isn't allowed"),
            ("../../etc", "“/” isn't allowed"),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_organization_url_is_refused_at_its_field() {
    let longer = format!("https://sundial.example.org/{}", "a".repeat(401 - 28));
    request_refuses(
        "Organization URL",
        &[
            ("", "Enter the organization's URL."),
            ("javascript:alert(1)", "Start with https:// or http://"),
            ("data:text/html,<script>alert(1)</script>", "Start with https:// or http://"),
            ("https://dana:secret@sundial.example.org/", "Leave out the username and the password"),
            ("https:///path", "After https:// or http://, enter a host with a dot"),
            ("sundial.example.org", "Start with https:// or http://"),
            ("ftp://sundial.example.org/", "Start with https:// or http://"),
            (longer.as_str(), "Use at most 400 characters. You entered 401."),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_display_name_is_refused_at_its_field() {
    let longer = "x".repeat(101);
    request_refuses(
        "Display name",
        &[
            ("", "Enter a display name."),
            ("    ", "Enter a display name."),
            (longer.as_str(), "Use at most 100 characters. You entered 101."),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_description_is_refused_at_its_field() {
    let longer = "x".repeat(401);
    request_refuses(
        "Description",
        &[
            ("", "Describe the organization in a sentence or two."),
            (longer.as_str(), "Use at most 400 characters. You entered 401."),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn html_in_a_request_is_shown_as_text() {
    on_each(async |world| {
        let (mut root, mut dana) = (world.admin_browser().await, world.user_browser("dana").await);
        let hostile = "</title><script>document.title='taken'</script><img src=x onerror=alert(1)>";
        let description = format!("<!-- {hostile} ]]>");
        fill_request(&mut dana, "sundial").await;
        dana.fill("Display name", hostile);
        dana.fill("Description", &description);
        dana.press("Create").await;
        dana.is_told(&format!("Your request for {hostile} was submitted."));
        assert!(dana.page.line("sundial").unwrap().contains(hostile), "{}", dana.page);
        root.open("/administration/requests").await;
        root.press_in("sundial", hostile).await;
        root.reads(&description);

        let (foreign, scripts) = (Selector::parse("main img, main script, [onerror]"), Selector::parse("script"));
        let (foreign, scripts) = (foreign.unwrap(), scripts.unwrap());
        for page in [&dana.page, &root.page] {
            assert_eq!(page.html.select(&foreign).count(), 0, "{page}");
            assert!(page.html.select(&scripts).all(|script| !script.inner_html().starts_with("document")), "{page}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_form_shows_all_errors_and_focuses_the_first() {
    on_each(async |world| {
        let mut dana = world.user_browser("dana").await;
        dana.open(YOURS).await;
        dana.press("Create").await;
        dana.is_refused(422, "Check the 4 highlighted fields.");
        for (field, _) in REQUEST {
            assert!(dana.page.is_invalid(field), "{field}");
        }
        let focus = Selector::parse("[autofocus]").unwrap();
        let focused: Vec<&str> = dana.page.html.select(&focus).filter_map(|field| field.value().attr("name")).collect();
        assert_eq!(focused, ["account_name"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_username_is_refused_at_its_field() {
    let longer = "a".repeat(51);
    account_refuses(
        "Username",
        &[
            ("", "Enter a username."),
            (longer.as_str(), "Use at most 50 characters. You entered 51."),
            (".dana", "Begin and end with a letter or a digit."),
            ("dana@example.org", "“@” isn't allowed"),
            ("дана", "“д” is not one of the letters a to z, even if it looks like one."),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_email_address_is_refused_at_its_field() {
    let longer = format!("{}@example.org", "a".repeat(243));
    account_refuses(
        "Email address",
        &[
            ("", "Enter your email address."),
            ("dana.example.org", "Enter an address like name@example.org, with one “@”."),
            ("dana@example", "After the “@”, enter a domain with a dot"),
            ("dana@@example.org", "Enter an address like name@example.org, with one “@”."),
            (longer.as_str(), "Use at most 254 characters. You entered 255."),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_password_is_refused_at_its_field() {
    let longer = ["long ".repeat(51).as_str(), "er"].concat();
    account_refuses(
        "Password",
        &[
            ("", "Enter a password."),
            ("fourteen chars", "Use at least 15 characters. You entered 14."),
            (longer.as_str(), "Use at most 256 characters. You entered 257."),
            ("guildhallguildhall", "This password is the name of this site."),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn password_equal_to_username_or_email_is_refused() {
    on_each(async |world| {
        let (username, email) = ("a-rather-long-username", "a-rather-long-username@example.org");
        let mut dana = world.visitor();
        dana.open("/create-account").await;
        for (password, why) in
            [(username, "This password is your username."), (email, "This password is your email address.")]
        {
            dana.fill("Username", username);
            dana.fill("Email address", email);
            dana.fill("Password", password);
            dana.press("Create account").await;
            dana.is_refused_at("Password", why);
            assert_eq!(ACCOUNT.map(|(field, _)| dana.page.value(field)), [username, email, ""]);
        }
    })
    .await;
}
