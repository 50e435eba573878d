//! Addresses within the site.

use crate::server_functions::Fetch;
use shared::names::normalize;
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

/// Percent-encodes a text for a query. Everything except letters, digits and `-._~/` is encoded, and so is a trailing
/// slash, because the router shortens addresses that end with several slashes.
pub fn query_part(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |value: u8| char::from(DIGITS.get(usize::from(value)).copied().unwrap_or(b'0'));
    let mut part = String::with_capacity(text.len());
    for (place, byte) in text.bytes().enumerate() {
        let slash = byte == b'/' && place + 1 < text.len();
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || slash {
            part.push(char::from(byte));
        } else {
            part.push('%');
            part.push(digit(byte >> 4));
            part.push(digit(byte & 15));
        }
    }
    part
}

/// The values of a parameter in a query, in order, each decoded once. Invalid UTF-8 is replaced.
pub fn values(query: &str, name: &str) -> Vec<String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.filter(|(key, _)| decoded(key) == name).map(|(_, value)| decoded(value)).collect()
}

/// Decodes a part of a query: `+` is a space, and `%` with two hexadecimal digits a byte. Any other `%` stays as it is.
pub fn decoded(part: &str) -> String {
    let digit =
        |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        bytes.push(match (first, digit(behind.first()), digit(behind.get(1))) {
            (b'%', Some(high), Some(low)) => {
                rest = behind.get(2..).unwrap_or_default();
                high * 16 + low
            }
            (b'+', ..) => b' ',
            _ => *first,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An address with further query parameters.
pub fn with_query<'a, 'b>(address: &str, query: impl IntoIterator<Item = (&'a str, &'b str)>) -> String {
    let mut address = address.to_owned();
    for (name, value) in query {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(&[name, "=", &query_part(value)].concat());
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
    let mut address = String::from("/sign-in?next=");
    address.push_str(&query_part(page));
    address
}

/// The address to which a form is sent, with its page. A GET request for this address, such as a reload of the answer,
/// is redirected to that page ([`page_of_form`]).
pub fn form_at(url: &str, page: &str) -> String {
    [url, "?page=", &query_part(page)].concat()
}

/// The page of a server function's form, if the address does not name one.
pub fn page_of_form(function: &str) -> Option<&'static str> {
    Some(match function.strip_prefix("/do/")? {
        "accounts/sign-in" => "/sign-in",
        "accounts/create" => "/create-account",
        "accounts/set-up" => "/set-up",
        "accounts/verify" | "accounts/resend-verification" => "/verify",
        "accounts/ask-for-reset" => "/forgotten-password",
        "accounts/reset-password" => "/reset-password",
        // These forms are on every page.
        "accounts/sign-out" | "accounts/theme" => "/",
        "accounts/add-address"
        | "accounts/change-password"
        | "accounts/make-primary"
        | "accounts/remove-address"
        | "accounts/resend-to-address"
        | "accounts/sign-out-device"
        | "accounts/sign-out-others" => "/manage/account",
        "requests/approve" | "requests/ask" | "requests/decline" | "requests/defer" | "requests/note" => {
            "/administration/requests"
        }
        "administration/disable-account" | "administration/enable-account" | "administration/end-sessions" => {
            "/administration/accounts"
        }
        "administration/appoint-owner"
        | "administration/disable-organization"
        | "administration/enable-organization" => "/administration/organizations",
        "administration/retry-failed" | "administration/retry-letter" => "/administration/mail",
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
        | "requests/file"
        | "requests/give-billing"
        | "requests/save-billing-draft"
        | "requests/withdraw" => "/manage/organizations",
        _ => return None,
    })
}

/// Whether a page is the same for everybody: search engines may index it, and it has metadata.
pub fn is_public(path: &str) -> bool {
    ["/", "/create-account", "/forgotten-password", "/help", "/search", "/sign-in"].contains(&path)
        || path.strip_prefix("/org/").is_some_and(|name| !name.contains('/'))
}

/// The canonical address of an organization's public profile.
pub fn profile(name: &str) -> String {
    ["/org/", &query_part(&normalize(name))].concat()
}

/// The page of one of the reader's own requests.
pub fn my_request(id: &str) -> String {
    ["/manage/requests/", id].concat()
}

/// The page for a request's billing details.
pub fn billing(request: &str) -> String {
    [&my_request(request), "/billing"].concat()
}

/// The page **People** of an organization.
pub fn people(name: &str) -> String {
    ["/manage/organization/", &query_part(&normalize(name)), "/people"].concat()
}

/// The page on which several people are invited.
pub fn invite_several(name: &str) -> String {
    [&people(name), "/invite"].concat()
}

/// The page that checks the rest of a list after some of its people were invited, if there is a rest.
pub fn rest_of_list(form: &InviteSeveralForm) -> Option<String> {
    let list = || invite_several(&form.organization);
    (!form.rest.is_empty()).then(|| with_query(&list(), [("names", form.rest.as_str()), ("role", form.role.as_str())]))
}

/// The page of a received invitation.
pub fn invitation(id: &str) -> String {
    ["/manage/invitations/", id].concat()
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
        assert_eq!(query_part("é"), "%C3%A9");
        assert_eq!(query_part("a//"), "a/%2F");
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

    #[test]
    fn organization_address_is_canonical_for_each_spelling() {
        assert_eq!(profile("Foo_Bar"), "/org/foo-bar");
        assert_eq!(people("NIGHT__sky"), "/manage/organization/night-sky/people");
    }
}
