//! Invalid input at the service layer: each case has its message and changes nothing.

use crate::support::{PASSWORD, form, on_each};
use app::backend::{Caller, Handle as _};
use shared::refusal::Field;
use shared::words::fault;

#[tokio::test(flavor = "multi_thread")]
async fn every_invalid_request_is_refused_with_a_message() {
    let long = "x".repeat(10_000);
    let cases = [
        (Field::AccountName, "", "Enter an account name."),
        (Field::AccountName, long.as_str(), "Use at most 50 characters. You entered 10000."),
        (Field::AccountName, ".dot", "Begin and end with a letter or a digit."),
        (Field::AccountName, "two words", "Spaces aren't allowed. Use letters, digits, “.”, “_” and “-”."),
        (Field::AccountName, "<b>", "“<” isn't allowed. Use the letters a to z, digits, “.”, “_” and “-”."),
        (Field::AccountName, "nul\0", "This contains an invisible character. Retype the text."),
        (Field::DisplayName, "", "Enter a display name."),
        (Field::Url, "javascript:alert(1)", "Start with https:// or http://, as in https://example.org"),
        (
            Field::Url,
            "https://dana:pw@x.example",
            "Leave out the username and the password. Everyone can see this URL.",
        ),
        (Field::Url, "https://", "After https:// or http://, enter a host with a dot, as in https://example.org"),
        (Field::Description, long.as_str(), "Use at most 400 characters. You entered 10000."),
        (Field::Kind, "secret", "Choose one of the options."),
    ];
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let before = world.snapshot().await;
        for (field, typed, sentence) in &cases {
            let given =
                |f: Field, right: &'static str| if f == *field { (*typed).to_owned() } else { right.to_owned() };
            let answer = world
                .services
                .handle(
                    &dana.caller,
                    form::request_form(
                        &given(Field::AccountName, "sundial"),
                        &given(Field::DisplayName, "Sundial"),
                        &given(Field::Url, "https://sundial.example"),
                        &given(Field::Description, "Time."),
                        &given(Field::Kind, "community"),
                    ),
                    world.once(),
                )
                .await
                .unwrap_err();
            let code = answer.of(*field).unwrap_or_else(|| panic!("{field:?} {typed:.20}"));
            assert_eq!(fault(*field, code), *sentence);
        }
        assert_eq!(world.snapshot().await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_invalid_account_is_refused_with_a_message() {
    let (short, long) = ("x".repeat(13) + "y", "xy".repeat(128) + "z");
    let cases = [
        (Field::Username, "", "Enter a username."),
        (Field::Username, "da na", "Spaces aren't allowed. Use letters, digits, “.”, “_” and “-”."),
        (Field::Username, "taken.name", "This username is taken. Case, “.”, “_” and “-” make no difference."),
        (Field::Email, "dana@example", "After the “@”, enter a domain with a dot, like example.org."),
        (Field::Email, "dana", "Enter an address like name@example.org, with one “@”."),
        (Field::Password, short.as_str(), "Use at least 15 characters. You entered 14."),
        (Field::Password, long.as_str(), "Use at most 256 characters. You entered 257."),
        (Field::Password, "somebody-with-a-long-name", "This password is your username. Choose another."),
    ];
    on_each(async |world| {
        world.newcomer("takenname").await;
        let before = world.snapshot().await;
        for (field, typed, sentence) in &cases {
            let given = |f: Field, right: &'static str| if f == *field { *typed } else { right };
            let answer = world
                .services
                .handle(
                    &Caller::default(),
                    form::new_account(
                        given(Field::Username, "somebody-with-a-long-name"),
                        given(Field::Email, "dana@example.org"),
                        given(Field::Password, PASSWORD),
                    ),
                    world.once(),
                )
                .await;
            let answer = answer.err().unwrap();
            assert_eq!(fault(*field, answer.of(*field).unwrap()), *sentence);
        }
        assert_eq!(world.snapshot().await, before);
    })
    .await;
}
