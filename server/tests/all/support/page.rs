//! A page as a person without JavaScript sees it: its text, what is typed into it, and its controls.

use super::browser::Form;
use http::{Method, StatusCode};
use scraper::{ElementRef, Html, Selector};
use std::collections::HashMap;
use std::fmt;

/// A page, and what was typed into it since it was opened.
pub struct Page {
    pub address: String,
    pub status: StatusCode,
    pub html: Html,
    /// What was typed or chosen, by the index of its control among all controls of the page.
    typed: HashMap<usize, String>,
    ticked: HashMap<usize, bool>,
}

/// A name that stands alone on a page.
pub struct Mention {
    /// The element that holds it, as HTML.
    pub at: String,
    /// Whether it is marked as not translatable.
    pub kept: bool,
}

impl Default for Page {
    fn default() -> Self {
        Self::new("about:blank".to_owned(), StatusCode::OK, "")
    }
}

/// The URL and text of a page, for the message of a failed test.
impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status.as_u16(), self.address, self.text())
    }
}

/// A text with single spaces and without leading or trailing ones.
pub fn normalize(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `wanted` is the whole name or its beginning.
pub fn matches(name: &str, wanted: &str) -> bool {
    name.starts_with(wanted)
}

/// All elements within an element that match a selector, in document order.
pub fn find<'a>(within: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    within.select(&Selector::parse(selector).unwrap()).collect()
}

fn text_of(element: ElementRef<'_>) -> String {
    normalize(&element.text().collect::<String>())
}

fn attribute(element: ElementRef<'_>, name: &str) -> String {
    element.value().attr(name).unwrap_or_default().to_owned()
}

impl Page {
    pub fn new(address: String, status: StatusCode, html: &str) -> Self {
        let html = Html::parse_document(html);
        Self { address, status, html, typed: HashMap::new(), ticked: HashMap::new() }
    }

    /// The text of the page, or of its open dialog.
    pub fn text(&self) -> String {
        text_of(self.dialog().or_else(|| self.first("main")).unwrap_or_else(|| self.html.root_element()))
    }

    /// The text of the whole page, including its frame and what is behind a dialog.
    pub fn whole_text(&self) -> String {
        text_of(self.html.root_element())
    }

    /// The text of each element that matches a selector, in document order.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.html.select(&Selector::parse(selector).unwrap()).map(text_of).collect()
    }

    /// The places where one of these words stands alone, as names do.
    pub fn mentions(&self, names: &[&str]) -> Vec<Mention> {
        let texts = find(self.html.root_element(), "body *").into_iter().flat_map(|element| element.children());
        let alone = texts.filter(|node| node.value().as_text().is_some_and(|text| names.contains(&text.trim())));
        alone
            .map(|node| Mention {
                kept: node
                    .ancestors()
                    .filter_map(ElementRef::wrap)
                    .any(|above| above.value().attr("translate") == Some("no")),
                at: node.parent().and_then(ElementRef::wrap).map(|element| element.html()).unwrap_or_default(),
            })
            .collect()
    }

    pub fn heading(&self) -> String {
        self.first("h1").map(text_of).unwrap_or_default()
    }

    /// The status line, which says what has just happened.
    pub fn status_line(&self) -> String {
        self.first(".status").map(text_of).unwrap_or_default()
    }

    /// The text of the banner, which every page can have.
    pub fn banner(&self) -> String {
        self.texts(".notice").join(" ")
    }

    /// The message of a refusal.
    pub fn alert(&self) -> String {
        self.first("dialog [role=alert], main [role=alert]").map(text_of).unwrap_or_default()
    }

    /// Whether a dialog is open.
    pub fn has_dialog(&self) -> bool {
        self.dialog().is_some()
    }

    /// The text of the first row or list entry that contains a text.
    pub fn line(&self, text: &str) -> Option<String> {
        self.line_with(text).map(text_of)
    }

    /// How many rows and list entries contain a text.
    pub fn count_rows(&self, text: &str) -> usize {
        let lines = find(self.html.root_element(), "main tr, main li, main article");
        lines.into_iter().filter(|line| text_of(*line).contains(&normalize(text))).count()
    }

    /// Whether there is a link or button of this name, in a row if one is given.
    pub fn offers(&self, name: &str, line: Option<&str>) -> bool {
        self.control(name, line).is_some()
    }

    /// Whether a button or a field is disabled.
    #[track_caller]
    pub fn is_disabled(&self, name: &str) -> bool {
        let control = self.control(name, None).or_else(|| self.find_field(name));
        control.unwrap_or_else(|| panic!("no “{name}”: {self}")).value().attr("disabled").is_some()
    }

    /// The description of a button or a field.
    #[track_caller]
    pub fn described(&self, name: &str) -> String {
        let control = self.find_field(name).or_else(|| self.control(name, None));
        let about = attribute(control.unwrap_or_else(|| panic!("no “{name}”: {self}")), "aria-describedby");
        let parts = about.split_whitespace().filter_map(|id| self.by_id(id));
        normalize(&parts.map(text_of).collect::<Vec<_>>().join(" "))
    }

    /// The value of a field.
    #[track_caller]
    pub fn value(&self, label: &str) -> String {
        self.value_of(self.field(label))
    }

    #[track_caller]
    pub fn is_checked(&self, label: &str) -> bool {
        self.is_ticked(self.field(label))
    }

    /// The text below a field: its error and its hint.
    #[track_caller]
    pub fn hint(&self, label: &str) -> String {
        self.field(label);
        self.described(label)
    }

    #[track_caller]
    pub fn is_invalid(&self, label: &str) -> bool {
        self.field(label).value().attr("aria-invalid") == Some("true")
    }

    /// Whether there is a field with this label.
    pub fn has_field(&self, label: &str) -> bool {
        self.find_field(label).is_some()
    }

    #[track_caller]
    pub fn fill(&mut self, label: &str, text: &str) {
        let place = self.place_of(self.field(label));
        self.typed.insert(place, text.to_owned());
    }

    #[track_caller]
    pub fn tick(&mut self, label: &str, on: bool) {
        let field = self.field(label);
        let (place, name) = (self.place_of(field), attribute(field, "name"));
        if attribute(field, "type") == "radio" {
            let controls = self.controls().into_iter().enumerate();
            let group: Vec<_> =
                controls.filter(|(_, other)| attribute(*other, "name") == name).map(|(n, _)| n).collect();
            self.ticked.extend(group.into_iter().map(|other| (other, false)));
        }
        self.ticked.insert(place, on);
    }

    #[track_caller]
    pub fn select(&mut self, label: &str, option: &str) {
        let field = self.field(label);
        let value = find(field, "option").into_iter().find(|found| text_of(*found) == option);
        let value = attribute(value.unwrap_or_else(|| panic!("“{label}” has no “{option}”: {self}")), "value");
        let place = self.place_of(field);
        self.typed.insert(place, value);
    }

    /// The first link or button of a name: in a row, in the open dialog, or else in the page. A full match comes before
    /// a prefix, and the main part before the frame.
    pub fn control(&self, name: &str, line: Option<&str>) -> Option<ElementRef<'_>> {
        let scopes = match (line, self.dialog()) {
            (Some(line), _) => vec![self.line_with(line)?],
            (None, Some(dialog)) => vec![dialog],
            (None, None) => self.first("main").into_iter().chain([self.html.root_element()]).collect(),
        };
        let called = |element: ElementRef<'_>| match element.value().attr("aria-label") {
            Some(label) => normalize(label),
            None => text_of(element),
        };
        scopes.into_iter().find_map(|scope| {
            let controls = find(scope, "a[href], button");
            let exact = controls.iter().find(|control| called(**control) == name);
            exact.or_else(|| controls.iter().find(|control| matches(&called(**control), name))).copied()
        })
    }

    /// The form of a button, with what a press of it would send now.
    #[track_caller]
    pub fn form_of(&self, button: ElementRef<'_>) -> Form {
        self.filled(self.owner(button).unwrap_or_else(|| panic!("a button in no form: {self}")), Some(button))
    }

    /// The form of a field, as Enter in it would send it: by its first button, or without one.
    #[track_caller]
    pub fn form_around(&self, label: &str) -> Form {
        let form = self.owner(self.field(label)).unwrap_or_else(|| panic!("“{label}” is in no form: {self}"));
        self.filled(form, find(form, "button").into_iter().next())
    }

    fn filled<'a>(&'a self, form: ElementRef<'a>, button: Option<ElementRef<'a>>) -> Form {
        let controls = self.controls().into_iter().filter(|control| self.owner(*control) == Some(form));
        let sent = controls.chain(button).filter_map(|control| {
            let (name, kind) = (attribute(control, "name"), attribute(control, "type"));
            let disabled = control.value().attr("disabled").is_some();
            let left_out = disabled
                || name.is_empty()
                || (["checkbox", "radio"].contains(&kind.as_str()) && !self.is_ticked(control));
            // Browsers send a line break as CRLF.
            let value = self.value_of(control).replace("\r\n", "\n").replace('\n', "\r\n");
            (!left_out).then_some((name, value))
        });
        let method = if attribute(form, "method") == "post" { Method::POST } else { Method::GET };
        let own = button.and_then(|button| button.value().attr("formaction")).map(str::to_owned);
        Form { method, action: own.unwrap_or_else(|| attribute(form, "action")), fields: sent.collect() }
    }

    fn dialog(&self) -> Option<ElementRef<'_>> {
        self.first("dialog[open]")
    }

    fn first(&self, selector: &str) -> Option<ElementRef<'_>> {
        find(self.html.root_element(), selector).into_iter().next()
    }

    fn by_id(&self, id: &str) -> Option<ElementRef<'_>> {
        find(self.html.root_element(), "[id]").into_iter().find(|element| element.value().attr("id") == Some(id))
    }

    fn line_with(&self, text: &str) -> Option<ElementRef<'_>> {
        let lines = find(self.html.root_element(), "main tr, main li, main article");
        lines.into_iter().find(|line| text_of(*line).contains(&normalize(text)))
    }

    fn controls(&self) -> Vec<ElementRef<'_>> {
        find(self.html.root_element(), "input, select, textarea")
    }

    /// The index of a control among all of the page. A button holds no value, so its index is past the last.
    fn place_of(&self, control: ElementRef<'_>) -> usize {
        let controls = self.controls();
        controls.iter().position(|other| *other == control).unwrap_or(controls.len())
    }

    #[track_caller]
    fn field(&self, label: &str) -> ElementRef<'_> {
        self.find_field(label).unwrap_or_else(|| panic!("no field is called “{label}”: {self}"))
    }

    /// A field by its label: in the open dialog, in the main part, or anywhere. A full match comes before a prefix.
    fn find_field(&self, label: &str) -> Option<ElementRef<'_>> {
        let scopes = [self.dialog(), self.first("main"), Some(self.html.root_element())];
        scopes.into_iter().flatten().find_map(|scope| {
            let fields = find(scope, "input, select, textarea");
            let fields: Vec<_> = fields.into_iter().filter(|field| attribute(*field, "type") != "hidden").collect();
            let exact = fields.iter().find(|field| self.label_of(**field) == label);
            exact.or_else(|| fields.iter().find(|field| matches(&self.label_of(**field), label))).copied()
        })
    }

    fn label_of(&self, field: ElementRef<'_>) -> String {
        if let Some(label) = field.value().attr("aria-label") {
            return normalize(label);
        }
        let id = field.value().attr("id");
        let labels = find(self.html.root_element(), "label");
        let named = labels.into_iter().find(|label| id.is_some() && label.value().attr("for") == id);
        let around = || field.ancestors().filter_map(ElementRef::wrap).find(|above| above.value().name() == "label");
        named.or_else(around).map(text_of).unwrap_or_default()
    }

    /// The form that a control belongs to.
    fn owner<'a>(&'a self, control: ElementRef<'a>) -> Option<ElementRef<'a>> {
        match control.value().attr("form") {
            Some(id) => self.by_id(id),
            None => control.ancestors().filter_map(ElementRef::wrap).find(|above| above.value().name() == "form"),
        }
    }

    fn is_ticked(&self, control: ElementRef<'_>) -> bool {
        let ticked = self.ticked.get(&self.place_of(control)).copied();
        ticked.unwrap_or_else(|| control.value().attr("checked").is_some())
    }

    fn value_of(&self, control: ElementRef<'_>) -> String {
        if let Some(typed) = self.typed.get(&self.place_of(control)) {
            return typed.clone();
        }
        match control.value().name() {
            "textarea" => control.text().collect(),
            "select" => {
                let options = find(control, "option");
                let chosen = options.iter().find(|option| option.value().attr("selected").is_some());
                chosen.or(options.first()).map(|option| attribute(*option, "value")).unwrap_or_default()
            }
            _ if ["checkbox", "radio"].contains(&attribute(control, "type").as_str()) => {
                control.value().attr("value").unwrap_or("on").to_owned()
            }
            _ => attribute(control, "value"),
        }
    }
}
