//! The public profile of an organization.

use crate::ui::data::Data;
use crate::ui::public::Public;
use crate::ui::time::When;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::routes::Page;
use shared::wire::organizations::{Profile, ProfileQuery};

/// The page `/org/<name>`.
#[component]
pub fn ProfilePage() -> AnyView {
    let params = use_params_map();
    let data = Data::of(move || ProfileQuery { name: params.read().get("name").unwrap_or_default() });
    data.render(|profile| {
        let (path, title) = (Page::Profile(profile.name.clone()).path(), profile.display_name.clone());
        view! {
            <Public path title description=profile.description.clone()/>
            <main id="main" class="page">{body(profile)}</main>
        }
        .into_any()
    })
}

fn body(profile: Profile) -> AnyView {
    let manage = profile.my_role.map(|role| {
        let to = Page::People(profile.name.clone()).path();
        view! {
            <p class="row"><a class="button" href=to>"Manage"</a> <span class="soft">"You are " {role.with_article()} " of this organization."</span></p>
        }
    });
    view! {
        <div class="lead">
            <h1 tabindex="-1"><bdi translate="no">{profile.display_name}</bdi></h1>
            <span translate="no" class="name soft">{profile.name}</span>
            <span class="tag">{profile.kind.name()}</span>
        </div>
        <p class="lede">{profile.description}</p>
        <dl class="facts">
            <div><dt>"Website"</dt><dd><a href=profile.url.clone() rel="nofollow noopener">{profile.url.clone()}</a></dd></div>
            <div><dt>"Created"</dt><dd><When at=profile.since now=crate::first_paint::first_paint().now/></dd></div>
        </dl>
        {manage}
    }
    .into_any()
}
