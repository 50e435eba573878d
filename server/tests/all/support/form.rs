//! Forms as a browser sends them, from what was typed in them.

use shared::wire::accounts::{
    AddAddressForm, ChangePasswordForm, CreateAccountForm, ResetPasswordForm, SetUpForm, SignInForm,
};
use shared::wire::people::{AssignRoleForm, InviteForm, RemoveMembersForm};
use shared::wire::requests::FileRequestForm;

pub fn sign_in(who: &str, password: &str) -> SignInForm {
    SignInForm { who: who.to_owned(), password: password.into(), next: String::new() }
}

pub fn new_account(username: &str, email: &str, password: &str) -> CreateAccountForm {
    CreateAccountForm { username: username.to_owned(), email: email.to_owned(), password: password.into() }
}

pub fn set_up(token: &str, username: &str, email: &str, password: &str) -> SetUpForm {
    SetUpForm { token: token.into(), account: new_account(username, email, password) }
}

pub fn change_password(current_password: &str, password: &str) -> ChangePasswordForm {
    ChangePasswordForm { current_password: current_password.into(), password: password.into() }
}

pub fn reset_password(token: &str, password: &str) -> ResetPasswordForm {
    ResetPasswordForm { token: token.into(), password: password.into() }
}

pub fn add_address(email: &str, current_password: &str) -> AddAddressForm {
    AddAddressForm { email: email.to_owned(), current_password: current_password.into() }
}

pub fn request_form(name: &str, display_name: &str, url: &str, description: &str, kind: &str) -> FileRequestForm {
    let [account_name, display_name, url, description, kind] =
        [name, display_name, url, description, kind].map(str::to_owned);
    FileRequestForm { account_name, display_name, url, description, kind }
}

pub fn invite(organization: &str, username: &str, role: &str) -> InviteForm {
    let [organization, username, role] = [organization, username, role].map(str::to_owned);
    InviteForm { organization, username, role }
}

pub fn assign(organization: &str, people: &str, role: &str) -> AssignRoleForm {
    let [organization, people, role] = [organization, people, role].map(str::to_owned);
    AssignRoleForm { organization, people, role }
}

pub fn remove(organization: &str, people: &str, typed: &str) -> RemoveMembersForm {
    let [organization, people, typed] = [organization, people, typed].map(str::to_owned);
    RemoveMembersForm { organization, people, typed }
}
