//! Invitations: one person by username, or several from a list that is checked first.

use super::state::PeopleState;
use super::{organization_header, use_organization_name};
use crate::first_paint::first_paint;
use crate::server_functions::PostTo as _;
use crate::ui::choice::{Card, CardsField};
use crate::ui::data::Data;
use crate::ui::errors;
use crate::ui::field::{Lookup, LookupHint, TextField, debounced_lookup};
use crate::ui::form::{PostForm, Submit};
use crate::ui::query::use_query;
use crate::ui::rows::{Row, page, rows};
use crate::ui::store::Store;
use crate::{addresses, browser};
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use leptos_meta::Title;
use shared::limits;
use shared::problem::Problem;
use shared::refusal::Field;
use shared::roles::Role;
use shared::routes::Page;
use shared::rules::people::{invited_name, names_in};
use shared::wire::people::{InviteForm, InviteSeveralForm, InviteeCheck, InviteeChecks, InviteesQuery};
use shared::words;
use std::collections::BTreeSet;

/// The form's name within the page.
const FORM: &str = "invite";

/// **Invite member**, which opens the form. It is open from the start if the form was refused.
pub fn invite_disclosure(store: Store<PeopleState>) -> AnyView {
    let node = NodeRef::<leptos::html::Details>::new();
    let refused = first_paint().refusal(FORM).is_some();
    let toggled = move |_| {
        if node.try_get_untracked().flatten().is_some_and(|details| details.open()) {
            browser::focus_later(["#", FORM, "-username"].concat());
        }
    };
    view! {
        <details class="invite" node_ref=node open=refused on:toggle=toggled>
            <summary class="button main">"Invite member"</summary>
            {invite_form(store)}
        </details>
    }
    .into_any()
}

fn invite_form(store: Store<PeopleState>) -> AnyView {
    let organization = store.read(PeopleState::organization);
    let several = Page::InviteSeveral(organization.clone()).path();
    let price = store.select(|state| state.answer().and_then(|answer| answer.price));
    let cost = move || {
        price.get().map(|price| view! { <p>"Each person who accepts costs " {price.to_string()} " a month."</p> })
    };
    let known = store.select(|state| state.answer().map(|answer| answer.known.clone()).unwrap_or_default());
    let known = move || known.get().into_iter().map(|name| view! { <option value=name/> }).collect_view();
    let cards = Role::ALL.map(|role| Card { code: role.code(), name: role.name(), meaning: role.meaning().into_any() });
    view! {
        <div class="panel">
            {cost}
            <PostForm url=InviteForm::URL form=FORM class="stack">
                <input type="hidden" name="organization" value=organization.clone()/>
                <datalist id="known">{known}</datalist>
                <UsernameField organization=organization.clone()/>
                // Each invitation starts as Member, so that nobody becomes an Owner only because the last invitee did.
                <CardsField field=Field::Role legend="Role" initial=Role::Member.code() cards=cards.into()/>
                <Submit label="Invite" class="main"/>
            </PostForm>
            <p><a href=several>"Invite several people"</a></p>
        </div>
    }
    .into_any()
}

/// The field **Username**, which is checked as the reader types.
#[component]
fn UsernameField(organization: String) -> impl IntoView {
    let value = RwSignal::new(String::new());
    let found = debounced_lookup::<InviteeChecks>(value, move |typed| {
        let (organization, role) = (organization.clone(), Role::Member.code().to_owned());
        let name = invited_name(typed).ok()?;
        Some(addresses::get_url(&InviteesQuery { organization, names: name.to_string(), role }))
    });
    let verdict = Memo::new(move |_| {
        let (typed, verdicts) = found.get()?;
        // An answer about an earlier input is out of date.
        verdicts.verdicts.into_iter().next().filter(|_| value.with(|now| *now == typed))
    });
    let fault = Signal::derive(move || verdict.get().and_then(|verdict| verdict.fault));
    let hint = Signal::derive(move || {
        let verdict = verdict.get().filter(|verdict| verdict.fault.is_none())?;
        Some(LookupHint {
            good: Some([&verdict.username, " can be invited."].concat()),
            rest: "We'll email them and the Owners.".to_owned(),
            similar: Vec::new(),
        })
    });
    view! {
        <TextField field=Field::Username label="Username" autocomplete="off" list="known" typed=value
            hint="Username of an existing account."
            check={|typed| invited_name(typed).map(|_| ())} lookup=Lookup { fault, hint }/>
    }
}

/// The page **Invite several people**: a form for the list, then the results of checking it.
#[component]
pub fn InviteSeveralPage() -> AnyView {
    let (name, query) = (use_organization_name(), use_query());
    let names = Memo::new(move |_| query.read().get("names").unwrap_or_default());
    let role = Memo::new(move |_| query.read().get("role").unwrap_or_else(|| Role::Member.code().to_owned()));
    let data = Data::of(move || InviteesQuery { organization: name.get(), names: names.get(), role: role.get() });
    let state = CheckedListState {
        deselected: StoredValue::new(BTreeSet::new()),
        refused: RwSignal::new(None),
        edited: RwSignal::new(false),
        page: StoredValue::new(page()),
    };
    Effect::new(move |_| {
        names.track();
        role.track();
        state.refused.set(None);
        state.edited.set(false);
    });
    data.render_result(move |verdicts| match verdicts {
        Ok(verdicts) => body(verdicts, names.get_untracked(), untrack(|| query.read().get("names").is_some()), state),
        Err(problem) => errors::instead(&problem),
    })
}

/// The state of the checked list. The list is checked again when inviting fails, and the selection stays.
#[derive(Clone, Copy)]
struct CheckedListState {
    /// People who can be invited but are deselected.
    deselected: StoredValue<BTreeSet<String>>,
    /// Why inviting failed.
    refused: RwSignal<Option<Problem>>,
    /// Whether the form differs from what was checked.
    edited: RwSignal<bool>,
    /// The reactive owner of the page, which outlives each rendering of the list.
    page: StoredValue<WeakOwner>,
}

impl CheckedListState {
    /// Whether a person is selected.
    fn has(self, username: &str) -> bool {
        let refused = first_paint().refusal("several");
        match refused {
            Some(refused) => {
                refused.typed.iter().any(|(name, value)| name.starts_with("usernames") && value == username)
            }
            None => self.deselected.with_value(|names| !names.contains(username)),
        }
    }
}

fn body(found: InviteeChecks, names: String, submitted: bool, state: CheckedListState) -> AnyView {
    let to = Page::InviteSeveral(found.heading.name.clone()).path();
    let people = Page::People(found.heading.name.clone()).path();
    let role = found.role;
    let options = Role::ALL.map(|one| view! { <option value=one.code() selected=one == role>{one.name()}</option> });
    let title = ["Invite several people · ", &found.heading.display_name].concat();
    let rest = names_in(&names).into_iter().skip(limits::INVITED_AT_ONCE).collect::<Vec<_>>().join(" ");
    let cut = (!rest.is_empty()).then(|| {
        let next = names_in(&rest).len().min(limits::INVITED_AT_ONCE);
        let all = names_in(&names).len();
        let on = addresses::with_query(&to, [("names", rest.as_str()), ("role", role.code())]);
        let invitable = found.verdicts.iter().any(|one| one.fault.is_none());
        let then = invitable.then_some("The rest follow once you've invited these. ");
        view! {
            <p class="alert calm">"The first " {limits::INVITED_AT_ONCE} " of " {all} " names are checked below. " {then}
                <a href=on>"Check the next " {next}</a></p>
        }
    });
    let verdicts = (!found.verdicts.is_empty()).then(|| results(&found, rest, state));
    let meaning = RwSignal::new(role.meaning());
    // Results of an older form are hidden, so that nobody is invited by them.
    let (role_now, names_now) = (RwSignal::new(role), RwSignal::new(names.clone()));
    let checked_names = names.clone();
    let differs = move || {
        let same = |now: &String| names_in(now) == names_in(&checked_names);
        role_now.get_untracked() != role || !names_now.with_untracked(same)
    };
    let pick = {
        let differs = differs.clone();
        move |event| {
            let Some(picked) = Role::from_code(&event_target_value(&event)) else { return };
            meaning.set(picked.meaning());
            role_now.set(picked);
            state.edited.set(differs());
        }
    };
    let typed = move |event| {
        names_now.set(event_target_value(&event));
        state.edited.set(differs());
    };
    let empty = found.verdicts.is_empty() && submitted;
    // A new rendering shows the checked names. Before hydration, the field keeps what the reader has typed.
    let text = move || browser::is_hydrated().then(|| names_now.get());
    view! {
        <Title text=title/>
        <main id="main" class="page">
            {organization_header(&found.heading)}
            <section>
            <h2>"Invite several people"</h2>
            <p>"Paste usernames, separated by commas or line breaks. You can review them before anything is sent."</p>
            <form class="stack" method="get" action=to>
                <div class="field"><label for="names">"Usernames"</label>
                    <textarea id="names" name="names" rows="6" spellcheck="false" autocapitalize="none" prop:value=text on:input=typed>{names}</textarea>
                    {empty.then(|| view! { <p class="hint">"Enter at least one username."</p> })}</div>
                <div class="field"><label for="as">"Role"</label>
                    <select id="as" name="role" on:change=pick>{options.into_iter().collect_view()}</select>
                    <p class="hint">{meaning}</p></div>
                <p class="row"><button type="submit">"Check names"</button> <a href=people>"Back to People"</a></p>
            </form>
            {cut}
            </section>
            <div hidden=state.edited>{verdicts}</div>
            <p class="soft apart" hidden=move || !state.edited.get()>"You've changed the form. Check the names again."</p>
        </main>
    }
    .into_any()
}

/// The people who can be invited, and why the others can't. `rest` are the names that are checked next.
fn results(found: &InviteeChecks, rest: String, state: CheckedListState) -> AnyView {
    let (good, bad): (Vec<&InviteeCheck>, Vec<&InviteeCheck>) =
        found.verdicts.iter().partition(|one| one.fault.is_none());
    let number = u64::try_from(good.len()).unwrap_or(0);
    let cost = found
        .price
        .filter(|_| number > 0)
        .map(|price| view! { <p>"Each person who accepts costs " {price.to_string()} " a month."</p> });
    let bad = bad.into_iter().map(|one| {
        let why = one.fault.as_ref().map(|code| words::fault(Field::Username, code));
        view! { <li><span translate="no" class="name">{one.username.clone()}</span> " " <span class="soft">{why}</span></li> }
    });
    let bad = bad.collect_view();
    let none_bad = found.verdicts.iter().all(|one| one.fault.is_none());
    // Each row keeps its own checkbox, so removing a row leaves the others unchanged.
    let render_row = |one: &&InviteeCheck| -> Row {
        let name = one.username.clone();
        (one.username.clone(), Box::new(move || invitable_person(name, state)))
    };
    let good_list = rows(&state.page.get_value(), good.iter().map(render_row).collect());
    let (organization, role) = (found.heading.name.clone(), found.role);
    let title = match number {
        0 => "None of these can be invited".to_owned(),
        1 => ["1 person can be invited as ", &role.with_article()].concat(),
        n => [&n.to_string(), " people can be invited as ", role.plural()].concat(),
    };
    let form = (number > 0).then(|| {
        view! {
            <PostForm url=InviteSeveralForm::URL form="several" class="stack" on_conflict=move |problem| state.refused.set(Some(problem))>
                <input type="hidden" name="rest" value=rest/>
                <input type="hidden" name="organization" value=organization/>
                <input type="hidden" name="role" value=role.code()/>
                <ul role="list" class="choices">{good_list}</ul>
                <Submit label="Invite selected" class="main"/>
            </PostForm>
        }
    });
    view! {
        <section>
            <h2>{title}</h2>
            {cost}
            {move || state.refused.get().map(|problem| view! { <p class="alert" role="alert">{words::problem(&problem)}</p> })}
            {form}
            </section>
        {(!none_bad).then(|| view! { <section>{(number > 0).then(|| view! { <h2>"These can't be invited"</h2> })}<ul role="list" class="reasons">{bad}</ul></section> })}
    }
    .into_any()
}

/// A person who can be invited, with a checkbox.
fn invitable_person(name: String, state: CheckedListState) -> AnyView {
    let username = name.clone();
    let tick = move |event| {
        let _ = state.deselected.try_update_value(|names| match event_target_checked(&event) {
            true => names.remove(&username),
            false => names.insert(username.clone()),
        });
    };
    view! {
        <li><label><input type="checkbox" name="usernames[]" value=name.clone() checked=state.has(&name) on:change=tick/> " " <span translate="no" class="name">{name}</span></label></li>
    }
    .into_any()
}
