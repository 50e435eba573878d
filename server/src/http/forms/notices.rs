//! The notice after an accepted form, in a cookie that lasts until the next page. Links and other sites therefore can't put
//! a sentence into our pages, and a reload doesn't repeat it.

use crate::config::PublicUrl;
use crate::http::request_info::cookie;
use crate::http::sessions::set_cookie;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use shared::notice::Notice;

/// How long a notice waits for its page, in seconds.
const MAX_AGE: i64 = 60;

/// The cookie, before [`PublicUrl::cookie_name`].
const NAME: &str = "notice";

/// The `Set-Cookie` value that stores a notice for the next page.
pub fn store(notice: &Notice, site: &PublicUrl) -> String {
    let text = serde_json::to_vec(notice).unwrap_or_default();
    set_cookie(NAME, &URL_SAFE_NO_PAD.encode(text), MAX_AGE, site)
}

/// The `Set-Cookie` value that deletes it.
pub fn clear(site: &PublicUrl) -> String {
    set_cookie(NAME, "", 0, site)
}

/// Whether there is a notice.
pub fn is_pending(headers: &HeaderMap, site: &PublicUrl) -> bool {
    cookie(headers, &site.cookie_name(NAME)).is_some()
}

/// The pending notice, or `None` if there is none or it can't be parsed.
pub fn pending(headers: &HeaderMap, site: &PublicUrl) -> Option<Notice> {
    let text = URL_SAFE_NO_PAD.decode(cookie(headers, &site.cookie_name(NAME))?).ok()?;
    serde_json::from_slice(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::limits;
    use shared::notice::NamesOrCount;

    /// The size of a cookie that browsers accept: its name, value and attributes together.
    const MAX_COOKIE_BYTES: usize = 4096;

    #[test]
    fn longest_notices_fit_into_a_cookie() {
        let site: PublicUrl = "https://guild.example.org:65535".parse().unwrap();
        // The longest of each kind, in characters that take the most bytes.
        let display_name = "\u{1d49c}".repeat(limits::DISPLAY_NAME);
        let whom: NamesOrCount = vec!["n".repeat(limits::USERNAME); limits::SELECTED_AT_ONCE].into();
        let three: NamesOrCount = vec!["n".repeat(limits::USERNAME); 3].into();
        for notice in [
            Notice::Left { display_name: display_name.clone(), removed: whom.clone() },
            Notice::Left { display_name: display_name.clone(), removed: three },
            Notice::Removed { whom: whom.clone() },
            Notice::Invited { whom },
            Notice::RequestFiled { display_name: display_name.replace('\u{1d49c}', "\"") },
            Notice::AccountCreated { username: "n".repeat(limits::USERNAME), email: "e".repeat(limits::EMAIL) },
        ] {
            let cookie = store(&notice, &site);
            assert!(cookie.len() < MAX_COOKIE_BYTES, "{} bytes: {notice:?}", cookie.len());
        }
    }
}
