//! Search for organizations.

use super::actions::GetSearch;
use crate::ui::data::Data;
use crate::ui::public::Public;
use crate::ui::query::{results, use_query};
use leptos::prelude::*;
use shared::wire::organizations::{Found, Search};

/// The page `/search?q=`.
#[component]
pub fn SearchPage() -> AnyView {
    let query = use_query();
    let data = Data::of(move || GetSearch { query: query.read().get("q").unwrap_or_default() });
    view! {
        <Public path="/search" title="Search" description="Find an organization by a part of its name."/>
        <main id="main" class="page">
            <h1 tabindex="-1">"Search organizations"</h1>
            {data.render(list)}
        </main>
    }
    .into_any()
}

fn list(search: Search) -> AnyView {
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
    let results = results(search.found.len(), "organization", "organizations", search.more, search.query);
    let more = search.more.then_some(". There are more: a longer text finds fewer.");
    view! {
        <p class="soft">{results}{more}</p>
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
