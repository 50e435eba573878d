//! The documentation of the site, for those who use it. Drawn by the server alone: the browser half does not carry it.
//! Its numbers are those of the rules.

use crate::people::matrix;
use crate::ui::frame::Looking;
use crate::ui::public::Public;
use leptos::prelude::*;
use shared::limits;
use shared::words::wait;

/// The page `/help`.
#[component]
pub fn HelpPage() -> AnyView {
    let Looking(looking) = expect_context();
    let status = looking.render_result(|viewer| match viewer {
        Ok(viewer) => {
            let mail = if viewer.mail_goes_out {
                "Letters go out."
            } else {
                "Letters are kept here: there is no mail server."
            };
            view! { <p>"Guildhall " {viewer.version} " answers, and so does its database. " {mail}</p> }.into_any()
        }
        Err(problem) => view! { <p>{shared::words::problem(&problem)}</p> }.into_any(),
    });
    view! {
        <Public path="/help" title="Documentation" description="What Guildhall is for, and what its rules are."/>
        <main id="main" class="page prose">
            <h1 tabindex="-1">"Documentation"</h1>
            <p class="lede">"What Guildhall is for, and what its rules are."</p>
            <section>
                <h2>"Your account"</h2>
                <p>"A username stays yours: it never changes, and nobody else gets it. Case, “.”, “_” and “-” make no difference to it."</p>
                <p>"A letter to your address has a link that shows it is yours. The link works once, within " {wait(limits::VERIFICATION.0)} ", for whoever is signed in to the account. Until then you can look around, but not ask for an organization."</p>
                <p>"Under " <a href="/manage/account" rel="external">"Account settings"</a> " you add addresses (up to " {limits::ADDRESSES} "), choose where letters go, change your password, and see and sign out your devices. A changed password signs every other device out."</p>
                <p>"A forgotten password is replaced by a link that goes to a verified address, from " <a href="/forgotten-password" rel="external">"Forgotten password"</a> ". It works once, within " {wait(limits::RESET.0)} "."</p>
                <p>"A password has at least " {limits::PASSWORD_MIN} " characters, and stands on no public list of broken ones. You stay signed in for " {wait(limits::SESSION_ABSOLUTE.0)} ", or until you have been away for " {wait(limits::SESSION_IDLE.0)} "."</p>
            </section>
            <section>
                <h2>"An organization of your own"</h2>
                <p>"Ask for one under " <a href="/manage/organizations" rel="external">"Your organizations"</a> ", as many as you need: " {limits::REQUESTS_AT_ONCE} " at once, then one each minute, unless this site is set otherwise. An administrator decides, or asks you something first; you hear by e-mail, and become its Owner. Until then you can edit the request or take it back. That of a private organization is a draft, which you alone see, until you have said whom its invoices go to."</p>
                <p>"Its account name stands in addresses, in lower case and with each run of “.”, “_” and “-” as one “-”. A name that was given is never given to anybody else, not even when the organization is gone."</p>
            </section>
            <section>
                <h2>"Roles"</h2>
                <p>"Each member has one role. An organization always has at least one Owner."</p>
                {matrix(true)}
            </section>
            <section>
                <h2>"People"</h2>
                <p>"An Owner invites by username, under " <b>"People"</b> ". The invitation waits " {limits::INVITATION_DAYS} " days, unless this site is set otherwise, under the invitee's " <a href="/manage/organizations" rel="external">"Your organizations"</a> ", and a banner on every page says so. It can be sent again, which makes the older link useless, or revoked; it ends with the right of the Owner who sent it."</p>
                <p>"A change of role or a removal is shown before it happens, with what ends, what stays, and who gets a letter. Whoever wants to leave presses " <b>"Remove"</b> " beside their own name. The last Owner can't leave: somebody else must be an Owner first."</p>
            </section>
            <section>
                <h2>"Letters"</h2>
                <p>"Every change is mailed to whom it concerns: who did it, when, and what it means. If a letter does not come, look among the unwanted mail, or ask an administrator of this site."</p>
            </section>
            <section id="status"><h2>"Status"</h2>{status}</section>
        </main>
    }
    .into_any()
}
