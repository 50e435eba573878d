//! The metadata of a public page for search engines and link previews: the canonical URL, a description, and the Open
//! Graph tags.
//!
//! The server renders it into the head. The browser removes it when the reader goes to another page
//! ([`crate::browser::remove_page_metadata`]).

use leptos::prelude::*;
use leptos_meta::Title;

/// The public address of the site, without a trailing slash.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default)]
pub struct PublicAddress(pub String);

/// The title and the metadata of a public page.
#[component]
pub fn Public(
    /// The page's canonical path, without optional parameters.
    #[prop(into)]
    path: String,
    #[prop(into)] title: String,
    #[prop(into)] description: String,
) -> impl IntoView {
    let head = view! { <Title text=title.clone()/> };
    #[cfg(feature = "ssr")]
    let head = (head, about(&path, title, &description));
    // Each of the seven tags leaves a placeholder in the body, which hydration must find.
    #[cfg(not(feature = "ssr"))]
    let (_, head) = ((path, title, description), (head, ((), (), (), (), (), (), ())));
    head
}

#[cfg(feature = "ssr")]
fn about(path: &str, title: String, description: &str) -> impl IntoView + use<> {
    use leptos::reactive::owner::Owner;
    use leptos::tachys::reactive_graph::OwnedView;
    use leptos_meta::{Link, Meta};

    let PublicAddress(site) = use_context().unwrap_or_default();
    let address = [&site, path].concat();
    let title = if title.is_empty() { "Guildhall".to_owned() } else { title };
    let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
    // The tags find the head through their context when they are rendered, which may happen after an await.
    let owner = Owner::new();
    let tags = owner.with(|| {
        // A tuple and not one view, because a view would add a placeholder to the body.
        (
            view! { <Link rel="canonical" href=address.clone()/> },
            view! { <Meta name="description" content=description.clone()/> },
            view! { <Meta property="og:site_name" content="Guildhall"/> },
            view! { <Meta property="og:type" content="website"/> },
            view! { <Meta property="og:title" content=title/> },
            view! { <Meta property="og:description" content=description/> },
            view! { <Meta property="og:url" content=address/> },
        )
    });
    OwnedView::new_with_owner(tags, owner)
}
