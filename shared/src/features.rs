//! Which features are built. Sentences mention only these. Whoever builds a feature switches its sentences on here.

use strum::VariantArray;

/// A feature that may not be built yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray)]
pub enum Feature {
    /// Teams of an organization.
    Teams,
    /// Projects, personal and an organization's.
    Projects,
    /// An organization's settings: its profile and its name.
    Settings,
    /// Deleting an organization, in its settings.
    Deleting,
    /// An organization's plan and invoices. The price of a private organization is shown without it.
    Billing,
    /// The history of an organization, for its Owners.
    OrganizationHistory,
}

impl Feature {
    /// All features.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Returns whether the feature can be used.
    pub const fn is_built(self) -> bool {
        match self {
            Feature::Teams => false,
            Feature::Projects => false,
            Feature::Settings => false,
            Feature::Deleting => false,
            Feature::Billing => false,
            Feature::OrganizationHistory => false,
        }
    }
}
