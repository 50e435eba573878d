//! The dialogs of the page **People**: a preview, and a button with the same verb as the one that opened the dialog.

use super::list_query::ListQuery;
use super::state::{PeopleMessage, PeopleState};
use crate::server_functions::PostTo as _;
use crate::ui::data::Data;
use crate::ui::dialog::{Confirm, MessageDialog};
use crate::ui::field::TextField;
use crate::ui::query::{Query, use_query};
use crate::ui::store::Store;
use leptos::prelude::*;
use shared::refusal::Field;
use shared::roles::Role;
use shared::rules::people::{SelectedMember, selected_members_text, to_type};
use shared::wire::people::{AssignRoleForm, RemoveMembersForm, RevokeInvitationForm};
use shared::words::count;

/// The dialog that the page's query opens.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Dialog {
    Role {
        people: People,
        role: String,
    },
    Remove {
        people: People,
    },
    /// The reader removes themselves.
    Leave {
        people: People,
    },
    Revoke {
        invitation: String,
    },
}

/// Whom a dialog is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum People {
    /// The person in whose row it was opened.
    One(SelectedMember),
    /// Everyone who is selected.
    Selected(Vec<SelectedMember>),
}

/// What every dialog needs to know.
#[derive(Clone)]
struct Place {
    store: Store<PeopleState>,
    /// The organization's name in the address.
    organization: String,
    /// Where Cancel leads.
    back: String,
}

impl Dialog {
    fn of(query: &Query) -> Option<Self> {
        let one = || query.get("who")?.parse().ok().map(People::One);
        let people = || match query.get("who") {
            Some(_) => one(),
            None => Some(People::Selected(ListQuery::of(query).selected)),
        };
        match query.get("confirm")?.as_str() {
            "role" => Some(Dialog::Role { people: people()?, role: query.get("as").unwrap_or_default() }),
            "remove" => Some(Dialog::Remove { people: people()? }),
            "leave" => Some(Dialog::Leave { people: one()? }),
            "revoke" => Some(Dialog::Revoke { invitation: query.get("invitation")? }),
            _ => None,
        }
    }
}

impl People {
    fn members(&self) -> &[SelectedMember] {
        match self {
            People::One(one) => std::slice::from_ref(one),
            People::Selected(all) => all,
        }
    }

    fn usernames(&self) -> Vec<String> {
        self.members().iter().map(|one| one.username.to_string()).collect()
    }

    /// A selector for the control that opened the dialog: in the person's row, or a button of the bulk actions.
    fn opener(&self, what: &str) -> String {
        match self {
            People::One(one) => ["[id=\"", what, "-", one.username.as_str(), "\"]"].concat(),
            People::Selected(_) => ["#several-", what].concat(),
        }
    }

    /// “lee”, or “2 people”.
    fn words(&self) -> String {
        match self.members() {
            [one] => one.username.to_string(),
            all => count(u64::try_from(all.len()).unwrap_or(0), "person", "people"),
        }
    }

    /// Called when the action was done: it clears the selection.
    fn on_done(&self, store: Store<PeopleState>) -> Option<Callback<()>> {
        match self {
            People::One(_) => None,
            People::Selected(_) => Some(Callback::new(move |()| store.send(PeopleMessage::BulkDone))),
        }
    }
}

/// The dialog that the page's query opens, if any.
#[component]
pub fn PeopleDialogs(name: Memo<String>, query: Memo<ListQuery>, store: Store<PeopleState>) -> impl IntoView {
    let address = use_query();
    let dialog = Memo::new(move |_| Dialog::of(&address.read()));
    move || {
        let dialog = dialog.get()?;
        let organization = name.get_untracked();
        let back = query.with_untracked(|query| query.address(&organization));
        let place = Place { store, organization, back };
        Some(match dialog {
            Dialog::Role { people, .. } if people.members().is_empty() => {
                select_people_first(place.back, people.opener("role"))
            }
            Dialog::Remove { people } if people.members().is_empty() => {
                select_people_first(place.back, people.opener("remove"))
            }
            Dialog::Role { people, role } if role.is_empty() => choose_role_first(place.back, people.opener("role")),
            Dialog::Role { people, role } => assign(place, &people, role),
            Dialog::Remove { people } => {
                let title = ["Remove ", &people.words(), "?"].concat();
                remove(place, &people, title)
            }
            Dialog::Leave { people } => remove(place, &people, "Leave this organization?".to_owned()),
            Dialog::Revoke { invitation } => revoke(place.back, invitation),
        })
    }
}

/// The notice that a bulk action needs a selection.
fn select_people_first(back: String, opener: String) -> AnyView {
    view! {
        <MessageDialog title="Select people first" sentence="Choose people in the list, then try again. You confirm before anything changes." back opener/>
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

fn assign(place: Place, people: &People, role: String) -> AnyView {
    let title = match (people.members(), Role::from_code(&role)) {
        ([_], Some(role)) => ["Make ", &people.words(), " ", &role.with_article(), "?"].concat(),
        (_, Some(role)) => ["Make ", &people.words(), " ", role.plural(), "?"].concat(),
        (_, None) => "Change the role?".to_owned(),
    };
    let Place { store, organization, back } = place;
    let (opener, on_done) = (people.opener("role"), people.on_done(store));
    let people = selected_members_text(people.members());
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
fn remove(place: Place, people: &People, title: String) -> AnyView {
    let Place { store, organization, back } = place;
    let (opener, on_done, names) = (people.opener("remove"), people.on_done(store), people.usernames());
    let joined = names.join(" ");
    let one = match names.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    };
    // Until the account name is loaded, only the server compares what is typed.
    let account_name = store.select(PeopleState::organization);
    let known = account_name.get_untracked();
    let all = if known.is_empty() { "the account name next to the heading".to_owned() } else { known };
    let expected = Signal::derive(move || to_type(&names, &account_name.get()));
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
