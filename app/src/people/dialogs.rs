//! The dialogs of the page **People**: a preview, and a button with the same verb as the one that opened the dialog.

use super::Unsent;
use super::shown::Shown;
use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::dialog::{Confirm, MessageDialog};
use crate::ui::field::TextField;
use crate::ui::query::use_query;
use leptos::prelude::*;
use shared::refusal::Field;
use shared::roles::Role;
use shared::rules::people::to_type;
use shared::wire::people::{AssignRoleForm, RemoveMembersForm, RevokeInvitationForm};
use shared::words::count;

/// The dialog that the page's query opens.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Dialog {
    /// Each of them is `username=role`.
    Role {
        people: Vec<String>,
        role: String,
    },
    Remove {
        people: Vec<String>,
    },
    /// The reader removes themselves.
    Leave {
        username: String,
    },
    Revoke {
        invitation: String,
    },
}

/// The dialog that the page's query opens, if any.
#[component]
pub fn PeopleDialogs(
    name: Memo<String>,
    shown: Memo<Shown>,
    /// The organization's account name in its own spelling, or empty until it is loaded.
    account_name: RwSignal<String>,
) -> impl IntoView {
    let (query, unsent) = (use_query(), expect_context::<Unsent>());
    let dialog = Memo::new(move |_| {
        let query = query.read();
        let people = || query.get("who").map_or_else(|| query.get_all("people"), |one| vec![one]);
        match query.get("confirm")?.as_str() {
            "role" => Some(Dialog::Role { people: people(), role: query.get("as").unwrap_or_default() }),
            "remove" => {
                let names = people().into_iter().map(|one| one.split('=').next().unwrap_or_default().to_owned());
                Some(Dialog::Remove { people: names.collect() })
            }
            "leave" => Some(Dialog::Leave { username: query.get("who")? }),
            "revoke" => Some(Dialog::Revoke { invitation: query.get("invitation")? }),
            _ => None,
        }
    });
    move || {
        let (organization, back) =
            (name.get_untracked(), shown.with_untracked(|shown| shown.address(&name.get_untracked())));
        let bulk = query.read_untracked().get("who").is_none();
        let on_done = bulk.then(|| Callback::new(move |()| unsent.choose_nobody()));
        Some(match dialog.get()? {
            Dialog::Role { people, .. } if people.is_empty() => select_people_first(back, "#several-role"),
            Dialog::Remove { people } if people.is_empty() => select_people_first(back, "#several-remove"),
            Dialog::Role { people, role } if role.is_empty() => choose_role_first(back, opener("role", bulk, &people)),
            Dialog::Role { people, role } => assign(organization, back, &people, role, on_done),
            Dialog::Remove { people } => {
                let title = match people.as_slice() {
                    [one] => ["Remove ", one, "?"].concat(),
                    all => ["Remove ", &people_count(all), "?"].concat(),
                };
                remove(organization, back, &people, title, account_name, on_done)
            }
            Dialog::Leave { username } => {
                remove(organization, back, &[username], "Leave this organization?".to_owned(), account_name, None)
            }
            Dialog::Revoke { invitation } => revoke(back, invitation),
        })
    }
}

/// The selector of the control that opened a dialog: a button of the bulk form, or one in the person's row.
fn opener(what: &str, bulk: bool, people: &[String]) -> String {
    match people {
        [one] if !bulk => ["[id=\"", what, "-", one.split('=').next().unwrap_or_default(), "\"]"].concat(),
        _ => ["#several-", what].concat(),
    }
}

/// The notice that a bulk action needs a selection.
fn select_people_first(back: String, opener: &'static str) -> AnyView {
    view! {
        <MessageDialog title="Select people first" sentence="Choose people in the list above, then try again. You confirm before anything changes." back opener/>
    }
    .into_any()
}

/// The notice that a role change needs a role.
fn choose_role_first(back: String, opener: String) -> AnyView {
    view! {
        <MessageDialog title="Choose a role first" sentence="Choose their new role, then try again. You confirm before anything changes." back opener/>
    }
    .into_any()
}

fn people_count(people: &[String]) -> String {
    count(u64::try_from(people.len()).unwrap_or(0), "person", "people")
}

fn assign(
    organization: String,
    back: String,
    people: &[String],
    role: String,
    on_done: Option<Callback<()>>,
) -> AnyView {
    let known = Role::from_code(&role);
    let title = match (people, known) {
        ([one], Some(role)) => {
            let name = one.split('=').next().unwrap_or_default();
            ["Make ", name, " ", &role.with_article(), "?"].concat()
        }
        (all, Some(role)) => ["Make ", &people_count(all), " ", role.plural(), "?"].concat(),
        _ => "Change the role?".to_owned(),
    };
    let (opener, people) = (opener("role", on_done.is_some(), people), people.join(" "));
    let preview = {
        let (organization, people, role) = (organization.clone(), people.clone(), role.clone());
        Data::preview(move || AssignRoleForm {
            organization: organization.clone(),
            people: people.clone(),
            role: role.clone(),
        })
    };
    view! {
        <Confirm title url=AssignRoleForm::URL form="role" preview back opener verb="Save" on_done>
            <input type="hidden" name="organization" value=organization.clone()/>
            <input type="hidden" name="people" value=people.clone()/>
            <input type="hidden" name="role" value=role.clone()/>
        </Confirm>
    }
    .into_any()
}

/// The dialog that removes members, or the reader themselves. The field's hint says what to type.
fn remove(
    organization: String,
    back: String,
    people: &[String],
    title: String,
    account_name: RwSignal<String>,
    on_done: Option<Callback<()>>,
) -> AnyView {
    let (opener, joined) = (opener("remove", on_done.is_some(), people), people.join(" "));
    let one = match people {
        [one] => Some(one.clone()),
        _ => None,
    };
    let asked = people.to_vec();
    // Until the account name is loaded, only the server compares what is typed.
    let known = account_name.get_untracked();
    let all = if known.is_empty() { "the account name next to the heading".to_owned() } else { known };
    let expected = Signal::derive(move || to_type(&asked, &account_name.get()));
    let preview = {
        let (organization, people) = (organization.clone(), joined.clone());
        Data::preview(move || RemoveMembersForm {
            organization: organization.clone(),
            people: people.clone(),
            ..RemoveMembersForm::default()
        })
    };
    view! {
        <Confirm title url=RemoveMembersForm::URL form="remove" preview back opener verb="Remove" tone="danger main" on_done>
            <input type="hidden" name="organization" value=organization.clone()/>
            <input type="hidden" name="people" value=joined.clone()/>
            {match &one {
                Some(one) => view! {
                    <TextField field=Field::Confirmation label="Username" autocomplete="off" expected
                        hint=["Type ", one, " to confirm."].concat()/>
                },
                None => view! {
                    <TextField field=Field::Confirmation label="Organization account name" autocomplete="off" expected
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
    let preview = Data::preview(move || RevokeInvitationForm { invitation: asked.clone() });
    view! {
        <Confirm title="Revoke this invitation?" url=RevokeInvitationForm::URL form="revoke" preview back opener
            verb="Revoke invite" tone="danger main">
            <input type="hidden" name="invitation" value=invitation.clone()/>
        </Confirm>
    }
    .into_any()
}
