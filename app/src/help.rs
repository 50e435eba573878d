//! The site's user documentation. The server alone renders it, so the wasm module does not contain it.
//! The numbers on the page come from the rules.

use crate::people::matrix;
use crate::ui::public::Public;
use crate::ui::viewer::ViewerData;
use leptos::prelude::*;
use shared::limits;
use shared::routes::Page;
use shared::words::wait;

/// The page `/help`.
#[component]
pub fn HelpPage() -> AnyView {
    let ViewerData(viewer_data) = expect_context();
    let status = viewer_data.render_result(|viewer| match viewer {
        Ok(viewer) => {
            let mail = if viewer.mail_goes_out {
                "Emails are being sent."
            } else {
                "Emails are kept here because there is no mail server."
            };
            view! { <p>"Guildhall " {viewer.version} " and its database are running. " {mail}</p> }.into_any()
        }
        Err(problem) => view! { <p>{shared::words::problem(&problem)}</p> }.into_any(),
    });
    view! {
        <Public path=Page::Help.path() title="Documentation" description="What Guildhall is for, and what its rules are."/>
        <main id="main" class="page prose">
            <h1 tabindex="-1">"Documentation"</h1>
            <p class="lede">"What Guildhall is for, and what its rules are."</p>
            <section>
                <h2>"Your account"</h2>
                <p>"Your username never changes, and nobody else ever gets it. There is one exception: if an account never verifies an address and isn't used for " {wait(limits::ACCOUNT_UNUSED.0)} ", its username becomes available again. Case, “.”, “_” and “-” make no difference in a username."</p>
                <p>"When you create an account, we email you a link to verify your address. The link works once, within " {wait(limits::VERIFICATION.0)} ", and only while you are signed in to the account. Until your address is verified you can look around, but you can't request an organization."</p>
                <p>"Under " <a href=Page::AccountSettings.path() rel="external">"Account settings"</a> " you can add addresses (up to " {limits::ADDRESSES} "), choose which one receives email, change your password, and see and sign out your devices. Changing your password signs out all other devices."</p>
                <p>"If you forget your password, use " <a href=Page::ForgottenPassword.path() rel="external">"Forgotten password"</a> ". We email a link to a verified address. It works once, within " {wait(limits::RESET.0)} "."</p>
                <p>"A password has at least " {limits::PASSWORD_MIN} " characters and must not be on a list of leaked passwords. You stay signed in for " {wait(limits::SESSION_ABSOLUTE.0)} ", or until you have been away for " {wait(limits::SESSION_IDLE.0)} "."</p>
            </section>
            <section>
                <h2>"Your own organization"</h2>
                <p>"Request an organization under " <a href=Page::YourOrganizations.path() rel="external">"Your organizations"</a> ". You can request as many as you need: " {limits::REQUESTS_AT_ONCE} " in a row, then one each minute, unless this site is configured differently. An administrator reviews the request and may ask you a question first. We'll email you the decision. Once approved, you become the organization's Owner. Until then you can edit or withdraw the request. A request for a private organization is a draft that only you can see until you enter its billing details."</p>
                <p>"The account name is used in URLs, in lower case and with each run of “.”, “_” and “-” as one “-”. Names are never reused by another organization, even after the organization is deleted."</p>
            </section>
            <section>
                <h2>"Roles"</h2>
                <p>"Each member has one role. An organization always has at least one Owner."</p>
                {matrix(true)}
            </section>
            <section>
                <h2>"People"</h2>
                <p>"An Owner invites people by username under " <b>"People"</b> ". The invitation is pending for " {limits::INVITATION_DAYS} " days, unless this site is configured differently. The invited person finds it under " <a href=Page::YourOrganizations.path() rel="external">"Your organizations"</a> " and in a banner on every page. An Owner can send it again, which replaces the older link, or revoke it. It ends if the Owner who sent it can no longer invite people."</p>
                <p>"Before a role changes or a person is removed, you see what ends, what stays, and who will be emailed. To leave an organization, press " <b>"Remove"</b> " next to your own name. The last Owner can't leave: make someone else an Owner first."</p>
            </section>
            <section>
                <h2>"Emails"</h2>
                <p>"Every change is emailed to the people it affects: who made it, when, and what it means. If an email doesn't arrive, check your spam folder or ask an administrator of this site."</p>
            </section>
            <section id="status"><h2>"Status"</h2>{status}</section>
        </main>
    }
    .into_any()
}
