//! Forms as a browser sends them, from what was typed in them.

use shared::wire::accounts::{AddAddressForm, ChangePasswordForm, CreateAccountForm, ResetPasswordForm, SignInForm};
use shared::wire::people::{AssignRoleForm, InviteForm, RemoveMembersForm};
use shared::wire::requests::FileRequestForm;

pub fn sign_in(who: &str, password: &str) -> SignInForm {
    let [who, password] = [who, password].map(str::to_owned);
    SignInForm { who, password, next: String::new() }
}

pub fn new_account(username: &str, email: &str, password: &str) -> CreateAccountForm {
    let [username, email, password] = [username, email, password].map(str::to_owned);
    CreateAccountForm { username, email, password }
}

pub fn change_password(current_password: &str, password: &str) -> ChangePasswordForm {
    let [current_password, password] = [current_password, password].map(str::to_owned);
    ChangePasswordForm { current_password, password }
}

pub fn reset_password(token: &str, password: &str) -> ResetPasswordForm {
    let [token, password] = [token, password].map(str::to_owned);
    ResetPasswordForm { token, password }
}

pub fn add_address(email: &str, current_password: &str) -> AddAddressForm {
    let [email, current_password] = [email, current_password].map(str::to_owned);
    AddAddressForm { email, current_password }
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
