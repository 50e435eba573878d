//! The query parameters of the page's address, each decoded once. The router's own map decodes them twice, so that
//! `100%25` would become `100%`, and `%2526` a separator.

use crate::addresses;
use leptos::prelude::*;
use leptos_router::hooks::use_url;
use shared::words::count;

/// The raw query string of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// The value of a parameter; of several values the last.
    pub fn get(&self, name: &str) -> Option<String> {
        addresses::values(&self.0, name).pop()
    }

    /// All values of a parameter, in order.
    pub fn get_all(&self, name: &str) -> Vec<String> {
        addresses::values(&self.0, name)
    }
}

/// The query of the current page.
pub fn use_query() -> Memo<Query> {
    let url = use_url();
    Memo::new(move |_| Query(url.with(|url| url.search().to_owned())))
}

/// The heading of a list of search results: “2 accounts for “dana””. `more` says whether there are more than the list
/// shows.
pub fn results(number: usize, one: &str, many: &str, more: bool, query: String) -> AnyView {
    let number = count(u64::try_from(number).unwrap_or(0), one, many);
    let number = if more { ["The first ", &number].concat() } else { number };
    results_of(number, query)
}

/// The same heading for results that are not counted.
pub fn results_of(what: String, query: String) -> AnyView {
    view! { {what} " for “" <bdi translate="no">{query}</bdi> "”" }.into_any()
}
