//! The banner below the header.

use crate::server_functions::PostTo as _;
use crate::ui::form::PostForm;
use leptos::prelude::*;
use shared::routes::Page;
use shared::wire::accounts::{ResendVerificationForm, Viewer};
use shared::words::count;

/// The most urgent notice for a signed-in person, shown on every page.
pub fn banner(viewer: Option<Viewer>) -> Option<AnyView> {
    let account = viewer.and_then(|viewer| viewer.account)?;
    if let Some(invitation) = account.invitation {
        return Some(crate::invitations::banner(invitation, account.invitations.saturating_sub(1)));
    }
    if let Some(first) = account.questioned.first() {
        let page = Page::MyRequest(first.request.to_string()).path();
        let more = u64::try_from(account.questioned.len()).unwrap_or(1).saturating_sub(1);
        let more = (more > 0).then(|| {
            view! { <a href=Page::YourOrganizations.path()>{count(more, "other request", "other requests")}</a> }
        });
        let banner = view! {
            <div class="notice">
                <div>
                    <span>"An administrator has a question about your request for " <b translate="no"><bdi>{first.display_name.clone()}</bdi></b> "."</span>
                    <a href=page>"Answer"</a>
                    {more}
                </div>
            </div>
        };
        return Some(banner.into_any());
    }
    if account.bounces {
        let banner = view! {
            <div class="notice">
                <div>
                    <span>"Emails to " <b translate="no">{account.email}</b> " bounce."</span>
                    <a href=Page::AccountSettings.path()>"See your addresses"</a>
                </div>
            </div>
        };
        return Some(banner.into_any());
    }
    if account.verified {
        return None;
    }
    Some(
        view! {
            <div class="notice">
                <div>
                    <span>"Please verify " <b translate="no">{account.email}</b> ": open the link that we emailed there."</span>
                    <PostForm url=ResendVerificationForm::URL form="banner-resend">
                        <button type="submit" class="plain">"Send it again"</button>
                    </PostForm>
                </div>
            </div>
        }
        .into_any(),
    )
}
