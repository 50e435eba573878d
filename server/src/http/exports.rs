//! Exports the members and invitees of an organization as CSV and JSON.

use app::backend::Caller;
use app::ports::SharedBackend;
use axum::Router;
use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use shared::problem::Problem;
use shared::wire::people::{Export, ExportQuery, InvitationRow, PersonRow};

/// The paths of the exports.
pub const ROUTES: [&str; 2] = ["/manage/organization/{name}/people.csv", "/manage/organization/{name}/people.json"];

/// The routes of the exports.
pub fn router(backend: SharedBackend) -> Router {
    let [csv, json] = ROUTES;
    Router::new().route(csv, get(as_csv)).route(json, get(as_json)).with_state(backend)
}

async fn as_json(
    State(backend): State<SharedBackend>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Response {
    match backend.answer(&caller, ExportQuery { organization: name }).await {
        Ok(export) => {
            let kind = HeaderValue::from_static("application/json");
            ([(CONTENT_TYPE, kind)], json(&export).to_string()).into_response()
        }
        Err(problem) => refused(problem),
    }
}

async fn as_csv(
    State(backend): State<SharedBackend>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Response {
    match backend.answer(&caller, ExportQuery { organization: name }).await {
        Ok(export) => {
            // A name consists of letters, digits and separators, so it needs no quoting here.
            let file = format!("attachment; filename=\"{}-people.csv\"", export.organization);
            let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
            let mut response = ([(CONTENT_TYPE, kind)], csv(&export)).into_response();
            if let Ok(file) = HeaderValue::from_str(&file) {
                response.headers_mut().insert(CONTENT_DISPOSITION, file);
            }
            response
        }
        Err(problem) => refused(problem),
    }
}

/// The status and the problem. [`super::errors`] adds the body.
fn refused(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    response.extensions_mut().insert(problem);
    response
}

/// The same as the CSV, with roles as codes and times in ISO 8601.
fn json(export: &Export) -> serde_json::Value {
    let member = |person: &PersonRow| serde_json::json!({ "username": person.username, "role": person.role.code(), "since": person.joined_at.iso() });
    let invited = |one: &InvitationRow| serde_json::json!({ "username": one.username, "role": one.role.code(), "until": one.ends_at.iso(), "invited_by": one.inviter });
    serde_json::json!({
        "organization": export.organization,
        "members": export.members.iter().map(member).collect::<Vec<_>>(),
        "invitations": export.invitations.iter().map(invited).collect::<Vec<_>>(),
    })
}

/// One row for each person (RFC 4180). A member has `since`, an invitation has `until` and its inviter. Names are marked
/// as text for spreadsheets ([`as_text`]). Programs should read the JSON, which has every name as it is.
fn csv(export: &Export) -> String {
    let mut text = row(&["username", "role", "state", "since", "until", "invited by"]);
    for person in &export.members {
        let name = as_text(&person.username);
        text += &row(&[&name, person.role.name(), "member", &person.joined_at.iso(), "", ""]);
    }
    for invited in &export.invitations {
        let until = invited.ends_at.iso();
        let (name, inviter) = (as_text(&invited.username), as_text(&invited.inviter));
        text += &row(&[&name, invited.role.name(), "invited", "", &until, &inviter]);
    }
    text
}

fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    cells.join(",") + "\r\n"
}

/// A cell in quotes.
fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// A cell that stays text in a spreadsheet. It gets a leading `'` if a spreadsheet would take it for something else.
fn as_text(cell: &str) -> String {
    if is_misread(cell) { ["'", cell].concat() } else { cell.to_owned() }
}

/// Whether a spreadsheet reads a text as a formula, a number (`1e5`, `007`), a date (`3-4`, `mar1`) or a boolean.
fn is_misread(cell: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let small = cell.to_ascii_lowercase();
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']);
    let is_number = cell.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let has_digit = small.contains(|c: char| c.is_ascii_digit());
    let is_date = has_digit && MONTHS.iter().any(|month| small.starts_with(month));
    is_formula || is_number || is_date || ["true", "false"].contains(&small.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled() {
        for (cell, expected) in [("dana", "\"dana\""), ("a \"b\", c", "\"a \"\"b\"\", c\""), ("", "\"\"")] {
            assert_eq!(quoted(cell), expected);
        }
        assert_eq!(row(&["a", "b"]), "\"a\",\"b\"\r\n");
    }

    #[test]
    fn names_like_formulas_numbers_dates_or_booleans_are_marked_as_text() {
        let misread = [
            "=1+1", "@sum", "-2", "+1", "\tx", "1e5", "1E5", "007", "3-4", "1.5", "0x1F", "3.may", "42", "mar1",
            "Sept-2", "DEC.24", "true", "False",
        ];
        for name in misread {
            assert_eq!(as_text(name), ["'", name].concat());
        }
        for name in
            ["dana", "jan", "dana2", "e5", "x-1", "marcus", "august", "january", "truest", "octavia", "user-1200"]
        {
            assert_eq!(as_text(name), name);
        }
    }

    #[test]
    fn names_are_marked_as_text_and_times_are_not() {
        let at = shared::timestamp::Timestamp(1_772_970_000_000_000);
        let export = Export {
            organization: "sundial".to_owned(),
            members: vec![PersonRow {
                username: "1e5".to_owned(),
                role: shared::roles::Role::Member,
                joined_at: at,
                you: false,
                changed_by: None,
            }],
            invitations: vec![InvitationRow {
                id: shared::ids::InvitationId(uuid::Uuid::from_u128(1)),
                username: "007".to_owned(),
                role: shared::roles::Role::Owner,
                inviter: "3-4".to_owned(),
                ends_at: at,
            }],
        };
        let (text, time) = (csv(&export), at.iso());
        let lines: Vec<&str> = text.lines().skip(1).collect();
        let member = format!("\"'1e5\",\"Member\",\"member\",\"{time}\",\"\",\"\"");
        assert_eq!(lines, [member, format!("\"'007\",\"Owner\",\"invited\",\"\",\"{time}\",\"'3-4\"")]);
        // The JSON has names as they are.
        assert_eq!(json(&export)["members"][0]["username"], "1e5");
    }
}
