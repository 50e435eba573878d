//! What the address asks for: the values of its query, each decoded once. The router's own map decodes them a second
//! time, so that `100%25` would be `100%`, and `%2526` a separator.

use crate::addresses;
use leptos::prelude::*;
use leptos_router::hooks::use_url;
use shared::words::count;

/// The query of an address, as it is written there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// The value of this name; of several the last.
    pub fn get(&self, name: &str) -> Option<String> {
        addresses::values(&self.0, name).pop()
    }

    /// All values of this name, in their order.
    pub fn get_all(&self, name: &str) -> Vec<String> {
        addresses::values(&self.0, name)
    }
}

/// The query of the page's own address.
pub fn use_query() -> Memo<Query> {
    let url = use_url();
    Memo::new(move |_| Query(url.with(|url| url.search().to_owned())))
}

/// What a list of results is, and by what it was searched: “2 accounts for “dana””. `more` says that there are further
/// ones than are shown.
pub fn results(number: usize, one: &str, many: &str, more: bool, query: String) -> AnyView {
    let number = count(u64::try_from(number).unwrap_or(0), one, many);
    let number = if more { ["The first ", &number].concat() } else { number };
    results_of(number, query)
}

/// The same where they are not counted.
pub fn results_of(what: String, query: String) -> AnyView {
    view! { {what} " for “" <bdi translate="no">{query}</bdi> "”" }.into_any()
}
