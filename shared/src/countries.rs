//! Countries and territories as postal addresses name them: the codes of ISO 3166-1, each with its usual English name.

use crate::refusal::FaultCode;
use serde::{Serialize, Serializer};

/// One country a line, ordered by name: the code of two letters, a space, the name.
const LIST: &str = include_str!("countries.txt");

/// A country or territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    code: &'static str,
    name: &'static str,
}

impl Country {
    /// Returns all countries, ordered by name.
    pub fn all() -> impl Iterator<Item = Self> {
        LIST.lines().filter_map(|line| line.split_once(' ')).map(|(code, name)| Self { code, name })
    }

    /// Returns the country of a code of two letters.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|country| country.code == code)
    }

    /// Parses the code that was chosen.
    ///
    /// # Errors
    /// The code is empty or unknown.
    pub fn parse(code: &str) -> Result<Self, FaultCode> {
        if code.is_empty() {
            return Err(FaultCode::Empty {});
        }
        Self::from_code(code).ok_or(FaultCode::InvalidOption {})
    }

    /// Returns the code: two letters in upper case.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// Returns the usual English name.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_belongs_to_one_country() {
        let all: Vec<Country> = Country::all().collect();
        assert_eq!((all.len(), LIST.lines().count()), (249, 249));
        for country in &all {
            assert!(country.code.len() == 2 && country.code.bytes().all(|b| b.is_ascii_uppercase()), "{country:?}");
            assert_eq!(Country::from_code(country.code), Some(*country));
        }
        assert_eq!(Country::parse("DE").map(Country::name), Ok("Germany"));
        for (typed, fault) in
            [("", FaultCode::Empty {}), ("de", FaultCode::InvalidOption {}), ("XX", FaultCode::InvalidOption {})]
        {
            assert_eq!(Country::parse(typed), Err(fault), "{typed}");
        }
    }
}
