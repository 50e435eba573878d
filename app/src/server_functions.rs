//! How the server functions of an area are listed, in its `actions`: one line for each query, preview and form. The list
//! makes the endpoint, and the bound that the server must meet.

#[cfg(feature = "ssr")]
use crate::Failure;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A form that is posted to a server function.
pub trait PostTo {
    /// The address of the server function.
    const URL: &'static str;
}

/// What a page fetches from the server: a query, or the preview of a form.
pub trait Fetch: Serialize + Send + Sync + 'static {
    /// The address of the server function.
    const URL: &'static str;
    /// The answer.
    type Output: Serialize + DeserializeOwned + 'static;

    /// Answers on the server.
    #[cfg(feature = "ssr")]
    fn answer(self) -> impl Future<Output = Result<Self::Output, Failure>> + Send;
}

/// The preview of a form, whose texts are not typed yet.
#[derive(Serialize)]
#[serde(transparent)]
pub struct PreviewOf<F>(pub F);

/// Lists server functions by the trait of [`crate::backend`] that the server implements for them: `Answer` for a query,
/// `Preview` and `Execute` for a form that becomes a command, and `Handle` for a form that takes more than its command.
macro_rules! server_functions {
    ($($(#[$doc:meta])* $kind:ident $name:ident($input:ident) at $endpoint:literal;)*) => {
        $($crate::server_functions::server_function!($kind [$(#[$doc])*] $name($input) $endpoint);)*

        /// What the server implements for this area.
        #[cfg(feature = "ssr")]
        pub trait Port: $($crate::backend::$kind<$input> +)* {}

        #[cfg(feature = "ssr")]
        impl<T: $($crate::backend::$kind<$input> +)*> Port for T {}
    };
}

macro_rules! server_function {
    (Answer [$(#[$doc:meta])*] $name:ident($input:ident) $endpoint:literal) => {
        $(#[$doc])*
        #[server(prefix = "/see", endpoint = $endpoint, input = server_fn::codec::GetUrl)]
        pub async fn $name(
            #[server(flatten)] query: $input,
        ) -> Result<<$input as shared::wire::Query>::Output, $crate::Failure> {
            $crate::backend::answer::<dyn Port, _>(query).await
        }

        impl $crate::server_functions::Fetch for $input {
            const URL: &'static str = concat!("/see/", $endpoint);
            type Output = <$input as shared::wire::Query>::Output;

            #[cfg(feature = "ssr")]
            async fn answer(self) -> Result<Self::Output, $crate::Failure> {
                $crate::backend::answer::<dyn Port, _>(self).await
            }
        }
    };
    (Preview [$(#[$doc:meta])*] $name:ident($input:ident) $endpoint:literal) => {
        $(#[$doc])*
        #[server(prefix = "/see", endpoint = $endpoint, input = server_fn::codec::GetUrl)]
        pub async fn $name(#[server(flatten)] form: $input) -> Result<shared::wire::Preview, $crate::Failure> {
            $crate::backend::preview::<dyn Port, _>(form).await
        }

        impl $crate::server_functions::Fetch for $crate::server_functions::PreviewOf<$input> {
            const URL: &'static str = concat!("/see/", $endpoint);
            type Output = shared::wire::Preview;

            #[cfg(feature = "ssr")]
            async fn answer(self) -> Result<Self::Output, $crate::Failure> {
                $crate::backend::preview::<dyn Port, _>(self.0).await
            }
        }
    };
    (Execute $docs:tt $name:ident($input:ident) $endpoint:literal) => {
        $crate::server_functions::server_function!(execute $docs $name($input) $endpoint);
    };
    (Handle $docs:tt $name:ident($input:ident) $endpoint:literal) => {
        $crate::server_functions::server_function!(handle $docs $name($input) $endpoint);
    };
    ($submit:ident [$(#[$doc:meta])*] $name:ident($input:ident) $endpoint:literal) => {
        $(#[$doc])*
        #[server(prefix = "/do", endpoint = $endpoint)]
        pub async fn $name(
            #[server(flatten)] form: $input,
            #[server(flatten)] consent: shared::wire::Consent,
        ) -> Result<shared::wire::Done, $crate::Failure> {
            $crate::backend::$submit::<dyn Port, _>(form, consent).await
        }

        impl $crate::server_functions::PostTo for $input {
            const URL: &'static str = concat!("/do/", $endpoint);
        }
    };
}

pub(crate) use {server_function, server_functions};

#[cfg(test)]
mod tests {
    use super::PostTo;
    use shared::rules::Command;
    use shared::wire::Form;
    use shared::wire::accounts::{
        EndDeviceForm, EndOtherDevicesForm, MakePrimaryForm, RemoveAddressForm, ResendVerificationForm, VerifyEmailForm,
    };
    use shared::wire::administration::{
        AppointOwnerForm, DisableAccountForm, DisableOrganizationForm, EnableAccountForm, EnableOrganizationForm,
        EndSessionsForm, RetryEmailForm, RetryFailedEmailsForm,
    };
    use shared::wire::people::{
        AcceptInvitationForm, AssignRoleForm, DeclineInvitationForm, InviteForm, RemoveMembersForm,
        ResendInvitationForm, RevokeInvitationForm,
    };
    use shared::wire::requests::{
        AddNoteForm, AnswerQuestionForm, ApproveRequestForm, AskApplicantForm, DeclineRequestForm, DeferRequestForm,
        DiscardDraftForm, EditRequestForm, FileRequestForm, GiveBillingForm, SaveBillingDraftForm, WithdrawRequestForm,
    };

    fn address_and_name<F: PostTo + Form>() -> (&'static str, &'static str) {
        (F::URL, <F::Command as Command>::NAME)
    }

    #[test]
    fn command_is_named_after_the_address_of_its_form() {
        // `InviteSeveralForm` and `ResendToAddressForm` are missing, because they share the command of another form.
        let forms = [
            address_and_name::<VerifyEmailForm>(),
            address_and_name::<ResendVerificationForm>(),
            address_and_name::<MakePrimaryForm>(),
            address_and_name::<RemoveAddressForm>(),
            address_and_name::<EndDeviceForm>(),
            address_and_name::<EndOtherDevicesForm>(),
            address_and_name::<DisableAccountForm>(),
            address_and_name::<EnableAccountForm>(),
            address_and_name::<EndSessionsForm>(),
            address_and_name::<RetryEmailForm>(),
            address_and_name::<RetryFailedEmailsForm>(),
            address_and_name::<DisableOrganizationForm>(),
            address_and_name::<EnableOrganizationForm>(),
            address_and_name::<AppointOwnerForm>(),
            address_and_name::<AcceptInvitationForm>(),
            address_and_name::<DeclineInvitationForm>(),
            address_and_name::<InviteForm>(),
            address_and_name::<ResendInvitationForm>(),
            address_and_name::<RevokeInvitationForm>(),
            address_and_name::<AssignRoleForm>(),
            address_and_name::<RemoveMembersForm>(),
            address_and_name::<FileRequestForm>(),
            address_and_name::<EditRequestForm>(),
            address_and_name::<GiveBillingForm>(),
            address_and_name::<SaveBillingDraftForm>(),
            address_and_name::<DiscardDraftForm>(),
            address_and_name::<WithdrawRequestForm>(),
            address_and_name::<ApproveRequestForm>(),
            address_and_name::<DeclineRequestForm>(),
            address_and_name::<AskApplicantForm>(),
            address_and_name::<AnswerQuestionForm>(),
            address_and_name::<DeferRequestForm>(),
            address_and_name::<AddNoteForm>(),
        ];
        for (address, name) in forms {
            assert_eq!(address.strip_prefix("/do/"), Some(name));
        }
    }
}
