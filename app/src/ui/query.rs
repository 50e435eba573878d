//! What the address asks for: the values of its query, each decoded once. The router's own map decodes them a second
//! time, so that `100%25` would be `100%`, and `%2526` a separator.

use crate::addresses;
use leptos::prelude::*;
use leptos_router::hooks::use_url;

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
