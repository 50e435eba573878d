//! Billing of a private organization: the price and the billing details (rules, section 8).

use crate::addresses::EmailAddress;
use crate::countries::Country;
use crate::limits;
use crate::refusal::{FaultCode, Faults, Field, Refusal};
use crate::text::{LegalName, OrderNumber, PostalAddress, TaxId, clean};
use serde::{Deserialize, Serialize};
use std::fmt;
use strum::{EnumString, IntoStaticStr};

/// An amount of money per member per month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The amount in hundredths of the currency.
    hundredths: u32,
    /// The currency code of three ASCII letters (ISO 4217).
    currency: [u8; 3],
}

impl Price {
    /// The default price (rules, section 8).
    pub const USUAL: Self = Self { hundredths: 500, currency: *b"USD" };

    /// Parses an amount with two decimals and a currency code, as in `5.00 USD`.
    pub fn parse(text: &str) -> Option<Self> {
        let (amount, currency) = text.trim().split_once(' ')?;
        let (whole, part) = amount.split_once('.')?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
        let currency: [u8; 3] = currency.as_bytes().try_into().ok()?;
        let right = part.len() == 2 && currency.iter().all(u8::is_ascii_uppercase);
        let hundredths = digits(whole)?.checked_mul(100)?.checked_add(digits(part)?)?;
        right.then_some(Self { hundredths, currency })
    }

    /// Returns the price in words: “5.00 USD per member per month”.
    pub fn in_words(self) -> String {
        format!("{self} per member per month")
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02} ", self.hundredths / 100, self.hundredths % 100)?;
        self.currency.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

/// How a private organization pays. No payment provider can be configured yet, so cards are not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Payment {
    /// By monthly invoice.
    Invoice,
}

impl Payment {
    /// Returns the code that is stored and sent.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Returns the payment method of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        code.parse().ok()
    }

    /// Returns the name that is shown.
    pub const fn name(self) -> &'static str {
        match self {
            Payment::Invoice => "Invoice",
        }
    }
}

/// The billing details of a private organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BillingDetails {
    pub legal_name: LegalName,
    pub email: EmailAddress,
    /// The lines of the address, without the country.
    pub address: PostalAddress,
    pub country: Country,
    pub tax_id: TaxId,
    pub order_number: OrderNumber,
    pub payment: Payment,
}

/// The fields of the billing form, as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BillingForm {
    pub legal_name: String,
    pub billing_email: String,
    pub postal_address: String,
    /// The country code of two letters.
    pub country: String,
    pub tax_id: String,
    pub order_number: String,
    /// The code of a [`Payment`].
    pub payment: String,
}

/// Unfinished billing details, saved with a draft for its author. Every field can be empty or incomplete.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingDraft {
    pub legal_name: String,
    pub email: String,
    pub postal_address: String,
    /// The country code of two letters. It is empty where none was chosen.
    pub country: String,
    pub tax_id: String,
    pub order_number: String,
}

impl BillingDraft {
    /// Parses the form. Fields can be empty.
    ///
    /// # Errors
    /// Every field that is too long or has a character that is not allowed.
    pub fn parse(form: &BillingForm) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let mut text =
            |field, typed: &str, max, lines| faults.take(field, clean(typed, 0, max, lines)).unwrap_or_default();
        let draft = Self {
            legal_name: text(Field::LegalName, &form.legal_name, limits::LEGAL_NAME, false),
            email: text(Field::BillingEmail, &form.billing_email, limits::EMAIL, false),
            postal_address: text(Field::PostalAddress, &form.postal_address, limits::POSTAL_ADDRESS, true),
            country: Country::from_code(&form.country).map(|country| country.code().to_owned()).unwrap_or_default(),
            tax_id: text(Field::TaxId, &form.tax_id, limits::REFERENCE_NUMBER, false),
            order_number: text(Field::OrderNumber, &form.order_number, limits::REFERENCE_NUMBER, false),
        };
        faults.finish(Some(draft))
    }
}

impl BillingDetails {
    /// Parses the form.
    ///
    /// # Errors
    /// Every field that breaks its rule.
    pub fn parse(form: &BillingForm) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        let legal_name = faults.take(Field::LegalName, LegalName::parse(&form.legal_name));
        let email = faults.take(Field::BillingEmail, EmailAddress::parse(&form.billing_email));
        let address = faults.take(Field::PostalAddress, PostalAddress::parse(&form.postal_address));
        let country = faults.take(Field::Country, Country::parse(&form.country));
        let tax_id = faults.take(Field::TaxId, TaxId::parse(&form.tax_id));
        let order_number = faults.take(Field::OrderNumber, OrderNumber::parse(&form.order_number));
        let payment = Payment::from_code(&form.payment).ok_or(FaultCode::InvalidOption {});
        let payment = faults.take(Field::Payment, payment);
        let details = legal_name.zip(email).zip(address).zip(country).zip(tax_id).zip(order_number).zip(payment);
        faults.finish(details.map(|((((((legal_name, email), address), country), tax_id), order_number), payment)| {
            Self { legal_name, email, address, country, tax_id, order_number, payment }
        }))
    }

    /// Returns the fields that differ from `before`, and all fields where there is none.
    pub fn changed(&self, before: Option<&Self>) -> Vec<Field> {
        let differs = |field: Field, same: fn(&Self, &Self) -> bool| {
            (!before.is_some_and(|before| same(self, before))).then_some(field)
        };
        let fields = [
            differs(Field::LegalName, |a, b| a.legal_name == b.legal_name),
            differs(Field::BillingEmail, |a, b| a.email == b.email),
            differs(Field::PostalAddress, |a, b| a.address == b.address),
            differs(Field::Country, |a, b| a.country == b.country),
            differs(Field::TaxId, |a, b| a.tax_id == b.tax_id),
            differs(Field::OrderNumber, |a, b| a.order_number == b.order_number),
            differs(Field::Payment, |a, b| a.payment == b.payment),
        ];
        fields.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_round_trip_and_malformed_ones_are_refused() {
        for text in ["5.00 USD", "0.05 EUR", "120.50 JPY"] {
            assert_eq!(Price::parse(text).map(|price| price.to_string()), Some(text.to_owned()));
        }
        for text in
            ["", "5 USD", "5.0 USD", "5.00", "5.00 usd", "5.00 EURO", "-5.00 USD", "5.+1 USD", "99999999.00 USD"]
        {
            assert_eq!(Price::parse(text), None, "{text}");
        }
        assert_eq!(Price::USUAL.in_words(), "5.00 USD per member per month");
    }

    #[test]
    fn form_reports_all_its_faults() {
        let whole = BillingForm {
            legal_name: "Sundial Ltd".to_owned(),
            billing_email: "papers@sundial.example".to_owned(),
            postal_address: "1 Gnomon Street\r\nOxford".to_owned(),
            country: "GB".to_owned(),
            payment: "invoice".to_owned(),
            ..BillingForm::default()
        };
        let details = BillingDetails::parse(&whole).unwrap();
        assert_eq!((details.address.as_str(), details.country.name()), ("1 Gnomon Street\nOxford", "United Kingdom"));
        assert_eq!((details.tax_id.as_str(), details.order_number.as_str()), ("", ""));
        let (postal_address, order_number) = ("2 Gnomon Street".to_owned(), "7".to_owned());
        let moved = BillingDetails::parse(&BillingForm { postal_address, order_number, ..whole }).unwrap();
        assert_eq!(moved.changed(Some(&details)), [Field::PostalAddress, Field::OrderNumber]);
        assert_eq!((details.changed(Some(&details)), details.changed(None).len()), (vec![], 7));
        let Err(Refusal::Invalid { faults }) =
            BillingDetails::parse(&BillingForm { tax_id: "\0".to_owned(), ..BillingForm::default() })
        else {
            panic!("an empty form was accepted");
        };
        let wrong: Vec<Field> = faults.into_iter().map(|fault| fault.field).collect();
        assert_eq!(
            wrong,
            [Field::LegalName, Field::BillingEmail, Field::PostalAddress, Field::Country, Field::TaxId, Field::Payment]
        );
    }
}
