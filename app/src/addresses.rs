//! Addresses within the site.

use crate::server_functions::Fetch;
use percent_encoding::percent_decode_str;
use shared::names::normalize;
use shared::routes::{Page, encoded};
use shared::wire::people::InviteSeveralForm;

/// Fields that are never sent back after a refusal. A link's token is not among them: the person who opened the link
/// knows it, and the form is useless without it.
pub const SECRET_FIELDS: &[&str] = &["password", "current_password"];

/// An address to redirect to, if it is a page of this site. `next` comes from the address bar and from forms, so
/// anybody may have written it: it must not lead to another site or call a server function.
pub fn safe_redirect(next: &str) -> Option<String> {
    let mut chars = next.chars();
    let starts_here = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
    // Browsers read a backslash in a path as a slash. In a query it may be part of a search.
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let plain = next.chars().all(|c| c.is_ascii_graphic()) && !path.contains('\\');
    let function = ["/do/", "/see/", "/kept"].iter().any(|prefix| next.starts_with(prefix));
    (starts_here && plain && !function).then(|| next.to_owned())
}

/// The values of a parameter in a query, in order, each decoded once. Invalid UTF-8 is replaced.
pub fn values(query: &str, name: &str) -> Vec<String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.filter(|(key, _)| decoded(key) == name).map(|(_, value)| decoded(value)).collect()
}

/// Decodes a part of a query: `+` is a space, and `%` with two hexadecimal digits a byte. Any other `%` stays as it is.
pub fn decoded(part: &str) -> String {
    percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// An address with further query parameters.
pub fn with_query<'a, 'b>(address: &str, query: impl IntoIterator<Item = (&'a str, &'b str)>) -> String {
    let mut address = address.to_owned();
    for (name, value) in query {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(&[name, "=", &encoded(value)].concat());
    }
    address
}

/// The query parameters that select a part of a list.
const LIST_PARAMETERS: [&str; 3] = ["q", "only", "from"];

/// Where an accepted form leads. A list stays at the same part, without the parameters of the dialog. The selection is
/// kept if the dialog was about one person.
pub fn redirect_after(next: &str, page: &str) -> String {
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    // An address may spell an organization's name in another way.
    if !next.split('/').map(normalize).eq(path.split('/').map(normalize)) {
        return next.to_owned();
    }
    let about_one = query.split('&').any(|part| part.starts_with("who="));
    let of_list = |part: &&str| {
        let name = part.split('=').next().unwrap_or_default();
        LIST_PARAMETERS.contains(&name) || (about_one && name == "people")
    };
    let rest: Vec<&str> = query.split('&').filter(of_list).collect();
    if rest.is_empty() { path.to_owned() } else { [path, "?", &rest.join("&")].concat() }
}

/// The address of a server function with its fields as a query.
pub fn get_url<Q: Fetch>(call: &Q) -> String {
    // Plain text fields can always be written as a query.
    let query = serde_qs::to_string(call).unwrap_or_default();
    if query.is_empty() { Q::URL.to_owned() } else { [Q::URL, "?", &query].concat() }
}

/// The sign-in page, which then leads back to `page`.
pub fn sign_in_for(page: &str) -> String {
    with_query(&Page::SignIn.path(), [("next", page)])
}

/// The address to which a form is sent, with its page. A GET request for this address, such as a reload of the answer,
/// is redirected to that page ([`page_of_form`]).
pub fn form_at(url: &str, page: &str) -> String {
    [url, "?page=", &encoded(page)].concat()
}

/// The page of a server function's form, if the address does not name one.
pub fn page_of_form(function: &str) -> Option<Page> {
    Some(match function.strip_prefix("/do/")? {
        "accounts/sign-in" => Page::SignIn,
        "accounts/create" => Page::CreateAccount,
        "accounts/set-up" => Page::SetUp,
        "accounts/verify" | "accounts/resend-verification" => Page::Verify,
        "accounts/ask-for-reset" => Page::ForgottenPassword,
        "accounts/reset-password" => Page::ResetPassword,
        // These forms are on every page.
        "accounts/sign-out" | "accounts/theme" => Page::Home,
        "accounts/add-address"
        | "accounts/change-password"
        | "accounts/make-primary"
        | "accounts/remove-address"
        | "accounts/resend-to-address"
        | "accounts/sign-out-device"
        | "accounts/sign-out-others" => Page::AccountSettings,
        "requests/file" => Page::CreateOrganization,
        "requests/approve" | "requests/ask" | "requests/decline" | "requests/defer" | "requests/note" => Page::Requests,
        "administration/disable-account" | "administration/enable-account" | "administration/end-sessions" => {
            Page::Accounts
        }
        "administration/appoint-owner"
        | "administration/disable-organization"
        | "administration/enable-organization" => Page::Organizations,
        "administration/retry-failed" | "administration/retry-email" => Page::Emails,
        "invitations/accept"
        | "invitations/decline"
        | "people/assign-role"
        | "people/invite"
        | "people/invite-several"
        | "people/remove"
        | "people/resend-invitation"
        | "people/revoke-invitation"
        | "requests/answer"
        | "requests/discard"
        | "requests/edit"
        | "requests/give-billing"
        | "requests/save-billing-draft"
        | "requests/withdraw" => Page::YourOrganizations,
        _ => return None,
    })
}

/// Whether a page is the same for everybody: search engines may index it, and it has metadata.
pub fn is_public(path: &str) -> bool {
    [Page::Home, Page::CreateAccount, Page::ForgottenPassword, Page::Help, Page::Search, Page::SignIn]
        .iter()
        .any(|page| page.path() == path)
        || path.strip_prefix("/org/").is_some_and(|name| !name.contains('/'))
}

/// The page that checks the rest of a list after some of its people were invited, if there is a rest.
pub fn rest_of_list(form: &InviteSeveralForm) -> Option<String> {
    let list = || Page::InviteSeveral(form.organization.clone()).path();
    (!form.rest.is_empty()).then(|| with_query(&list(), [("names", form.rest.as_str()), ("role", form.role.as_str())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_to_another_site_or_server_function_is_refused() {
        for page in ["/", "/manage/organizations?confirm=withdraw&request=1#x", "/org/a//b", "/search?q=a\\b"] {
            assert_eq!(safe_redirect(page).as_deref(), Some(page));
        }
        for page in [
            "",
            "x",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "/a\\b",
            "/a b",
            "/\u{e9}",
            "/a\n",
            "/do/accounts/sign-out",
            "/see/accounts/viewer",
            "javascript:alert(1)",
        ] {
            assert_eq!(safe_redirect(page), None, "{page:?}");
        }
    }

    #[test]
    fn redirect_after_form_keeps_the_shown_part_of_its_list() {
        let page = "/people?q=a%20b&from=0.x&confirm=role&who=lee%3Dmember&as=owner&people=kim%3Downer";
        assert_eq!(redirect_after("/people", page), "/people?q=a%20b&from=0.x&people=kim%3Downer");
        assert_eq!(
            redirect_after("/people", "/people?only=owner&confirm=role&as=owner&people=kim%3Downer"),
            "/people?only=owner"
        );
        assert_eq!(redirect_after("/people", "/people?confirm=leave&who=lee"), "/people");
        assert_eq!(redirect_after("/people", "/people"), "/people");
        assert_eq!(
            redirect_after(
                "/manage/organization/sun-dial/people",
                "/manage/organization/Sun.Dial/people?q=a&confirm=role"
            ),
            "/manage/organization/Sun.Dial/people?q=a"
        );
        assert_eq!(redirect_after("/manage/organizations", page), "/manage/organizations");
        assert_eq!(redirect_after("/people?q=c", page), "/people?q=c");
    }

    #[test]
    fn address_in_a_query_is_percent_encoded() {
        assert_eq!(sign_in_for("/search?q=a b&c"), "/sign-in?next=/search%3Fq%3Da%20b%26c");
    }

    #[test]
    fn query_value_is_decoded_once() {
        for value in ["100%", "100%25", "R&D", "café", "a+b c", "a=b", "\\", "a//", "%zz", "?#'\"<>"] {
            let address = with_query("/search", [("q", value), ("from", "x")]);
            let (_, query) = address.split_once('?').unwrap_or_default();
            assert_eq!(values(query, "q"), [value], "{query}");
        }
        assert_eq!(values("q=a+b&q=%2B&p=1&q", "q"), ["a b", "+", ""]);
        assert_eq!(values("q=100%&%71=%4&q=%C3", "q"), ["100%", "%4", "\u{fffd}"]);
        assert_eq!(values("", "q"), Vec::<String>::new());
    }
}
