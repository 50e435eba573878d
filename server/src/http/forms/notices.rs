//! The notice after an accepted form: a cookie that lives until the next page, so that no link and no other site can
//! put a sentence into ours, and a reload does not repeat it.

use crate::config::PublicUrl;
use crate::http::served::cookie;
use crate::http::sessions::set_cookie;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use shared::words::Notice;

/// How long a notice waits for its page, in seconds.
const WAITS: i64 = 60;

/// What the cookie is called, before the site makes its own name of it.
const NAME: &str = "notice";

/// The whole `Set-Cookie` value that keeps a notice for the next page.
pub fn keep(notice: &Notice, site: &PublicUrl) -> String {
    let text = serde_json::to_vec(notice).unwrap_or_default();
    set_cookie(NAME, &URL_SAFE_NO_PAD.encode(text), WAITS, site)
}

/// The whole `Set-Cookie` value that forgets it.
pub fn shown(site: &PublicUrl) -> String {
    set_cookie(NAME, "", 0, site)
}

/// Whether a notice is kept.
pub fn waits(headers: &HeaderMap, site: &PublicUrl) -> bool {
    cookie(headers, &site.cookie(NAME)).is_some()
}

/// The notice that is kept; anything that is none of ours is none.
pub fn pending(headers: &HeaderMap, site: &PublicUrl) -> Option<Notice> {
    let text = URL_SAFE_NO_PAD.decode(cookie(headers, &site.cookie(NAME))?).ok()?;
    serde_json::from_slice(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::limits;
    use shared::words::NamesOrCount;

    /// What a browser is known to keep of one cookie: its name, value and attributes together.
    const KEPT: usize = 4096;

    #[test]
    fn no_notice_is_too_large_for_a_cookie() {
        let site: PublicUrl = "https://guild.example.org:65535".parse().unwrap();
        // The longest of each kind, in letters that take the most room.
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
            let cookie = keep(&notice, &site);
            assert!(cookie.len() < KEPT, "{} bytes: {notice:?}", cookie.len());
        }
    }
}
