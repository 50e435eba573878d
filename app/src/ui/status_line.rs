//! The status line.

use leptos::prelude::*;
use shared::notice::Notice;

/// The status line, which says what just happened.
#[derive(Clone, Copy)]
pub struct StatusLine {
    notice: RwSignal<Option<Notice>>,
    /// Whether the notice is for the next page.
    for_next_page: StoredValue<bool>,
}

impl StatusLine {
    /// A line that begins with a notice.
    pub fn new(notice: Option<Notice>) -> Self {
        Self { notice: RwSignal::new(notice), for_next_page: StoredValue::new(false) }
    }

    /// The sentence that it shows.
    pub fn sentence(self) -> Option<String> {
        self.notice.get().map(|notice| notice.sentence())
    }

    /// Shows a notice. The line was cleared when the form was sent, so that screen readers announce the same sentence
    /// twice.
    pub fn say(self, notice: Notice) {
        let _ = self.notice.try_set(Some(notice));
    }

    /// Shows a notice on the page that the reader is being redirected to.
    pub fn say_on_next_page(self, notice: Notice) {
        let _ = self.for_next_page.try_set_value(true);
        self.say(notice);
    }

    /// The page has changed: clears the notice, unless it is for this page.
    pub fn page_changed(self) {
        if self.for_next_page.try_update_value(std::mem::take) != Some(true) {
            self.clear();
        }
    }

    /// Clears the line.
    pub fn clear(self) {
        let _ = self.notice.try_set(None);
    }
}
