//! What a public page says of itself to search engines and to whoever shows a link to it: its one address, a description
//! and the text of a preview (Open Graph). It stands in the head of what the server draws, and is taken away when the
//! reader goes on to another page ([`crate::browser::remove_page_metadata`]).

use leptos::prelude::*;
use leptos_meta::Title;

/// Where the site is, without a slash at the end, as everybody types it.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default)]
pub struct PublicAddress(pub String);

/// The title of a public page, and what else its head says of it.
#[component]
pub fn Public(
    /// Its own address, without what can be left out.
    #[prop(into)]
    path: String,
    #[prop(into)] title: String,
    #[prop(into)] description: String,
) -> impl IntoView {
    let head = view! { <Title text=title.clone()/> };
    #[cfg(feature = "ssr")]
    let head = (head, about(&path, title, &description));
    // Each of the seven leaves its place in the body.
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
    // These find their place in the head by the context in which they are written out, which may be after a wait.
    let owner = Owner::new();
    let tags = owner.with(|| {
        // Not one view of all: that would leave one more mark in the body.
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
