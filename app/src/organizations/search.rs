//! Search for organizations.

use crate::ui::data::Data;
use crate::ui::public::Public;
use crate::ui::query::{results, use_query};
use leptos::prelude::*;
use shared::routes::Page;
use shared::wire::organizations::{SearchQuery, SearchResult, SearchResults};

/// The page `/search?q=`.
#[component]
pub fn SearchPage() -> AnyView {
    let query = use_query();
    let data = Data::of(move || SearchQuery { query: query.read().get("q").unwrap_or_default() });
    view! {
        <Public path=Page::Search.path() title="Search" description="Find an organization by part of its name."/>
        <main id="main" class="page">
            <h1 tabindex="-1">"Search organizations"</h1>
            {data.render(list)}
        </main>
    }
    .into_any()
}

fn list(search: SearchResults) -> AnyView {
    if search.query.is_empty() {
        return view! { <p class="soft">"Enter a name, or part of one, in the search box at the top of the page."</p> }
            .into_any();
    }
    if search.found.is_empty() {
        return view! {
            <div class="empty">
                <h2>"No results"</h2>
                <p>"No organizations match “" <bdi translate="no">{search.query}</bdi> "”. Try a shorter search."</p>
            </div>
        }
        .into_any();
    }
    let results = results(search.found.len(), "organization", "organizations", search.more, search.query);
    let more = search.more.then_some(". More organizations match. Add more of the name to narrow the results.");
    view! {
        <p class="soft">{results}{more}</p>
        <ul role="list" class="results">{search.found.into_iter().map(row).collect_view()}</ul>
    }
    .into_any()
}

fn row(found: SearchResult) -> AnyView {
    let to = Page::Profile(found.name.clone()).path();
    view! {
        <li>
            <a href=to><bdi translate="no">{found.display_name}</bdi></a> " " <span translate="no" class="name soft">{found.name}</span>
            <p class="soft">{found.description}</p>
        </li>
    }
    .into_any()
}
