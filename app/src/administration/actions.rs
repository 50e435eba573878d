//! What administrators can ask about the site, and do with it.

use crate::failure::Failure;
use leptos::prelude::*;
use server_fn::codec::GetUrl;
use shared::wire::Done;
use shared::wire::administration::{LetterPage, Letters};

#[cfg(feature = "ssr")]
use crate::backend::{Consent, backend, id};

/// The outgoing mail, newest first.
#[server(name = GetLetters, prefix = "/see", endpoint = "administration/letters", input = GetUrl)]
pub async fn letters() -> Result<Letters, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.letters(&who).await?)
}

/// One letter.
#[server(name = GetLetter, prefix = "/see", endpoint = "administration/letter", input = GetUrl)]
pub async fn letter(letter: String) -> Result<LetterPage, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.letter(&who, id(&letter)?).await?)
}

/// Sends a letter that waits or failed again, now.
#[server(name = RetryLetter, prefix = "/do", endpoint = "administration/retry-letter")]
pub async fn retry_letter(letter: String, #[server(default)] once: String) -> Result<Done, Failure> {
    let (backend, who) = backend()?;
    Ok(backend.administration.retry_letter(&who, id(&letter)?, Consent { once, agreed: String::new() }).await?)
}
