//! The actors who request each route, and the objects of their requests.

use super::*;
use crate::support::form;
use app::backend::{Answer as _, Execute as _, Handle as _, Preview as _};
use shared::wire::accounts::{AccountSettingsQuery, AskForResetForm};
use shared::wire::requests::{AskApplicantForm, RequestQuery};

/// A site with an actor of every kind, and the objects that the rows of the table need.
pub struct Cast {
    pub world: World,
    pub router: Router,
    pub people: Vec<Option<Someone>>,
    pub email: String,
}

impl Cast {
    pub async fn new() -> Self {
        let world = World::new(&Engine::Sqlite).await;
        let admin = world.administrator("admin").await;
        let owner = world.someone("owner").await;
        let id = world.file(&owner, "sundial").await.unwrap();
        world.approve(&admin, id).await.unwrap();
        let id = world.file(&owner, "moondial").await.unwrap();
        world.approve(&admin, id).await.unwrap();
        let mut people = vec![None, Some(world.newcomer("unverified").await), Some(world.someone("outsider").await)];
        for (name, role) in [("member", Role::Member), ("billing", Role::BillingManager), ("manager", Role::Manager)] {
            let person = world.someone(name).await;
            world.join(&owner, "sundial", &person, role).await;
            people.push(Some(person));
        }
        let disabled = world.someone("disabled").await;
        // An organization whose only Owner is disabled.
        world.create_organization(&admin, &disabled, "starless").await;
        world.services.disable_account("disabled", "Spam").await.unwrap();
        people.extend([Some(owner), Some(admin), Some(disabled)]);
        let email = world.emails().await[0].id.to_string();
        Self { router: world.router(), world, people, email }
    }

    pub fn admin(&self) -> &Someone {
        self.people[7].as_ref().unwrap()
    }

    /// A waiting request of the outsider, a new one for each cell.
    pub async fn fresh_request(&self, n: usize) -> RequestId {
        self.world.clock.advance(shared::timestamp::Seconds::hours(3));
        let outsider = self.people[2].as_ref().unwrap();
        self.world.file(outsider, &format!("request-{n}")).await.unwrap()
    }

    /// A draft of the outsider for a private organization, a new one for each cell.
    pub async fn fresh_draft(&self, n: usize) -> RequestId {
        self.world.clock.advance(shared::timestamp::Seconds::hours(3));
        self.world.draft(self.people[2].as_ref().unwrap(), &format!("draft-{n}")).await.unwrap()
    }

    /// A further email address of an actor who can sign in.
    pub async fn further_address(&self, who: Option<&Someone>, n: usize) -> String {
        let Some(who) = who else { return NOBODYS.to_string() };
        let email = format!("further-{n}@example.org");
        let services = &self.world.services;
        if services.handle(&who.caller, form::add_address(&email, PASSWORD), self.world.once()).await.is_err() {
            return NOBODYS.to_string();
        }
        let page = services.answer(&who.caller, AccountSettingsQuery {}).await.unwrap();
        page.addresses.into_iter().find(|address| address.email == email).unwrap().id.to_string()
    }

    /// The stand-in for the text of a request, as its edit form sends it.
    pub async fn words(&self, request: RequestId) -> String {
        let found = self.world.read(async |tx| server::store::requests::by_id(tx, request).await).await;
        found.map(|request| request.facts.version()).unwrap_or_default()
    }

    /// A question that waits for the applicant's answer.
    pub async fn question(&self, request: RequestId) -> String {
        let (services, admin) = (&self.world.services, self.admin());
        let agreed = services
            .preview(&admin.caller, AskApplicantForm { request: request.to_string(), ..AskApplicantForm::default() })
            .await
            .unwrap()
            .digest;
        let consent = shared::wire::Consent { preview_digest: agreed, ..self.world.once() };
        services
            .execute(
                &admin.caller,
                AskApplicantForm { request: request.to_string(), question: "Why?".to_owned() },
                consent,
            )
            .await
            .unwrap();
        let page = services.answer(&admin.caller, RequestQuery { request: request.to_string() }).await.unwrap();
        page.exchanges[0].id.to_string()
    }

    /// The token of a reset link for an account that nothing else uses.
    pub async fn reset(&self, n: usize) -> String {
        let forgetful = self.world.someone(&format!("forgetful-{n}")).await;
        let once = self.world.once();
        self.world
            .services
            .handle(&forgetful.caller, AskForResetForm { who: forgetful.name.clone() }, once)
            .await
            .unwrap();
        self.world.link_to(&forgetful).await
    }

    /// An account that is not a member of sundial, a new one for each cell. Its variants are a member and an invitee.
    pub async fn guest(&self, n: usize) -> Someone {
        self.world.someone(&format!("guest-{n}")).await
    }

    fn owner(&self) -> &Someone {
        self.people[6].as_ref().unwrap()
    }

    pub async fn joined(&self, n: usize) -> String {
        let guest = self.guest(n).await;
        self.world.join(self.owner(), "sundial", &guest, Role::Member).await;
        guest.name
    }

    pub async fn invited(&self, n: usize) -> InvitationId {
        let guest = self.guest(n).await;
        self.world.invite(self.owner(), "sundial", &guest.name, Role::Member).await.unwrap();
        self.world.open_invitation(&guest, "sundial").await.unwrap()
    }

    /// The outsider's invitation to moondial and the token of its link, new for each cell.
    pub async fn offered(&self) -> (InvitationId, String) {
        let (world, owner, outsider) = (&self.world, self.owner(), self.people[2].as_ref().unwrap());
        if let Some(older) = world.open_invitation(outsider, "moondial").await {
            // An expired invitation does not block a new one.
            let _ = world.revoke(owner, older).await;
        }
        // If the last invitation was accepted, the outsider is a member now.
        let _ = world.remove_member(owner, "moondial", &outsider.name).await;
        world.invite(owner, "moondial", &outsider.name, Role::Member).await.unwrap();
        (world.open_invitation(outsider, "moondial").await.unwrap(), world.link_to(outsider).await)
    }

    /// A further session of an actor who can sign in.
    pub async fn further_device(&self, who: Option<&Someone>) -> String {
        match who.filter(|who| who.name != "disabled") {
            Some(who) => self.world.sign_in(&who.name).await.caller.signed_in.unwrap().1.to_string(),
            None => NOBODYS.to_string(),
        }
    }

    pub async fn ask(&self, method: &Method, path: &str, body: Option<String>, who: Option<&Someone>) -> String {
        let accept =
            if path.starts_with("/do/") || path.starts_with("/see/") { "application/json" } else { "text/html" };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "guildhall.example")
            .header(header::ACCEPT, accept)
            .header("sec-fetch-site", "same-origin");
        if let Some(who) = who {
            request = request.header(header::COOKIE, format!("session={}", who.cookie));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                Body::from(body)
            }
            None => Body::empty(),
        };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
        match to.map(|to| to.split('?').next().unwrap_or(to)) {
            Some("/sign-in") => format!("{status} sign-in"),
            Some(_) => format!("{status} on"),
            None => status.to_string(),
        }
    }
}
