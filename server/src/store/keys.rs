//! Search keys, which are stored beside the texts that people read ([`search_key`]), and keys that find similar
//! organizations ([`display_skeleton`]). A migration that changes how a key is made empties the stored keys, and [`fill`]
//! makes them again.

use super::{FromRow, Row, StoreResult, Tx};
use shared::addresses::OrganizationUrl;
use shared::ids::{EmailId, OrganizationId, RequestId};
use shared::names::{OrganizationName, Username, display_skeleton};
use shared::unicode::search_key;

/// The search key of a request.
pub(super) fn of_request(name: &str, display_name: &str, url: &str, description: &str) -> String {
    search_key(&[name, display_name, url, description].join("\n"))
}

/// The search key of an email.
pub(super) fn of_email(to: &str, subject: &str) -> String {
    search_key(&[to, subject].join("\n"))
}

/// A searched text as part of a pattern for `like … escape '\'` that is matched against keys. Wildcards in it are
/// escaped.
pub(super) fn literal(text: &str) -> String {
    escaped(&search_key(text))
}

/// The same, matched against the keys of organizations' names.
pub(super) fn literal_name(text: &str) -> String {
    escaped(OrganizationName::part(text).as_str())
}

fn escaped(key: &str) -> String {
    let escaped = |c| if matches!(c, '%' | '_' | '\\') { vec!['\\', c] } else { vec![c] };
    key.chars().flat_map(escaped).collect()
}

/// The pattern for the keys of usernames that contain a text. `None` if no username can contain it, for example an
/// address or a letter of another script.
pub(super) fn in_usernames(text: &str) -> Option<String> {
    let part = Username::part(text);
    let stray = |c: char| !c.is_ascii_alphanumeric() && !c.is_whitespace() && !"._-".contains(c);
    let none = part.as_str().is_empty() || search_key(text).trim_start_matches('@').contains(stray);
    (text.is_empty() || !none).then(|| format!("%{part}%"))
}

struct Organization {
    id: OrganizationId,
    display_name: String,
    url: OrganizationUrl,
}

impl FromRow for Organization {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let url = OrganizationUrl::from_stored(row.get("url")?);
        Ok(Self { id: row.get("id")?, display_name: row.get("display_name")?, url })
    }
}

struct Request {
    id: RequestId,
    key: String,
}

impl FromRow for Request {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let [name, display_name, url, description]: [String; 4] =
            [row.get("name")?, row.get("display_name")?, row.get("url")?, row.get("description")?];
        Ok(Self { id: row.get("id")?, key: of_request(&name, &display_name, &url, &description) })
    }
}

struct Email {
    id: EmailId,
    key: String,
}

impl FromRow for Email {
    fn from_row(row: &Row) -> StoreResult<Self> {
        let [to, subject]: [String; 2] = [row.get("to_address")?, row.get("subject")?];
        Ok(Self { id: row.get("id")?, key: of_email(&to, &subject) })
    }
}

/// Fills the empty keys.
pub(super) async fn fill(tx: &mut Tx<'_>) -> StoreResult<()> {
    let organizations: Vec<Organization> =
        tx.sql("select id, display_name, url from organization where display_key = '' or look_key = ''").list().await?;
    for Organization { id, display_name, url } in organizations {
        tx.sql("update organization set display_key = $2, look_key = $3, host_key = $4 where id = $1")
            .bind(id)
            .bind(search_key(&display_name))
            .bind(display_skeleton(&display_name))
            .bind(url.domain())
            .expect_one()
            .await?;
    }
    let requests: Vec<Request> =
        tx.sql("select id, name, display_name, url, description from request where search_key = ''").list().await?;
    for Request { id, key } in requests {
        tx.sql("update request set search_key = $2 where id = $1").bind(id).bind(key).expect_one().await?;
    }
    let emails: Vec<Email> = tx.sql("select id, to_address, subject from letter where search_key = ''").list().await?;
    for Email { id, key } in emails {
        tx.sql("update letter set search_key = $2 where id = $1").bind(id).bind(key).expect_one().await?;
    }
    Ok(())
}
