//! The dialogs of the page **People**: what would follow, and the same verb once more.

use super::Unsent;
use super::actions::{AssignRole, PreviewAssign, PreviewRemoveMembers, PreviewRevoke, RemoveMembers, RevokeInvitation};
use super::table::Shown;
use crate::ui::data::Data;
use crate::ui::dialog::{Confirm, Told};
use crate::ui::field::TextField;
use crate::ui::query::use_query;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shared::problem::Field;
use shared::roles::Role;
use shared::rules::people::to_type;
use shared::words::count;

/// What the address asks, and about whom.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Question {
    /// Each of them is `username=role`.
    Role {
        people: Vec<String>,
        role: String,
    },
    Remove {
        people: Vec<String>,
    },
    /// One removes oneself.
    Leave {
        me: String,
    },
    Revoke {
        invitation: String,
    },
}

/// The dialog that the address asks for, if any.
#[component]
pub fn Asked(
    name: Memo<String>,
    shown: Memo<Shown>,
    /// The organization's account name as it writes it itself, once it is known.
    official: RwSignal<String>,
) -> impl IntoView {
    let (query, unsent) = (use_query(), expect_context::<Unsent>());
    let asked = Memo::new(move |_| {
        let query = query.read();
        let people = || query.get("who").map_or_else(|| query.get_all("people"), |one| vec![one]);
        match query.get("confirm")?.as_str() {
            "role" => Some(Question::Role { people: people(), role: query.get("as").unwrap_or_default() }),
            "remove" => {
                let names = people().into_iter().map(|one| one.split('=').next().unwrap_or_default().to_owned());
                Some(Question::Remove { people: names.collect() })
            }
            "leave" => Some(Question::Leave { me: query.get("who")? }),
            "revoke" => Some(Question::Revoke { invitation: query.get("invitation")? }),
            _ => None,
        }
    });
    move || {
        let (organization, back) =
            (name.get_untracked(), shown.with_untracked(|shown| shown.address(&name.get_untracked())));
        let about_all = query.read_untracked().get("who").is_none();
        let done = about_all.then(|| Callback::new(move |()| unsent.choose_nobody()));
        Some(match asked.get()? {
            Question::Role { people, .. } if people.is_empty() => nobody(back, "#several-role"),
            Question::Remove { people } if people.is_empty() => nobody(back, "#several-remove"),
            Question::Role { people, role } if role.is_empty() => no_role(back, opener("role", about_all, &people)),
            Question::Role { people, role } => assign(organization, back, &people, role, done),
            Question::Remove { people } => {
                let title = match people.as_slice() {
                    [one] => ["Remove ", one, "?"].concat(),
                    all => ["Remove ", &several(all), "?"].concat(),
                };
                remove(organization, back, &people, title, official, done)
            }
            Question::Leave { me } => {
                remove(organization, back, &[me], "Leave this organization?".to_owned(), official, None)
            }
            Question::Revoke { invitation } => revoke(back, invitation),
        })
    }
}

/// What opened a dialog: the form for several, or the row of the one.
fn opener(what: &str, about_all: bool, people: &[String]) -> String {
    match people {
        [one] if !about_all => ["[id=\"", what, "-", one.split('=').next().unwrap_or_default(), "\"]"].concat(),
        _ => ["#several-", what].concat(),
    }
}

/// A question about nobody.
fn nobody(back: String, opener: &'static str) -> AnyView {
    view! {
        <Told title="Select people first" sentence="Select people in the list above, then try again. You confirm before anything changes." back opener/>
    }
    .into_any()
}

/// A question about no role.
fn no_role(back: String, opener: String) -> AnyView {
    view! {
        <Told title="Choose a role first" sentence="Choose their new role, then try again. You confirm before anything changes." back opener/>
    }
    .into_any()
}

fn several(people: &[String]) -> String {
    count(u64::try_from(people.len()).unwrap_or(0), "person", "people")
}

fn assign(organization: String, back: String, people: &[String], role: String, done: Option<Callback<()>>) -> AnyView {
    let known = Role::from_code(&role);
    let title = match (people, known) {
        ([one], Some(role)) => {
            let name = one.split('=').next().unwrap_or_default();
            ["Make ", name, " ", &role.with_article(), "?"].concat()
        }
        (all, Some(role)) => ["Make ", &several(all), " ", role.plural(), "?"].concat(),
        _ => "Change the role?".to_owned(),
    };
    let (opener, people) = (opener("role", done.is_some(), people), people.join(" "));
    let preview = {
        let (organization, people, role) = (organization.clone(), people.clone(), role.clone());
        Data::once(move || PreviewAssign {
            organization: organization.clone(),
            people: people.clone(),
            role: role.clone(),
        })
    };
    view! {
        <Confirm title url=AssignRole::url() form="role" preview back opener verb="Save" done>
            <input type="hidden" name="organization" value=organization.clone()/>
            <input type="hidden" name="people" value=people.clone()/>
            <input type="hidden" name="role" value=role.clone()/>
        </Confirm>
    }
    .into_any()
}

/// What would be a mistake is said beside the field.
fn remove(
    organization: String,
    back: String,
    people: &[String],
    title: String,
    official: RwSignal<String>,
    done: Option<Callback<()>>,
) -> AnyView {
    let (opener, joined) = (opener("remove", done.is_some(), people), people.join(" "));
    let one = match people {
        [one] => Some(one.clone()),
        _ => None,
    };
    let asked = people.to_vec();
    // Until the name is known nothing is compared here, and the server does.
    let known = official.get_untracked();
    let all = if known.is_empty() { "the account name next to the heading".to_owned() } else { known };
    let wanted = Signal::derive(move || to_type(&asked, &official.get()));
    let preview = {
        let (organization, people) = (organization.clone(), joined.clone());
        Data::once(move || PreviewRemoveMembers { organization: organization.clone(), people: people.clone() })
    };
    view! {
        <Confirm title url=RemoveMembers::url() form="remove" preview back opener verb="Remove" tone="danger main" done>
            <input type="hidden" name="organization" value=organization.clone()/>
            <input type="hidden" name="people" value=joined.clone()/>
            {match &one {
                Some(one) => view! {
                    <TextField field=Field::Confirmation label="Username" autocomplete="off" wanted
                        hint=["Type ", one, " to confirm."].concat()/>
                },
                None => view! {
                    <TextField field=Field::Confirmation label="Organization account name" autocomplete="off" wanted
                        hint=["Type ", &all, " to confirm."].concat()/>
                },
            }}
        </Confirm>
    }
    .into_any()
}

fn revoke(back: String, invitation: String) -> AnyView {
    let opener = ["#revoke-", &invitation].concat();
    let asked = invitation.clone();
    let preview = Data::once(move || PreviewRevoke { invitation: asked.clone() });
    view! {
        <Confirm title="Revoke this invitation?" url=RevokeInvitation::url() form="revoke" preview back opener
            verb="Revoke invite" tone="danger main">
            <input type="hidden" name="invitation" value=invitation.clone()/>
        </Confirm>
    }
    .into_any()
}
