//! Invalid input at the service layer: each case has its message and changes nothing.

use crate::support::{PASSWORD, on_each};
use app::backend::{Accounts as _, Caller, Requests as _};
use shared::problem::Field;
use shared::words::fault;

#[tokio::test(flavor = "multi_thread")]
async fn every_invalid_request_is_refused_with_a_message() {
    let long = "x".repeat(10_000);
    let cases = [
        (Field::AccountName, "", "Give the organization an account name."),
        (Field::AccountName, long.as_str(), "At most 50 characters, please; this is 10000 characters."),
        (Field::AccountName, ".dot", "Begin and end with a letter or a digit."),
        (Field::AccountName, "two words", "No spaces: use letters, digits, “.”, “_” and “-”."),
        (Field::AccountName, "<b>", "“<” can't be in a name: use the letters a to z, digits, “.”, “_” and “-”."),
        (Field::AccountName, "nul\0", "There is an invisible character in it. Please type the text anew."),
        (Field::DisplayName, "", "Give the organization a display name."),
        (Field::Url, "javascript:alert(1)", "It must begin with https:// or http://, as in https://example.org"),
        (
            Field::Url,
            "https://dana:pw@x.example",
            "Leave out the user name and the password: everybody will see this address.",
        ),
        (
            Field::Url,
            "https://",
            "After http:// or https:// belongs a host with a dot in it, as in https://example.org",
        ),
        (Field::Description, long.as_str(), "At most 400 characters, please; this is 10000 characters."),
        (Field::Kind, "secret", "Choose one of these."),
    ];
    on_each(async |world| {
        let dana = world.someone("dana").await;
        let before = world.snapshot().await;
        for (field, typed, sentence) in &cases {
            let given =
                |f: Field, right: &'static str| if f == *field { (*typed).to_owned() } else { right.to_owned() };
            let answer = world
                .services
                .file(
                    &dana.caller,
                    &given(Field::AccountName, "sundial"),
                    &given(Field::DisplayName, "Sundial"),
                    &given(Field::Url, "https://sundial.example"),
                    &given(Field::Description, "Time."),
                    &given(Field::Kind, "community"),
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
        (Field::Username, "", "Type a username."),
        (Field::Username, "da na", "No spaces: use letters, digits, “.”, “_” and “-”."),
        (Field::Username, "taken.name", "This username is taken. Case, “.”, “_” and “-” make no difference."),
        (Field::Email, "dana@example", "After the “@” belongs a domain with a dot, as in example.org."),
        (Field::Email, "dana", "Write it as name@example.org, with one “@”."),
        (Field::Password, short.as_str(), "At least 15 characters, please; this is 14 characters."),
        (Field::Password, long.as_str(), "At most 256 characters, please; this is 257 characters."),
        (Field::Password, "somebody-with-a-long-name", "The password is your username. Please choose another."),
    ];
    on_each(async |world| {
        world.newcomer("takenname").await;
        let before = world.snapshot().await;
        for (field, typed, sentence) in &cases {
            let given = |f: Field, right: &'static str| if f == *field { *typed } else { right };
            let answer = world
                .services
                .create(
                    &Caller::default(),
                    given(Field::Username, "somebody-with-a-long-name"),
                    given(Field::Email, "dana@example.org"),
                    given(Field::Password, PASSWORD),
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
