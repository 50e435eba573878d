//! The server functions of the caller's own account.

use crate::server_functions::server_functions;
use leptos::prelude::*;
use shared::wire::accounts::{
    AccountHistoryQuery, AccountSettingsQuery, AddAddressForm, ChangePasswordForm, EndDeviceForm, EndOtherDevicesForm,
    MakePrimaryForm, RemoveAddressForm, ResendToAddressForm,
};

server_functions! {
    /// The data of the account settings.
    Answer account(AccountSettingsQuery) at "accounts/settings";
    /// A page of the account's history, before the event with this number.
    Answer account_history(AccountHistoryQuery) at "accounts/history";
    /// Adds an address to the account and emails it a verification link.
    Handle add_address(AddAddressForm) at "accounts/add-address";
    /// Sends another verification link to one of the account's addresses.
    Execute resend_to_address(ResendToAddressForm) at "accounts/resend-to-address";
    /// Makes another verified address the one that receives email.
    Execute make_primary(MakePrimaryForm) at "accounts/make-primary";
    /// The effects of removing an address.
    Preview preview_remove_address(RemoveAddressForm) at "accounts/preview-remove-address";
    /// Removes an address from the account.
    Execute remove_address(RemoveAddressForm) at "accounts/remove-address";
    /// Changes the password. All other devices are signed out, and this one gets a new session.
    Handle change_password(ChangePasswordForm) at "accounts/change-password";
    /// Signs out one of the account's devices.
    Execute end_device(EndDeviceForm) at "accounts/sign-out-device";
    /// Signs out all of the account's devices except this one.
    Execute end_other_devices(EndOtherDevicesForm) at "accounts/sign-out-others";
}
