//! The four roles of an organization and what each permits, as data (rules, section 3).

use crate::features::Feature;
use crate::grammar::list;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// The role of a member. Each member has exactly one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, EnumString, IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Manages everything.
    Owner,
    /// Manages teams and creates projects.
    Manager,
    /// Manages the plan, the billing details and the invoices.
    BillingManager,
    /// Works on the projects they are given.
    Member,
}

/// What a role can permit in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, VariantArray)]
pub enum Permission {
    View,
    Leave,
    ManagePeople,
    SeeInvitations,
    EditProfile,
    SeeHistory,
    Billing,
    ManageTeams,
    GrantTeams,
    CreateProjects,
    ManageEveryProject,
    ManageGivenProjects,
    RemoveProjects,
}

impl Role {
    /// All roles, the most powerful first.
    pub const ALL: [Role; 4] = [Role::Owner, Role::Manager, Role::BillingManager, Role::Member];

    /// Returns the code that is stored and sent.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Returns the role of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        code.parse().ok()
    }

    /// Returns the name that is shown.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Owner => "Owner",
            Role::Manager => "Manager",
            Role::BillingManager => "Billing manager",
            Role::Member => "Member",
        }
    }

    /// Returns the plural: “Owners”.
    pub const fn plural(self) -> &'static str {
        match self {
            Role::Owner => "Owners",
            Role::Manager => "Managers",
            Role::BillingManager => "Billing managers",
            Role::Member => "Members",
        }
    }

    /// Returns the name with its article: “an Owner”.
    pub fn with_article(self) -> String {
        let article = if self == Role::Owner { "an" } else { "a" };
        format!("{article} {}", self.name())
    }

    /// Returns what the role means, in a sentence or two. Features that are not built are left out.
    pub fn meaning(self) -> String {
        let built = |parts: &[(Feature, &str)]| -> Vec<String> {
            let parts = parts.iter().filter(|(feature, _)| feature.is_built());
            parts.map(|(_, words)| (*words).to_owned()).collect()
        };
        let seen = ["the organization".to_owned(), "its people".to_owned()].into_iter();
        let seen: Vec<String> =
            seen.chain(built(&[(Feature::Teams, "teams"), (Feature::Projects, "projects")])).collect();
        let (more, nothing): (Vec<String>, &str) = match self {
            Role::Owner => {
                let parts = built(&[
                    (Feature::Teams, "teams"),
                    (Feature::Projects, "projects"),
                    (Feature::Settings, "settings"),
                    (Feature::Billing, "billing"),
                ]);
                let managed: Vec<String> = std::iter::once("people".to_owned()).chain(parts).collect();
                return format!("Manages the organization and its {}.", list(&managed));
            }
            Role::Manager => (
                built(&[(Feature::Teams, "manages teams"), (Feature::Projects, "creates projects")]),
                " Doesn't manage people.",
            ),
            Role::BillingManager => (built(&[(Feature::Billing, "manages its plan and invoices")]), ""),
            Role::Member => (built(&[(Feature::Projects, "works on what they are given")]), ""),
        };
        match more.as_slice() {
            [] => format!("Sees {}.{nothing}", list(&seen)),
            more => format!("Sees {}. Also {}.", list(&seen), list(more)),
        }
    }

    /// Returns what a former member can no longer do, as in “can no longer …”. They can still see the public page, and
    /// they keep the projects that were given to them (rules, section 5).
    pub fn lost_actions(self) -> String {
        let ends = Permission::usable().filter(|one| self.permits(*one)).filter_map(|one| match one {
            Permission::View => Some("see its people"),
            Permission::Leave | Permission::ManageGivenProjects => None,
            other => Some(other.verb_phrase()),
        });
        ends.collect::<Vec<_>>().join("; ")
    }

    /// Returns whether the role permits it, by the matrix (rules, section 3).
    pub const fn permits(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Role::Owner => true,
            Role::Manager => matches!(
                permission,
                P::View | P::Leave | P::ManageTeams | P::GrantTeams | P::CreateProjects | P::ManageGivenProjects
            ),
            Role::BillingManager => matches!(permission, P::View | P::Leave | P::Billing),
            Role::Member => matches!(permission, P::View | P::Leave | P::ManageGivenProjects),
        }
    }
}

impl Permission {
    /// All permissions, in the order of the matrix (rules, section 3).
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Returns the action as a verb phrase, as in “Only Owners can …”.
    pub const fn verb_phrase(self) -> &'static str {
        match self {
            Permission::View => "see this organization",
            Permission::Leave => "leave",
            Permission::ManagePeople => "invite people, change roles and remove people",
            Permission::SeeInvitations => "see pending invitations",
            Permission::EditProfile if Feature::Deleting.is_built() => "edit the profile, rename or delete it",
            Permission::EditProfile => "edit the profile and rename it",
            Permission::SeeHistory => "see the history",
            Permission::Billing => "see and change billing",
            Permission::ManageTeams => "manage teams",
            Permission::GrantTeams => "give teams a role on projects",
            Permission::CreateProjects => "create projects and transfer projects in",
            Permission::ManageEveryProject => "manage every project",
            Permission::ManageGivenProjects => "manage projects given to them",
            Permission::RemoveProjects => "remove, transfer and delete projects",
        }
    }

    /// Returns the label of the permission in the permission table.
    pub const fn label(self) -> &'static str {
        match self {
            Permission::View => match (Feature::Teams.is_built(), Feature::Projects.is_built()) {
                (true, true) => "view the organization, its people, teams and projects",
                (true, false) => "view the organization, its people and teams",
                (false, true) => "view the organization, its people and projects",
                (false, false) => "view the organization and its people",
            },
            Permission::Leave => "leave (not the last Owner)",
            Permission::ManagePeople => "invite people, re-send and revoke invitations, change roles, remove people",
            Permission::SeeInvitations => "see pending invitations",
            Permission::EditProfile if Feature::Deleting.is_built() => "edit profile, rename, delete",
            Permission::EditProfile => "edit profile, rename",
            Permission::SeeHistory => "see the organization's history",
            Permission::Billing => "see and change billing, cancel and renew the plan, download invoices",
            Permission::ManageTeams => "create, rename and delete teams, add and remove team members",
            Permission::GrantTeams => "give teams a role on the organization's projects",
            Permission::CreateProjects => "create a project in the organization, transfer in a project they own",
            Permission::ManageEveryProject => "manage every project of the organization",
            Permission::ManageGivenProjects => "manage the projects that they created in it or were given",
            Permission::RemoveProjects => "remove a project from the organization, transfer it out, delete it",
        }
    }

    /// Returns the feature that the permission needs, if it needs one.
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

    /// Returns the permissions whose feature is built, in the order of the matrix (rules, section 3). Sentences name
    /// only these.
    pub fn usable() -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(|permission| permission.feature().is_none_or(Feature::is_built))
    }
}

/// The kind of an organization (rules, section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// A free community project.
    Community,
    /// A company or an institution, which has billing details.
    Private,
}

impl Kind {
    /// Returns the code that is stored and sent.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Returns the kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        code.parse().ok()
    }

    /// Returns the name that is shown.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Community => "Community project",
            Kind::Private => "Private organization",
        }
    }
}
