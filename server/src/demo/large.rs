//! A large site around the demo data, so that slow pages show. It follows the same rules and is created in bulk
//! ([`crate::command_bus::bulk`]). All accounts have the demo's password.

use super::{ADMINISTRATOR, OWNER, Refused, World, key, request, secret_of, session_of};
use crate::command_bus::Failure;
use crate::context::Origin;
use crate::services::web;
use shared::ids::{InvitationId, RequestId};
use shared::names::Username;
use shared::problem::Problem;
use shared::refusal::Refusal;
use shared::roles::{Kind, Role};
use shared::rules::Event;
use shared::rules::accounts::VerifyEmail;
use shared::rules::people::{AcceptInvitation, Invite};
use shared::rules::requests::ApproveRequest;
use shared::text::Message;
use shared::timestamp::Seconds;
use std::collections::HashMap;

/// The default number of accounts.
pub const ACCOUNTS: u32 = 100_000;
/// The largest organization, with every fifth account. [`OWNER`] is an Owner of it.
pub const LARGEST: &str = "commons";
/// An organization of at most a thousand accounts. [`OWNER`] is an Owner of it.
pub const THOUSAND: &str = "observatory";

/// One account in so many founds an organization.
pub const FOUNDS: u32 = 10;
/// One account in so many is in the largest organization.
const IN_LARGEST: u32 = 5;
/// Commands in one transaction. It equals the number of people in one invitation, so that each batch is one command.
const AT_ONCE: usize = shared::limits::INVITED_AT_ONCE;
/// The time between two commands.
const STEP: Seconds = Seconds(1);

const GIVEN: [&str; 50] = [
    "amara", "anders", "aiko", "bashir", "beatriz", "chidi", "clara", "dmitri", "elif", "emeka", "fatima", "felix",
    "gita", "hana", "henrik", "ida", "ilse", "imran", "jonas", "juana", "kaito", "katya", "kwame", "lena", "liang",
    "lucia", "malik", "marta", "mateo", "naomi", "nikos", "noura", "olga", "oskar", "paula", "pavel", "priya",
    "quentin", "rafael", "rosa", "salma", "sven", "tarek", "thea", "tomas", "ulla", "vera", "wanjiru", "yara",
    "zoltan",
];
const FAMILY: [&str; 50] = [
    "abara", "adler", "alves", "arslan", "baran", "berg", "bianchi", "castro", "chen", "cohen", "costa", "dahl",
    "diaz", "dubois", "eriksen", "farah", "fischer", "garcia", "haddad", "horvat", "ito", "ivanov", "jansen", "kaya",
    "khan", "kim", "kovacs", "larsen", "lopez", "mensah", "meyer", "moreau", "mori", "nagy", "novak", "okafor",
    "okoye", "olsen", "osei", "park", "patel", "petrov", "rossi", "sato", "silva", "singh", "tanaka", "vega", "weber",
    "yilmaz",
];
const WHAT: [&str; 40] = [
    "amber", "arctic", "bright", "cedar", "cobalt", "copper", "coral", "crimson", "distant", "early", "eastern",
    "ember", "fern", "gentle", "golden", "granite", "hazel", "hidden", "iron", "ivory", "juniper", "late", "linen",
    "lunar", "marble", "mossy", "northern", "olive", "open", "pale", "quiet", "rapid", "river", "silver", "slow",
    "southern", "steady", "velvet", "western", "winter",
];
const WHERE: [&str; 50] = [
    "anchor", "archive", "atlas", "bakery", "beacon", "bridge", "brook", "canvas", "compass", "cove", "delta", "dune",
    "engine", "ferry", "field", "forge", "garden", "gate", "grove", "harvest", "hollow", "index", "island", "kiln",
    "kitchen", "ladder", "lagoon", "library", "loom", "meadow", "mill", "orchard", "orbit", "parade", "path", "pier",
    "press", "quarry", "reef", "ridge", "school", "signal", "spring", "station", "studio", "tower", "valley", "wharf",
    "window", "workshop",
];

/// The username of the account with this number.
pub fn person(number: u32) -> String {
    numbered(&GIVEN, &FAMILY, number)
}

/// The name of the organization with this number.
pub fn organization(number: u32) -> String {
    numbered(&WHAT, &WHERE, number)
}

fn numbered(first: &[&str], second: &[&str], number: u32) -> String {
    let of = |words: &[&str], at: usize| words.get(at % words.len()).copied().unwrap_or_default().to_owned();
    let at = usize::try_from(number).unwrap_or_default();
    let round = at / (first.len() * second.len());
    let name = [of(first, at), of(second, at / first.len())].join("-");
    if round == 0 { name } else { format!("{name}-{}", round + 1) }
}

/// The role of the member at this position.
fn role(at: usize) -> Role {
    match at {
        at if at % 500 == 3 => Role::Owner,
        at if at % 100 == 7 => Role::BillingManager,
        at if at % 20 == 1 => Role::Manager,
        _ => Role::Member,
    }
}

/// The accounts to create.
pub(super) struct Crowd<'w> {
    pub world: &'w World,
    pub accounts: u32,
    /// The accounts that have signed in, by name.
    pub signed_in: HashMap<String, Origin>,
}

impl Crowd<'_> {
    /// Creates all of it.
    pub async fn create(mut self) -> Result<(), Refused> {
        self.people().await?;
        let largest: Vec<u32> = (0..self.accounts).step_by(usize::try_from(IN_LARGEST).unwrap_or(1)).collect();
        for (name, display, people) in
            [(LARGEST, "The Commons", largest.len()), (THOUSAND, "The Observatory", largest.len().min(1_000))]
        {
            self.found(OWNER, name, display).await?;
            let members: Vec<(String, Role)> = largest
                .iter()
                .take(people.saturating_sub(1))
                .enumerate()
                .map(|(at, number)| (person(*number), role(at)))
                .collect();
            self.take_in(OWNER, name, &members).await?;
            tracing::info!(organization = name, people, "organization created");
        }
        for number in 0..(self.accounts / FOUNDS).saturating_sub(2) {
            let (founder, name) = (number * FOUNDS, organization(number));
            self.found(&person(founder), &name, &title(&name)).await?;
            let others =
                (1..=number % FOUNDS).map(|next| (person(founder + next), role(usize::try_from(next).unwrap_or(0))));
            self.take_in(&person(founder), &name, &others.collect::<Vec<_>>()).await?;
            if number % 1_000 == 999 {
                tracing::info!(organizations = number + 1, "organizations created");
            }
        }
        Ok(())
    }

    /// Creates the accounts, signs them in, and verifies their addresses.
    async fn people(&mut self) -> Result<(), Refused> {
        let numbers: Vec<u32> = (0..self.accounts).collect();
        for some in numbers.chunks(AT_ONCE) {
            let world = self.world;
            let accounts =
                some.iter().map(|number| world.account(&person(*number))).collect::<Result<Vec<_>, Problem>>()?;
            let origins = world
                .bus
                .in_bulk(async |bulk| {
                    let mut origins = Vec::new();
                    for account in &accounts {
                        world.clock.advance(STEP);
                        let name = account.username.as_str();
                        let (who, sign_in) = world.caller_and_sign_in(name);
                        let made = bulk.execute(&web(&who), account).await?;
                        let origin = session_of(who.clone(), &bulk.execute(&web(&who), &sign_in).await?);
                        bulk.execute(&origin, &VerifyEmail { secret: secret_of(&made) }).await?;
                        origins.push((name.to_owned(), origin));
                    }
                    Ok(origins)
                })
                .await?;
            self.signed_in.extend(origins);
        }
        tracing::info!(accounts = self.accounts, "accounts created");
        Ok(())
    }

    /// Requests an organization, which the administrator approves.
    async fn found(&mut self, founder: &str, name: &str, display: &str) -> Result<(), Refused> {
        self.sign_in(founder).await?;
        self.sign_in(ADMINISTRATOR).await?;
        let (asks, decides) = (self.origin(founder)?, self.origin(ADMINISTRATOR)?);
        let url = format!("https://{name}.example.org/");
        let request = request(name, display, &url, &format!("What {display} makes."), Kind::Community)?;
        self.world.clock.advance(STEP);
        self.world
            .bus
            .in_bulk(async |bulk| {
                let filed = bulk.execute(asks, &request).await?;
                for id in filed.iter().filter_map(filed_as) {
                    bulk.execute(decides, &ApproveRequest { id, message: Message::from_stored(String::new()) }).await?;
                }
                Ok(())
            })
            .await?;
        Ok(())
    }

    /// Invites people, who accept.
    async fn take_in(&self, owner: &str, name: &str, people: &[(String, Role)]) -> Result<(), Refused> {
        let key = key(name)?;
        for some in people.chunks(AT_ONCE) {
            let invites: Vec<Invite> = Role::ALL
                .into_iter()
                .filter_map(|role| {
                    let these = some.iter().filter(|(_, as_what)| *as_what == role);
                    let usernames: Vec<Username> = these.map(|(name, _)| Username::from_stored(name.clone())).collect();
                    (!usernames.is_empty()).then(|| Invite { organization: Some(key.clone()), usernames, role })
                })
                .collect();
            let owner = self.origin(owner)?;
            self.world
                .bus
                .in_bulk(async |bulk| {
                    for invite in &invites {
                        self.world.clock.advance(STEP);
                        for (id, invitee) in bulk.execute(owner, invite).await?.iter().filter_map(invited_as) {
                            bulk.execute(self.origin(invitee)?, &AcceptInvitation { id }).await?;
                        }
                    }
                    Ok(())
                })
                .await?;
        }
        Ok(())
    }

    /// Signs in an account of the demo data.
    async fn sign_in(&mut self, name: &str) -> Result<(), Refused> {
        if !self.signed_in.contains_key(name) {
            self.signed_in.insert(name.to_owned(), self.world.signed_in(name).await?);
        }
        Ok(())
    }

    fn origin(&self, name: &str) -> Result<&Origin, Failure> {
        self.signed_in.get(name).ok_or(Failure::Refused(Refusal::NotSignedIn {}))
    }
}

/// The display name for an account name: “quiet-harbor-3” becomes “Quiet Harbor 3”.
fn title(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    name.split('-').map(capital).collect::<Vec<String>>().join(" ")
}

fn filed_as(event: &Event) -> Option<RequestId> {
    match event {
        Event::RequestFiled { id, .. } => Some(id.0),
        _ => None,
    }
}

fn invited_as(event: &Event) -> Option<(InvitationId, &str)> {
    match event {
        Event::MemberInvited { id, invitee, .. } => Some((id.0, &invitee.username)),
        _ => None,
    }
}
