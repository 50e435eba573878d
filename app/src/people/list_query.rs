//! The part of the list that the page's address describes, and the selection in it.

use crate::addresses;
use crate::ui::query::Query;
use shared::routes::Page;
use shared::rules::people::SelectedMember;

/// The query of the page **People**.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// The search text, a part of usernames.
    pub text: String,
    /// A role's code.
    pub role: String,
    /// The cursor at which the page begins.
    pub from: String,
    /// The selected people. The page without scripts has its selection only here.
    pub selected: Vec<SelectedMember>,
}

impl ListQuery {
    /// Reads the page's query. What is not a selection of people is left out.
    pub fn of(query: &Query) -> Self {
        let get = |name: &str| query.get(name).unwrap_or_default();
        let selected = query.get_all("people").iter().filter_map(|one| one.parse().ok()).collect();
        Self { text: get("q"), role: get("only"), from: get("from"), selected }
    }

    /// The same part of the list without the selection.
    pub fn part(&self) -> Self {
        Self { selected: Vec::new(), ..self.clone() }
    }

    /// Whether there is no filter and no cursor, so that the list is complete unless it has further pages.
    pub fn is_whole(&self) -> bool {
        [&self.text, &self.role, &self.from].into_iter().all(String::is_empty)
    }

    /// The names and values of the parameters.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, String)> {
        let part = [("q", &self.text), ("only", &self.role), ("from", &self.from)];
        let part = part.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.clone()));
        part.chain(self.selected.iter().map(|one| ("people", one.to_string())))
    }

    /// The address of this part of the list, with the selection.
    pub fn address(&self, organization: &str) -> String {
        let parameters: Vec<(&'static str, String)> = self.parameters().collect();
        let parameters = parameters.iter().map(|(name, value)| (*name, value.as_str()));
        addresses::with_query(&Page::People(organization.to_owned()).path(), parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_has_the_part_of_the_list_and_the_selection() {
        let selected = ["lee=member", "kim"].map(|one| one.parse::<SelectedMember>().unwrap()).to_vec();
        let query = ListQuery { text: "a b".to_owned(), from: "0.x".to_owned(), selected, ..ListQuery::default() };
        let path = "/manage/organization/sun-dial/people";
        let address = [path, "?q=a%20b&from=0.x&people=lee%3Dmember&people=kim"].concat();
        assert_eq!(query.address("Sun_Dial"), address);
        assert_eq!(query.part().address("Sun_Dial"), [path, "?q=a%20b&from=0.x"].concat());
        assert_eq!(ListQuery::default().address("Sun_Dial"), path);
        assert!(ListQuery::default().is_whole() && !query.is_whole());
    }
}
