//! Lists to take away: the people of an organization and those who are invited, as CSV and JSON.

use app::backend::{Backend, Caller};
use axum::Router;
use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use shared::problem::Problem;
use shared::wire::people::{Export, InvitationRow, PersonRow};

/// Where the lists are.
pub const ROUTES: [&str; 2] = ["/manage/organization/{name}/people.csv", "/manage/organization/{name}/people.json"];

/// The routes of the lists.
pub fn router(backend: Backend) -> Router {
    let [csv, json] = ROUTES;
    Router::new().route(csv, get(as_csv)).route(json, get(as_json)).with_state(backend)
}

async fn as_json(
    State(backend): State<Backend>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Response {
    match backend.people.export(&caller, &name).await {
        Ok(export) => {
            let kind = HeaderValue::from_static("application/json");
            ([(CONTENT_TYPE, kind)], json(&export).to_string()).into_response()
        }
        Err(problem) => refused(problem),
    }
}

async fn as_csv(
    State(backend): State<Backend>,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
) -> Response {
    match backend.people.export(&caller, &name).await {
        Ok(export) => {
            // A name is made of letters, digits and separators: it needs no quoting here.
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

/// The status and why: the page for it is made further out.
fn refused(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    response.extensions_mut().insert(problem);
    response
}

/// The same as the CSV: roles by their codes, times as ISO 8601 has them.
fn json(export: &Export) -> serde_json::Value {
    let member = |person: &PersonRow| serde_json::json!({ "username": person.username, "role": person.role.code(), "since": person.joined_at.iso() });
    let invited = |one: &InvitationRow| serde_json::json!({ "username": one.username, "role": one.role.code(), "until": one.ends_at.iso(), "invited_by": one.inviter });
    serde_json::json!({
        "organization": export.organization,
        "members": export.members.iter().map(member).collect::<Vec<_>>(),
        "invitations": export.invitations.iter().map(invited).collect::<Vec<_>>(),
    })
}

/// One line a person (RFC 4180): a member has `since`, an invitation `until` and who sent it.
fn csv(export: &Export) -> String {
    let mut text = line(&["username", "role", "state", "since", "until", "invited by"]);
    for person in &export.members {
        text += &line(&[&person.username, person.role.name(), "member", &person.joined_at.iso(), "", ""]);
    }
    for invited in &export.invitations {
        let until = invited.ends_at.iso();
        text += &line(&[&invited.username, invited.role.name(), "invited", "", &until, &invited.inviter]);
    }
    text
}

fn line(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    cells.join(",") + "\r\n"
}

/// A cell that no spreadsheet takes for a formula.
fn quoted(cell: &str) -> String {
    let shelter = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{shelter}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_quotes_stay_quotes() {
        for (cell, expected) in [
            ("dana", "\"dana\""),
            ("=1+1", "\"'=1+1\""),
            ("@sum", "\"'@sum\""),
            ("-2", "\"'-2\""),
            ("a \"b\", c", "\"a \"\"b\"\", c\""),
            ("", "\"\""),
        ] {
            assert_eq!(quoted(cell), expected);
        }
        assert_eq!(line(&["a", "b"]), "\"a\",\"b\"\r\n");
    }
}
