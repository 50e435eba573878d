//! The part of the list of people that the page's address describes.

use crate::addresses;
use crate::ui::query::Query;
use leptos::prelude::*;
use shared::routes::Page;

/// The part of the list that the URL describes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The search text, a part of usernames.
    pub text: String,
    /// A role's code.
    pub role: String,
    /// The cursor at which the page begins.
    pub from: String,
    /// The selected people, each as `username=role`.
    pub chosen: Vec<String>,
}

impl Shown {
    /// Reads the page's query.
    pub fn of(query: &Query) -> Self {
        let get = |name: &str| query.get(name).unwrap_or_default();
        Self { text: get("q"), role: get("only"), from: get("from"), chosen: query.get_all("people") }
    }

    /// The query parameters that describe the part of the list.
    fn part(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let part = [("q", self.text.as_str()), ("only", &self.role), ("from", &self.from)];
        part.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// Whether there is no filter and no cursor, so that the list is complete unless it has further pages.
    pub fn is_whole(&self) -> bool {
        self.part().next().is_none()
    }

    /// The URL of this part of the list, with the selection.
    pub fn address(&self, organization: &str) -> String {
        let chosen = self.chosen.iter().map(|one| ("people", one.as_str()));
        addresses::with_query(&Page::People(organization.to_owned()).path(), self.part().chain(chosen))
    }

    /// Hidden fields that keep this part of the list in a GET form, which has the selection in its checkboxes.
    pub fn kept(&self) -> AnyView {
        hidden(self.part())
    }

    /// The same, with the selection, for a form without the checkboxes.
    pub fn kept_whole(&self) -> AnyView {
        hidden(self.part().chain(self.chosen.iter().map(|one| ("people", one.as_str()))))
    }
}

pub fn hidden<'a>(fields: impl Iterator<Item = (&'static str, &'a str)>) -> AnyView {
    fields
        .map(|(name, value)| view! { <input type="hidden" name=name value=value.to_owned()/> })
        .collect_view()
        .into_any()
}
