//! What is built of the product. Sentences speak of nothing else: whoever builds one of these switches its sentences on
//! here, in one place.

use crate::roles::Permission;

/// A part of the product that may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feature {
    /// Teams of an organization.
    Teams,
    /// Projects, personal and an organization's.
    Projects,
    /// An organization's settings: its profile and its name.
    Settings,
    /// Deleting an organization, in its settings.
    Deleting,
    /// An organization's plan and invoices. That a private organization has a price is said without it.
    Billing,
    /// The history of an organization, for its Owners.
    OrganizationHistory,
}

impl Feature {
    /// All of them.
    pub const ALL: [Feature; 6] = [
        Feature::Teams,
        Feature::Projects,
        Feature::Settings,
        Feature::Deleting,
        Feature::Billing,
        Feature::OrganizationHistory,
    ];

    /// Whether it is there to be used.
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

impl Permission {
    /// The part of the product that the permission is about; none, where it is about what has always been there.
    pub const fn feature(self) -> Option<Feature> {
        match self {
            Permission::View | Permission::Leave | Permission::ManagePeople | Permission::SeeInvitations => None,
            Permission::EditProfile => Some(Feature::Settings),
            Permission::SeeHistory => Some(Feature::OrganizationHistory),
            Permission::Billing => Some(Feature::Billing),
            Permission::ManageTeams | Permission::GrantTeams => Some(Feature::Teams),
            Permission::CreateProjects
            | Permission::ManageEveryProject
            | Permission::ManageGivenProjects
            | Permission::RemoveProjects => Some(Feature::Projects),
        }
    }

    /// The permissions that can be used, in the order of the matrix (rules, section 3): what is said to people.
    pub fn usable() -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(|permission| permission.feature().is_none_or(Feature::is_built))
    }
}
