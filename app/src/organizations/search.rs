//! Search for organizations.

use super::actions::GetSearch;
use crate::ui::data::Data;
use crate::ui::public::Public;
use crate::ui::query::use_query;
use leptos::prelude::*;
use shared::wire::organizations::{Found, Search};
use shared::words::count;

/// The page `/search?q=`.
#[component]
pub fn SearchPage() -> AnyView {
    let query = use_query();
    let data = Data::of(move || GetSearch { query: query.read().get("q").unwrap_or_default() });
    view! {
        <Public path="/search" title="Search" description="Find an organization by a part of its name."/>
        <main id="main" class="page">
            <h1 tabindex="-1">"Search organizations"</h1>
            {data.shown(results)}
        </main>
    }
    .into_any()
}

fn results(search: Search) -> AnyView {
    if search.query.is_empty() {
        return view! { <p class="soft">"Type a name, or a part of one, into the field at the top of the page."</p> }
            .into_any();
    }
    if search.found.is_empty() {
        return view! {
            <div class="empty">
                <h2>"Nothing found"</h2>
                <p>"No organization has “" <bdi translate="no">{search.query}</bdi> "” in its name. Try a shorter part of it."</p>
            </div>
        }
        .into_any();
    }
    let number = u64::try_from(search.found.len()).unwrap_or(0);
    let sentence = if search.more {
        "These come first; there are more. A longer text finds fewer.".to_owned()
    } else {
        count(number, "organization", "organizations")
    };
    view! {
        <p class="soft">{sentence}</p>
        <ul role="list" class="results">{search.found.into_iter().map(row).collect_view()}</ul>
    }
    .into_any()
}

fn row(found: Found) -> AnyView {
    let to = crate::addresses::profile(&found.name);
    view! {
        <li>
            <a href=to><bdi translate="no">{found.display_name}</bdi></a> " " <span translate="no" class="name soft">{found.name}</span>
            <p class="soft">{found.description}</p>
        </li>
    }
    .into_any()
}
