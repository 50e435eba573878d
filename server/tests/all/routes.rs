//! Every route and every server function × every kind of actor, with its answer, in one readable golden file. A route
//! without a row here fails the test.

mod agreed;
mod at_once;
mod cast;
mod foreign;
mod standing;

use crate::support::{Engine, PASSWORD, Someone, World};
use agreed::agreed;
use axum::Router;
use axum::body::Body;
use cast::Cast;
use http::{Method, Request, header};
use shared::ids::{InvitationId, RequestId};
use shared::roles::Role;
use shared::wire::accounts::{ResendVerificationForm, VerifyEmailForm};
use tower::ServiceExt as _;

/// The kinds of actors, in the order of the columns.
const ACTORS: [&str; 9] =
    ["anonymous", "unverified", "outsider", "member", "billing", "manager", "owner", "admin", "disabled"];

const NOBODYS: uuid::Uuid = uuid::Uuid::from_u128(1);

/// What a row needs: a query, or the fields of a form. `{request}` is a waiting request, `{question}` is a question
/// about it. `{address}` and `{device}` are further ones of the actor. `{agreed}` is the digest of the preview that the
/// actor gets. `{n}` is a number unique to the cell.
fn sample(path: &str) -> Option<&'static str> {
    Some(match path {
        "/do/accounts/create" => "username=new-{n}&email=new-{n}@example.org&password=correct horse battery staple",
        "/do/accounts/set-up" => {
            "token=x&username=new-{n}&email=new-{n}@example.org&password=correct horse battery staple"
        }
        "/do/accounts/verify" => "token=x",
        "/do/accounts/add-address" => "email=more-{n}@example.org&current_password=correct horse battery staple",
        "/do/accounts/ask-for-reset" => "who=nobody-{n}",
        "/do/accounts/change-password" => {
            "current_password=correct horse battery staple&password=another horse battery staple"
        }
        "/do/accounts/make-primary" | "/do/accounts/resend-to-address" => "address={address}",
        "/do/accounts/remove-address" => "address={address}&agreed={agreed}",
        "/do/accounts/reset-password" => "token={reset}&password=another horse battery staple",
        "/do/accounts/sign-out-device" => "device={device}",
        "/do/accounts/sign-out-others" => "",
        "/do/accounts/resend-verification" | "/do/accounts/sign-out" => "",
        "/do/accounts/sign-in" => "who=owner&password=wrong horse battery staple",
        "/do/accounts/theme" => "theme=dark",
        "/do/administration/disable-account" => "username={shut}&reason=Spam&agreed={agreed}",
        "/do/administration/end-sessions" => "username={shut}&reason=Lost&agreed={agreed}",
        "/do/administration/enable-account" => "username=disabled&agreed={agreed}",
        "/do/administration/disable-organization" => "organization=moondial&reason=Spam&agreed={agreed}",
        "/do/administration/enable-organization" => "organization=moondial&agreed={agreed}",
        "/do/administration/appoint-owner" => {
            "organization=starless&username=outsider&reason=Gone&typed=starless&agreed={agreed}"
        }
        "/do/administration/retry-email" => "email={email}",
        "/do/administration/retry-failed" => "query=",
        "/do/requests/file" => {
            "account_name=name-{n}&display_name=Name&url=https://name.example&description=Text&kind=community"
        }
        "/do/requests/give-billing" => {
            "request={request}&legal_name=Name&billing_email=papers@name.example&postal_address=Street&country=GB&tax_id=&order_number=&payment=invoice&shown={unbilled}"
        }
        "/do/requests/save-billing-draft" => "request={request}&legal_name=Name",
        "/do/requests/discard" => "request={request}&agreed={agreed}",
        "/do/requests/withdraw" => "request={request}&agreed={agreed}",
        "/do/requests/approve" => "request={request}&message=Welcome&agreed={agreed}",
        "/do/requests/decline" => "request={request}&reason=No&agreed={agreed}",
        "/do/requests/ask" => "request={request}&question=Why&agreed={agreed}",
        "/do/requests/answer" => "request={request}&asked={question}&answer=So&agreed={agreed}",
        "/do/requests/note" => "request={request}&note=Known&agreed={agreed}",
        "/do/requests/defer" => "request={request}&agreed={agreed}",
        "/do/requests/edit" => {
            "request={request}&display_name=Name&url=https://name.example&description=Other&shown={shown}"
        }
        "/see/accounts/reset" => "token={reset}",
        "/see/accounts/set-up" | "/see/accounts/verification" => "token=x",
        "/see/accounts/history" | "/see/accounts/reader" | "/see/accounts/settings" => "",
        "/see/accounts/preview-remove-address" => "address={address}",
        "/see/accounts/username" => "username=free",
        "/see/accounts/viewer" | "/see/administration/emails" | "/see/organizations/yours" | "/see/requests/queue" => {
            ""
        }
        "/see/administration/account"
        | "/see/administration/preview-disable"
        | "/see/administration/preview-enable"
        | "/see/administration/preview-end-sessions" => "username=outsider",
        "/see/administration/organization"
        | "/see/administration/preview-disable-organization"
        | "/see/administration/preview-enable-organization" => "organization=sundial",
        "/see/administration/preview-appoint-owner" => "organization=starless&username=outsider",
        "/see/administration/organizations" => "query=sun",
        "/see/administration/accounts" => "query=out",
        "/see/administration/email" => "email={email}",
        "/see/organizations/profile" => "name=sundial",
        "/see/organizations/search" => "query=sun",
        "/see/people/list" => "organization=sundial",
        "/do/people/invite" => "organization=sundial&username={guest}&role=member",
        "/do/people/invite-several" => "organization=sundial&usernames[0]={guest}&role=member",
        "/do/people/resend-invitation" => "invitation={invitation}",
        "/do/people/revoke-invitation" => "invitation={invitation}&agreed={agreed}",
        "/do/people/assign-role" => "organization=sundial&people={joined}=member&role=manager&agreed={agreed}",
        "/do/people/remove" => "organization=sundial&people={joined}&typed={joined}&agreed={agreed}",
        "/see/people/ended-membership" => "organization=sundial",
        "/see/people/recent-events" => "organization=sundial&since=0",
        "/see/people/check-invitees" => "organization=sundial&names=outsider&role=member",
        "/see/people/preview-assign-role" => "organization=sundial&people=member=member&role=manager",
        "/see/people/preview-remove" => "organization=sundial&people=member",
        "/see/people/preview-revoke-invitation" => "invitation={invitation}",
        "/do/invitations/accept" => "invitation={offer}",
        "/do/invitations/decline" => "invitation={offer}&message=&agreed={agreed}",
        "/see/invitations/one" | "/see/invitations/preview-decline" | "/manage/invitations/{id}" => {
            "invitation={offer}"
        }
        "/see/invitations/link" | "/invitation" => "token={link}",
        "/see/requests/name" => "name=free",
        "/see/requests/one"
        | "/see/requests/mine"
        | "/see/requests/preview-approve"
        | "/see/requests/preview-ask"
        | "/see/requests/preview-defer"
        | "/see/requests/preview-note"
        | "/see/requests/preview-decline"
        | "/see/requests/preview-discard"
        | "/see/requests/preview-withdraw" => "request={request}",
        "/see/requests/preview-answer" => "request={request}&asked={question}",
        "/administration/requests/{id}"
        | "/manage/requests/{id}"
        | "/manage/requests/{id}/billing"
        | "/manage/requests/{id}/edit" => "request={request}",
        "/administration/mail/{id}" => "email={email}",
        "/"
        | "/.well-known/change-password"
        | "/.well-known/security.txt"
        | "/administration"
        | "/administration/accounts"
        | "/administration/accounts/{name}"
        | "/administration/mail"
        | "/administration/organizations"
        | "/administration/organizations/{name}"
        | "/administration/requests"
        | "/create-account"
        | "/forgotten-password"
        | "/health/live"
        | "/health/ready"
        | "/help"
        | "/kept"
        | "/live"
        | "/manage/account"
        | "/manage/account/history"
        | "/manage/organization/{name}"
        | "/manage/organization/{name}/people"
        | "/manage/organization/{name}/people.csv"
        | "/manage/organization/{name}/people.json"
        | "/manage/organization/{name}/people/invite"
        | "/manage/organizations"
        | "/manage/organizations/create"
        | "/metrics"
        | "/org/{name}"
        | "/sign-in"
        | "/style" => "",
        "/search" => "query=sun",
        "/reset-password" => "token={reset}",
        "/set-up" | "/verify" => "token=x",
        _ => return None,
    })
}

/// Whether the route is about a draft, not about a submitted request.
fn is_for_drafts(path: &str) -> bool {
    ["billing", "billing-draft", "discard"].into_iter().any(|end| path.ends_with(end))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_every_actor_as_in_the_golden_file() {
    let cast = Cast::new().await;
    let mut table = format!("{:<58}", "");
    for actor in ACTORS {
        table.push_str(&format!("{actor:<14}"));
    }
    table.push('\n');
    let mut n = 0;
    for (method, path) in server::http::routes() {
        let sample = sample(&path).unwrap_or_else(|| panic!("{method} {path} has no row"));
        let mut row = format!("{:<58}", format!("{method} {path}"));
        for (actor, who) in ACTORS.into_iter().zip(&cast.people) {
            n += 1;
            let request = match (sample.contains("{request}"), is_for_drafts(&path)) {
                (true, true) => cast.fresh_draft(n).await,
                (true, false) => cast.fresh_request(n).await,
                (false, _) => RequestId(NOBODYS),
            };
            let own = match (sample.contains("{address}"), sample.contains("{question}")) {
                (true, _) => cast.further_address(who.as_ref(), n).await,
                (_, true) => cast.question(request).await,
                _ => NOBODYS.to_string(),
            };
            let own = match sample.contains("{shut}") {
                true => cast.world.newcomer(&format!("shut-{n}")).await.name,
                false => own,
            };
            let own = match (sample.contains("{guest}"), sample.contains("{joined}"), sample.contains("{invitation}")) {
                (true, ..) => cast.guest(n).await.name,
                (_, true, _) => cast.joined(n).await,
                (.., true) => cast.invited(n).await.to_string(),
                _ => own,
            };
            let (offer, link) = match sample.contains("{offer}") || sample.contains("{link}") {
                true => cast.offered().await,
                false => (InvitationId(NOBODYS), String::new()),
            };
            let own = if sample.contains("{offer}") { offer.to_string() } else { own };
            let device = match sample.contains("{device}") {
                true => cast.further_device(who.as_ref()).await,
                false => NOBODYS.to_string(),
            };
            let reset = if sample.contains("{reset}") { cast.reset(n).await } else { String::new() };
            let agreed = agreed(&cast, &path, who.as_ref(), request, &own).await;
            let fields = sample
                .replace("{n}", &n.to_string())
                .replace("{email}", &cast.email)
                .replace("{request}", &request.to_string())
                .replace("{address}", &own)
                .replace("{question}", &own)
                .replace("{shut}", &own)
                .replace("{guest}", &own)
                .replace("{joined}", &own)
                .replace("{invitation}", &own)
                .replace("{offer}", &own)
                .replace("{link}", &link)
                .replace("{device}", &device)
                .replace("{reset}", &reset)
                .replace("{agreed}", &agreed)
                .replace("{unbilled}", &shared::rules::requests::billing_version(None))
                .replace("{shown}", &cast.words(request).await);
            let name = if path.contains("/accounts/") { "outsider" } else { "sundial" };
            let mut address = path.replace("{name}", name);
            if sample.contains("{request}") {
                address = address.replace("{id}", &request.to_string());
            }
            let id = if path.contains("/invitations/") { &own } else { &cast.email };
            address = address.replace("{id}", id);
            let body = (method == Method::POST).then(|| {
                let once = cast.world.once().idempotency_key;
                let sent = format!("{fields}&once={once}").replace(' ', "%20").replace('@', "%40");
                sent.trim_start_matches('&').to_owned()
            });
            if method == Method::GET && !fields.is_empty() {
                address = format!("{address}?{fields}");
            }
            // An actor whose session ends here must be signed in for the rows below.
            let ends = ["/do/accounts/sign-out", "/do/accounts/create", "/do/accounts/change-password"]
                .contains(&path.as_str())
                && !["anonymous", "disabled"].contains(&actor);
            let stand_in = if ends { Some(cast.world.newcomer(&format!("leaves-{n}")).await) } else { None };
            let answer = cast.ask(&method, &address, body, stand_in.as_ref().or(who.as_ref())).await;
            row.push_str(&format!("{answer:<14}"));
        }
        table.push_str(row.trim_end());
        table.push('\n');
    }
    assert_golden("routes.txt", &table);
}

/// Compares a table with the golden file, or writes the file if `GUILDHALL_BLESS` is set.
fn assert_golden(name: &str, table: &str) {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/golden/").to_owned() + name;
    if std::env::var_os("GUILDHALL_BLESS").is_some() {
        std::fs::write(&golden, table).unwrap();
    }
    assert_eq!(table, std::fs::read_to_string(golden).unwrap(), "the golden file differs");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_methods_and_unknown_paths_are_404_or_405() {
    let cast = Cast::new().await;
    let cases = [
        (Method::GET, "/nothing-here", "404"),
        (Method::POST, "/nothing-here", "404"),
        (Method::POST, "/do/nothing/here", "404"),
        (Method::GET, "/see/nothing/here", "404"),
        (Method::GET, "/administration/requests/not-an-id", "404"),
        (Method::GET, "/org/nobody", "404"),
        (Method::GET, "/org/%00", "404"),
        (Method::GET, "/manage/organization/nobody/people", "404"),
    ];
    for (method, path, expected) in cases {
        let answer = cast.ask(&method, path, None, Some(cast.admin())).await;
        assert_eq!(answer, expected, "{method} {path}");
    }
    for (method, path) in [(Method::PUT, "/"), (Method::DELETE, "/org/sundial"), (Method::GET, "/do/accounts/sign-out")]
    {
        let answer = cast.ask(&method, path, None, None).await;
        assert!(["404", "405"].contains(&answer.as_str()), "{method} {path} {answer}");
    }
}

/// A GET request changes nothing, whoever sends it. That includes previews and valid links.
#[tokio::test(flavor = "multi_thread")]
async fn get_changes_nothing() {
    let cast = Cast::new().await;
    let request = cast.fresh_request(1).await.to_string();
    let draft = cast.fresh_draft(1).await.to_string();
    let link = cast.world.link_to(cast.people[1].as_ref().unwrap()).await;
    let reset = cast.reset(1).await;
    let outsider = cast.people[2].as_ref();
    let own = cast.further_address(outsider, 1).await;
    let question = cast.question(request.parse().unwrap()).await;
    let invitation = cast.invited(1).await.to_string();
    let (offer, offered) = cast.offered().await;
    let offer = offer.to_string();
    // The last use of a device is recorded, and nothing else changes.
    let but_use = async || {
        let mut tables = cast.world.contents("").await;
        tables.remove("session");
        tables
    };
    let before = but_use().await;
    // Routes that show nothing to any of these actors: they redirect, are disabled, are used up, or are for closed
    // accounts.
    let shows_nothing = [
        "/administration",
        "/kept",
        "/manage/organization/{name}",
        "/metrics",
        "/see/accounts/set-up",
        "/see/people/ended-membership",
        "/set-up",
        "/style",
    ];
    for (method, path) in server::http::routes().into_iter().filter(|(method, _)| method == Method::GET) {
        let query = sample(&path).unwrap().replace("token=x", &format!("token={link}"));
        let request = if is_for_drafts(&path) { &draft } else { &request };
        let query = query.replace("{request}", request).replace("{email}", &cast.email);
        let query = query.replace("{reset}", &reset).replace("{address}", &own).replace("{question}", &question);
        let query = query.replace("{invitation}", &invitation).replace("{offer}", &offer).replace("{link}", &offered);
        let id = match path.as_str() {
            path if path.contains("/mail/") => &cast.email,
            path if path.contains("/invitations/") => &offer,
            _ => request,
        };
        let address = format!(
            "{}?{query}",
            path.replace("{name}", if path.contains("/accounts/") { "outsider" } else { "sundial" })
                .replace("{id}", id)
        );
        let mut answers = Vec::new();
        for who in &cast.people {
            answers.push(cast.ask(&method, address.trim_end_matches('?'), None, who.as_ref()).await);
        }
        // This URL redirects everyone to the page where a password is changed.
        let shown = answers.iter().any(|answer| answer == "200") || path == "/.well-known/change-password";
        assert!(shown || shows_nothing.contains(&path.as_str()), "{address}: {answers:?}");
    }
    assert_eq!(but_use().await, before);
}

/// The status of a link's page: the link works, was used, has expired, or never existed.
#[tokio::test(flavor = "multi_thread")]
async fn link_pages_return_the_status_of_their_link() {
    let cast = Cast::new().await;
    let world = &cast.world;
    let dana = world.newcomer("dana").await;
    let replaced = world.link_to(&dana).await;
    world.submit(&dana, ResendVerificationForm {}).await.unwrap();
    let link = world.link_to(&dana).await;
    let late = world.newcomer("late").await;
    let old = world.link_to(&late).await;
    let seen_by = async |who: Option<&Someone>, path: &str, token: &str| {
        cast.ask(&Method::GET, &format!("{path}?token={token}"), None, who).await
    };
    let page = async |path: &str, token: &str| seen_by(Some(&dana), path, token).await;
    assert_eq!(page("/verify", &link).await, "200");
    assert_eq!(seen_by(None, "/verify", &link).await, "302 sign-in", "it works for dana alone");
    assert_eq!(seen_by(Some(&late), "/verify", &link).await, "403");
    assert_eq!(page("/verify", &replaced).await, "404");
    assert_eq!(page("/verify", &"0".repeat(64)).await, "404");
    assert_eq!(page("/verify", "").await, "200", "nobody has opened a link");
    world.submit(&dana, VerifyEmailForm { token: link.clone().into() }).await.unwrap();
    assert_eq!(page("/verify", &link).await, "410");
    world.clock.advance(shared::limits::VERIFICATION);
    assert_eq!(page("/verify", &old).await, "410");
    assert_eq!(page("/set-up", &"0".repeat(64)).await, "409");
}
