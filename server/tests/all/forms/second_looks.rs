//! Edge cases: the account for which a kept form is sent, the limits of a cookie with many entries, and bytes that are
//! not valid text.

use super::requests::fill_request;
use super::{YOURS, sundial};
use crate::support::{Browser, on_each};

/// Suffixes that are not valid text, or that an engine rejects. There is one of each kind, because each URL is
/// requested with each of them.
const ODD: [&str; 7] = ["a%00b", "0.%00", "%FF", "%ED%A0%80", "%0D%0A", "%E2%80%AE", "%zz"];

#[tokio::test(flavor = "multi_thread")]
async fn kept_form_is_not_submitted_for_another_account() {
    on_each(async |world| {
        let (mut dana, mut lee) = (world.user_browser("dana").await, world.user_browser("lee").await);
        fill_request(&mut dana, "sundial").await;
        dana.cookies().clear();
        dana.press("Create").await;
        dana.sees("Not submitted, but not lost");

        *dana.cookies() = lee.cookies().clone();
        dana.press("Submit again").await;
        dana.is_refused(403, "Someone else has signed in since");
        lee.open(YOURS).await;
        assert_eq!(lee.page.count_rows("sundial"), 0, "{}", lee.page);
    })
    .await;
}

/// Requests each URL with each of the odd suffixes in place of `*`.
async fn never_breaks(who: &mut Browser, addresses: &[&str]) {
    for address in addresses {
        for odd in ODD {
            let address = address.replace('*', odd);
            let answer = who.get(&address).await;
            assert!(answer.status.as_u16() < 500, "{address}: {}: {}", answer.status, answer.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_bytes_in_a_url_break_no_page() {
    on_each(async |world| {
        let mut visitor = world.visitor();
        never_breaks(
            &mut visitor,
            &[
                "/search?q=*",
                "/org/*",
                "/sign-in?next=*",
                "/verify?token=*",
                "/reset-password?token=*",
                "/set-up?token=*",
                "/invitation?token=*",
                "/see/organizations/search?query=*",
                "/see/organizations/profile?name=*",
                "/see/accounts/username?username=*",
                "/see/accounts/reset?token=*",
                "/see/accounts/verification?token=*",
                "/see/invitations/link?token=*",
                "/*",
            ],
        )
        .await;
        let mut dana = world.browser_of(&sundial(&world).await);
        never_breaks(
            &mut dana,
            &[
                "/manage/organizations?confirm=*&request=*",
                "/manage/organization/*/people",
                "/manage/organization/sundial/people?q=*",
                "/manage/organization/sundial/people?role=*",
                "/manage/organization/sundial/people?from=*",
                "/manage/organization/sundial/people?confirm=*&who=*&as=*&people=*",
                "/manage/organization/sundial/people?confirm=role&people=*",
                "/manage/invitations/*",
                "/see/people/list?organization=*",
                "/see/people/list?organization=sundial&text=*",
                "/see/people/list?organization=sundial&role=*",
                "/see/people/list?organization=sundial&from=*",
                "/see/people/recent-events?organization=sundial&since=*",
                "/see/people/check-invitees?organization=sundial&names=*&role=*",
                "/see/people/preview-assign-role?organization=sundial&people=*&role=*",
                "/see/people/preview-remove?organization=sundial&people=*",
                "/see/people/preview-revoke-invitation?invitation=*",
                "/see/requests/name?name=*",
                "/see/requests/one?request=*",
            ],
        )
        .await;
        let mut root = world.browser_of(&world.sign_in("root").await);
        never_breaks(
            &mut root,
            &[
                "/administration/requests?q=*",
                "/administration/organizations?q=*",
                "/administration/organizations/*",
                "/administration/accounts?q=*",
                "/administration/accounts/*",
                "/administration/mail/*",
                "/see/requests/queue?query=*",
                "/see/administration/accounts?query=*",
                "/see/administration/account?username=*",
                "/see/administration/organizations?query=*",
                "/see/administration/organization?organization=*",
                "/see/administration/email?email=*",
            ],
        )
        .await;
    })
    .await;
}

/// Form fields are decoded by other code than URLs.
#[tokio::test(flavor = "multi_thread")]
async fn invalid_bytes_in_a_form_break_no_page() {
    on_each(async |world| {
        let mut dana = world.browser_of(&sundial(&world).await);
        for (address, fields) in [
            ("/do/accounts/sign-in", "who=*&password=*"),
            ("/do/accounts/create", "username=*&email=*&password=*"),
            ("/do/accounts/ask-for-reset", "who=*"),
            ("/do/accounts/verify", "token=*"),
            ("/do/people/invite", "organization=sundial&people=*&role=member"),
            ("/do/people/remove", "organization=*&people=*"),
            ("/do/requests/file", "account_name=*&display_name=*&url=*&description=*&kind=*"),
        ] {
            for odd in ODD {
                for accept in ["application/json", "text/html"] {
                    let typed = [fields, "&once=*&agreed=*&page=*&form=*&reader=*"].concat().replace('*', odd);
                    let headers = [("accept", accept)];
                    let answer = dana.post(address, typed, &headers).await;
                    assert!(answer.status.as_u16() < 500, "{address} {odd}: {}: {}", answer.status, answer.text);
                }
            }
        }
    })
    .await;
}
