//! A browser without JavaScript, in process. It opens pages of the real router, fills in fields by their labels,
//! presses controls by their names, follows redirects and keeps cookies. A test reads like a journey.

use super::{Someone, World};
use crate::support::page::{Page, matches, normalize};
use axum::body::{Body, to_bytes};
use http::{Method, Request, StatusCode, header};
use scraper::ElementRef;
use server::clock::{Clock as _, FixedClock};
use shared::timestamp::Timestamp;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use tower::ServiceExt as _;

/// More redirects than this are a loop.
const REDIRECTS: usize = 5;
/// The largest answer that is read, in bytes.
const LARGEST: usize = 16 << 20;

/// A browser and its user.
pub struct Browser {
    router: axum::Router,
    clock: Arc<FixedClock>,
    cookies: BTreeMap<String, String>,
    pub page: Page,
}

/// A form as it would be sent.
#[derive(Clone, Debug)]
pub struct Form {
    pub method: Method,
    pub action: String,
    pub fields: Vec<(String, String)>,
}

/// What the server answered to one request, before any redirect is followed.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub headers: http::HeaderMap,
    pub text: String,
}

/// An email as its recipient reads it.
#[derive(Clone, Debug)]
pub struct Email {
    pub subject: String,
    pub text: String,
}

impl World {
    /// A browser in which nobody is signed in.
    pub fn visitor(&self) -> Browser {
        Browser {
            router: self.router(),
            clock: Arc::clone(&self.clock),
            cookies: BTreeMap::new(),
            page: Page::default(),
        }
    }

    /// A browser in which an account is signed in.
    pub fn browser_of(&self, who: &Someone) -> Browser {
        let mut browser = self.visitor();
        browser.cookies.insert("session".to_owned(), who.cookie.clone());
        browser
    }

    /// The browser of a new account with a verified email address, signed in.
    pub async fn user_browser(&self, name: &str) -> Browser {
        self.browser_of(&self.someone(name).await)
    }

    /// The browser of an administrator, signed in.
    pub async fn admin_browser(&self) -> Browser {
        self.browser_of(&self.administrator("root").await)
    }

    /// The emails to an address, oldest first.
    pub async fn emails_to(&self, address: &str) -> Vec<Email> {
        let post = &self.services.bus.mailer;
        let emails = self.emails().await.into_iter().filter(|email| email.to == address);
        emails
            .map(|email| Email {
                text: post.with_link(email.id, email.sealed.as_ref(), &email.text).unwrap(),
                subject: email.subject,
            })
            .collect()
    }

    /// The newest email to the account's first address whose subject contains a text.
    pub async fn email_about(&self, username: &str, subject: &str) -> Email {
        let emails = self.emails_to(&address_of(username)).await;
        let subjects: Vec<String> = emails.iter().map(|email| email.subject.clone()).collect();
        emails
            .into_iter()
            .rev()
            .find(|email| email.subject.contains(subject))
            .unwrap_or_else(|| panic!("{username} has no email about “{subject}”, but {subjects:?}"))
    }
}

/// The HTTP request that a browser makes for a form.
fn request(form: &Form) -> (Method, String, Option<String>) {
    match form.method {
        Method::POST => (Method::POST, form.action.clone(), Some(form.encoded())),
        _ => (Method::GET, [&form.action, "?", &form.encoded()].concat(), None),
    }
}

/// The email address that `World` gives to an account.
pub fn address_of(username: &str) -> String {
    format!("{username}@{username}.example")
}

impl Email {
    /// The first link in the text, as a path within the site.
    pub fn link(&self) -> String {
        let link = self.text.split_whitespace().find_map(|word| word.strip_prefix("http://guildhall.example"));
        link.unwrap_or_else(|| panic!("“{}” has no link: {}", self.subject, self.text)).to_owned()
    }
}

impl Form {
    /// The same form with one field changed, or added.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same form without a field.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    /// As `application/x-www-form-urlencoded`.
    pub fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

impl Browser {
    /// Opens a URL and follows its redirects.
    pub async fn open(&mut self, address: &str) {
        self.go(Method::GET, address.to_owned(), None).await;
    }

    /// Presses the first link or button of this name: in the open dialog, or else in the page.
    pub async fn press(&mut self, name: &str) {
        let control = self.page.control(name, None).map(|control| self.request_of(control));
        let (method, address, body) =
            control.unwrap_or_else(|| panic!("nothing to press is called “{name}”: {}", self.page));
        self.go(method, address, body).await;
    }

    /// Presses a control in the first row or list entry that contains a text.
    pub async fn press_in(&mut self, line: &str, name: &str) {
        let control = self.page.control(name, Some(line)).map(|control| self.request_of(control));
        let (method, address, body) =
            control.unwrap_or_else(|| panic!("nothing to press in “{line}” is called “{name}”: {}", self.page));
        self.go(method, address, body).await;
    }

    /// Presses Enter in a field.
    pub async fn press_enter(&mut self, label: &str) {
        let (method, address, body) = request(&self.page.form_around(label));
        self.go(method, address, body).await;
    }

    /// The form around a button, as a press would send it now.
    pub fn form_of(&self, button: &str) -> Form {
        let control = self.page.control(button, None).unwrap_or_else(|| panic!("no “{button}”: {}", self.page));
        self.page.form_of(control)
    }

    /// Sends a form and follows no redirect.
    pub async fn send(&mut self, form: &Form) -> Answer {
        self.post(&form.action, form.encoded(), &[]).await
    }

    /// Posts a body unchanged and follows no redirect.
    pub async fn post(&mut self, address: &str, body: impl Into<Body>, headers: &[(&str, &str)]) -> Answer {
        let body = Some((body.into(), headers));
        self.ask(Method::POST, address, body).await
    }

    /// Gets a URL and follows no redirect.
    pub async fn get(&mut self, address: &str) -> Answer {
        self.ask(Method::GET, address, None).await
    }

    /// The stored cookies.
    pub fn cookies(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.cookies
    }

    fn request_of(&self, control: ElementRef<'_>) -> (Method, String, Option<String>) {
        if let Some(to) = control.value().attr("href") {
            let here = self.page.address.split('?').next().unwrap_or_default();
            let to = if to.is_empty() { &self.page.address } else { to };
            let to = if to.starts_with('?') { [here, to].concat() } else { to.to_owned() };
            return (Method::GET, to, None);
        }
        assert!(
            control.value().attr("disabled").is_none(),
            "a button that is disabled can't be pressed: {}",
            self.page
        );
        request(&self.page.form_of(control))
    }

    async fn go(&mut self, method: Method, address: String, body: Option<String>) {
        let (mut method, mut address, mut body) = (method, address, body);
        for _ in 0..=REDIRECTS {
            let sent = body.take().map(|body| (Body::from(body), &[] as &[(&str, &str)]));
            let answer = self.ask(method, &address, sent).await;
            let Some(to) = answer.location.filter(|_| answer.status.is_redirection()) else {
                // A refused form is shown at the URL that it was sent to. Its links and forms are absolute.
                self.page = Page::new(address, answer.status, &answer.text);
                return;
            };
            (method, address) = (Method::GET, to);
        }
        panic!("{address} leads in a circle");
    }

    async fn ask(&mut self, method: Method, address: &str, body: Option<(Body, &[(&str, &str)])>) -> Answer {
        // Each request is a millisecond later than the one before.
        self.clock.set(Timestamp(self.clock.now().0 + 1_000));
        let mut request = Request::builder().method(method).uri(address).header(header::HOST, "guildhall.example");
        if !self.cookies.is_empty() {
            let mut cookies = String::new();
            for (name, value) in &self.cookies {
                let _ = write!(cookies, "{name}={value}; ");
            }
            request = request.header(header::COOKIE, cookies.trim_end_matches("; "));
        }
        let (body, headers) = body.map_or((None, &[] as &[_]), |(body, headers)| (Some(body), headers));
        let own = [
            ("accept", "text/html"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        let own = own.into_iter().filter(|(name, _)| !headers.iter().any(|(given, _)| given == name));
        for (name, value) in own.chain(headers.iter().copied()) {
            request = request.header(name, value);
        }
        let request = request.body(body.unwrap_or_else(Body::empty)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let (parts, body) = response.into_parts();
        let location = parts.headers.get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        let text = String::from_utf8_lossy(&to_bytes(body, LARGEST).await.unwrap()).into_owned();
        Answer { status: parts.status, location, headers: parts.headers, text }
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        match attributes.to_ascii_lowercase().contains("max-age=0") {
            true => self.cookies.remove(name),
            false => self.cookies.insert(name.to_owned(), value.to_owned()),
        };
    }

    // User actions

    /// Types into a field and replaces its value.
    #[track_caller]
    pub fn fill(&mut self, label: &str, text: &str) {
        self.page.fill(label, text);
    }

    /// Ticks a checkbox, or chooses a radio button.
    #[track_caller]
    pub fn check(&mut self, label: &str) {
        self.page.tick(label, true);
    }

    #[track_caller]
    pub fn uncheck(&mut self, label: &str) {
        self.page.tick(label, false);
    }

    /// Selects the option with this text.
    #[track_caller]
    pub fn select(&mut self, label: &str, option: &str) {
        self.page.select(label, option);
    }

    // Expectations

    /// The page has this heading.
    #[track_caller]
    pub fn sees(&self, heading: &str) {
        let found = self.page.heading();
        assert!(matches(&found, heading), "the heading is “{found}”, not “{heading}”: {}", self.page);
    }

    /// The page, or its open dialog, says this.
    #[track_caller]
    pub fn reads(&self, text: &str) {
        assert!(self.page.text().contains(&normalize(text)), "nothing says “{text}”: {}", self.page);
    }

    #[track_caller]
    pub fn does_not_read(&self, text: &str) {
        assert!(!self.page.text().contains(&normalize(text)), "something says “{text}”: {}", self.page);
    }

    /// The status line says this.
    #[track_caller]
    pub fn is_told(&self, text: &str) {
        let told = self.page.status_line();
        assert!(told.contains(&normalize(text)), "the status line says “{told}”, not “{text}”: {}", self.page);
    }

    /// The page has this status and gives this reason for the refusal.
    #[track_caller]
    pub fn is_refused(&self, status: u16, text: &str) {
        let alert = self.page.alert();
        assert_eq!(self.page.status.as_u16(), status, "{}", self.page);
        assert!(alert.contains(&normalize(text)), "the alert says “{alert}”, not “{text}”: {}", self.page);
    }

    /// The form was refused, and the field is marked and has this message.
    #[track_caller]
    pub fn is_refused_at(&self, label: &str, text: &str) {
        let hint = self.page.hint(label);
        assert_eq!(self.page.status.as_u16(), 422, "{}", self.page);
        assert!(hint.contains(&normalize(text)), "beside “{label}” stands “{hint}”, not “{text}”: {}", self.page);
        assert!(self.page.is_invalid(label), "“{label}” is not marked: {}", self.page);
    }
}
