//! The types that the browser and the server exchange. A [`Form`] becomes a command, a [`Query`] is answered with what a
//! page shows, and a form that succeeds is answered with [`Done`].
//!
//! The fields of forms and queries are what was typed or what stands in an address, and are parsed where the command or
//! the answer is made. A field that is left out is empty.

pub mod accounts;
pub mod administration;
pub mod history;
pub mod organizations;
pub mod people;
pub mod requests;

use crate::names::{NameKey, OrganizationName};
use crate::notice::Notice;
use crate::refusal::Refusal;
use crate::routes::Page;
use crate::rules::{Command, Decision};
use crate::timestamp::Timestamp;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use std::str::FromStr;

/// The fields of a form whose command is made of nothing else.
pub trait Form: Serialize + Sized + Send + 'static {
    /// What the form asks for.
    type Command: Command + TryFrom<Self, Error = Refusal>;

    /// Returns the command as far as it is known before everything is typed, which is enough for a preview.
    ///
    /// # Errors
    /// A field that a preview needs breaks its rule.
    fn previewed(self) -> Result<Self::Command, Refusal> {
        self.try_into()
    }
}

/// A question to the server, whose answer changes nothing.
pub trait Query: Serialize + Send + Sync + 'static {
    /// The answer.
    type Output: Serialize + DeserializeOwned + Send + 'static;
}

/// The fields by which a person consents to what a form does.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Consent {
    /// The form's idempotency key. A form that is sent twice has one outcome.
    #[serde(rename = "once")]
    pub idempotency_key: String,
    /// The digest of the preview that the person saw. It is empty for a form without a preview.
    #[serde(rename = "agreed")]
    pub preview_digest: String,
}

/// Parses an id of a form or an address.
///
/// # Errors
/// The text is not an id, so it identifies nothing: [`Refusal::NotFound`].
pub fn parse_id<T: FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound {})
}

/// Deserializes a number of an address, which is a text among the other fields.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

fn timestamp<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    number(deserializer).map(Timestamp)
}

fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(D::Error::custom) }
}

/// Forms that carry nothing but the id of what their command is about.
macro_rules! forms_by_id {
    ($($(#[$doc:meta])* $form:ident { $field:ident } => $command:ident { $id:ident };)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $form {
            pub $field: String,
        }

        impl crate::wire::Form for $form {
            type Command = $command;
        }

        impl TryFrom<$form> for $command {
            type Error = crate::refusal::Refusal;

            fn try_from(form: $form) -> Result<Self, Self::Error> {
                Ok(Self { $id: crate::wire::parse_id(&form.$field)? })
            }
        }
    )*};
}

use forms_by_id;

/// Returns the key of an organization's name, or `None` for a text that is not a name.
pub fn organization_key(name: &str) -> Option<NameKey> {
    OrganizationName::parse(name).ok().map(|name| name.key())
}

/// The answer to a form that succeeded: a notice for the status line, and where to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What happened.
    pub notice: Notice,
    /// The page to go to. The browser stays on the page of the form where there is none.
    pub next: Option<String>,
}

impl Done {
    /// Answers with a notice and stays on the page.
    pub const fn stay(notice: Notice) -> Self {
        Self { notice, next: None }
    }
}

impl From<&Decision> for Done {
    fn from(decision: &Decision) -> Self {
        Self { notice: decision.notice.clone(), next: decision.next.as_ref().map(Page::path) }
    }
}

/// What a command would do, in sentences, and the digest by which a person confirms it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The digest of the events, without ids and times.
    pub digest: String,
    /// What to check before confirming.
    #[serde(rename = "heed", default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What begins.
    pub happens: Vec<String>,
    /// What ends.
    pub ends: Vec<String>,
    /// What stays as it is, where a reader might expect it to end.
    pub stays: Vec<String>,
    /// Who was selected but is skipped, and why.
    #[serde(default, rename = "passed_over", skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    /// Who is emailed.
    #[serde(rename = "told")]
    pub recipients: Vec<String>,
    /// The recent changes, newest first, where the preview differs from the one that was confirmed.
    #[serde(rename = "lately", default, skip_serializing_if = "Vec::is_empty")]
    pub recent: Vec<String>,
}
