//! What speaks for and against a request, point by point.

use shared::addresses::DomainMatch;
use shared::domain::Standing;
use shared::wire::requests::RequestView;

/// What a point means for the approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing speaks against it.
    Clear,
    /// A person has to look at it.
    Check,
    /// The request can't be approved.
    Blocked,
}

/// The verdicts on the points of an open request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub name: Verdict,
    pub applicant: Verdict,
    /// Whether the applicant's email address belongs to the website.
    pub website: Verdict,
    /// Other requests for the same or a similar name.
    pub others: Verdict,
    /// Whether every question is answered.
    pub questions: Verdict,
}

impl Evidence {
    /// Returns the evidence for an open request, and `None` for one that is decided.
    pub fn of(page: &RequestView) -> Option<Self> {
        let check = |found: bool| if found { Verdict::Check } else { Verdict::Clear };
        let name = match page.standing {
            Standing::Taken | Standing::Reserved => Verdict::Blocked,
            Standing::Free => check(!page.similar.is_empty()),
        };
        let applicant = if page.applicant.disabled { Verdict::Blocked } else { check(!page.applicant.verified) };
        page.state.is_open().then(|| Self {
            name,
            applicant,
            website: check(page.applicant.domain != DomainMatch::Same),
            others: check(!page.rivals.is_empty() || !page.alike.is_empty()),
            questions: check(page.exchanges.iter().any(|exchange| exchange.answer.is_none())),
        })
    }

    /// Returns how many points a person has to look at.
    pub fn to_check(self) -> u64 {
        let Self { name, applicant, website, others, questions } = self;
        let points = [name, applicant, website, others, questions];
        points.into_iter().map(|point| u64::from(point == Verdict::Check)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::{Likeness, RequestState, Similar};
    use shared::roles::Kind;
    use shared::timestamp::Timestamp;
    use shared::wire::requests::{Applicant, Exchange, QueueRow};

    const ID: &str = "01a22568-f24b-7001-b028-1f357816129c";

    fn page() -> RequestView {
        let at = Timestamp(0);
        let applicant = Applicant {
            username: "dana".to_owned(),
            email: "dana@tide.example".to_owned(),
            verified: true,
            disabled: false,
            since: at,
            domain: DomainMatch::Same,
        };
        RequestView {
            id: ID.parse().unwrap(),
            name: "tide".to_owned(),
            key: "tide".to_owned(),
            display_name: "Tide".to_owned(),
            url: "https://tide.example".to_owned(),
            description: "What.".to_owned(),
            kind: Kind::Community,
            state: RequestState::Submitted,
            filed_at: at,
            applicant,
            standing: Standing::Free,
            similar: Vec::new(),
            rivals: Vec::new(),
            alike: Vec::new(),
            decision: None,
            exchanges: Vec::new(),
            notes: Vec::new(),
            billing: None,
            price: None,
            approval: None,
            now: at,
        }
    }

    fn other() -> QueueRow {
        QueueRow {
            id: ID.parse().unwrap(),
            name: "Tide".to_owned(),
            display_name: "Tide".to_owned(),
            kind: Kind::Community,
            state: RequestState::Submitted,
            applicant: "lee".to_owned(),
            filed_at: Timestamp(0),
            decided_at: None,
        }
    }

    fn similar() -> Similar {
        Similar { name: "tides".to_owned(), display_name: "Tides".to_owned(), likeness: Likeness::Name(2) }
    }

    fn unanswered() -> Exchange {
        Exchange {
            id: ID.parse().unwrap(),
            asked_by: "root".to_owned(),
            asked_at: Timestamp(0),
            question: "Who?".to_owned(),
            answer: None,
        }
    }

    type Change = &'static dyn Fn(&mut RequestView);

    #[test]
    fn each_point_has_its_own_verdict() {
        use Verdict::{Blocked, Check, Clear};
        let cases: [(&str, Change, [Verdict; 5]); 10] = [
            ("nothing is wrong", &|_| (), [Clear; 5]),
            ("name is taken", &|page| page.standing = Standing::Taken, [Blocked, Clear, Clear, Clear, Clear]),
            ("name is reserved", &|page| page.standing = Standing::Reserved, [Blocked, Clear, Clear, Clear, Clear]),
            ("name is similar", &|page| page.similar.push(similar()), [Check, Clear, Clear, Clear, Clear]),
            ("applicant is disabled", &|page| page.applicant.disabled = true, [Clear, Blocked, Clear, Clear, Clear]),
            ("email is unverified", &|page| page.applicant.verified = false, [Clear, Check, Clear, Clear, Clear]),
            ("domain differs", &|page| page.applicant.domain = DomainMatch::Other, [Clear, Clear, Check, Clear, Clear]),
            ("rival", &|page| page.rivals.push(other()), [Clear, Clear, Clear, Check, Clear]),
            ("similar request", &|page| page.alike.push(other()), [Clear, Clear, Clear, Check, Clear]),
            ("open question", &|page| page.exchanges.push(unanswered()), [Clear, Clear, Clear, Clear, Check]),
        ];
        for (case, change, expected) in cases {
            let mut page = page();
            change(&mut page);
            let found = Evidence::of(&page).unwrap();
            let Evidence { name, applicant, website, others, questions } = found;
            assert_eq!([name, applicant, website, others, questions], expected, "{case}");
            assert_eq!(found.to_check(), u64::from(expected.contains(&Check)), "{case}");
        }
    }

    #[test]
    fn decided_request_has_no_evidence() {
        for state in RequestState::ALL {
            let page = RequestView { state: *state, ..page() };
            assert_eq!(Evidence::of(&page).is_some(), state.is_open(), "{state:?}");
        }
    }
}
