//! Former and future members: every route of People, also for those who only belong to another organization. The golden
//! file is readable.

use super::cast::Cast;
use super::*;
use server::people::invite;
use shared::timestamp::Seconds;

/// The relation of an account to sundial. `elsewhere` is the Owner of another organization, with ids of its own.
const STANDINGS: [&str; 7] = ["former", "invited", "declined", "revoked", "expired", "shut", "elsewhere"];

/// The requests that each sends. `{own}` is the account's own invitation to sundial, current or former. `{theirs}` is
/// another account's. Accepting comes last, because it works for one of them.
const TRIES: [(&str, &str, &str); 21] = [
    ("GET", "/manage/organization/sundial/people", ""),
    ("GET", "/manage/organization/sundial/people.csv", ""),
    ("GET", "/manage/organization/sundial/people/invite", ""),
    ("GET", "/see/people/list", "organization=sundial"),
    ("GET", "/see/people/ended-membership", "organization=sundial"),
    ("GET", "/see/people/recent-events", "organization=sundial&since=0"),
    ("GET", "/see/people/check-invitees", "organization=sundial&names=outsider&role=member"),
    ("GET", "/see/people/preview-assign-role", "organization=sundial&people=member=member&role=manager"),
    ("GET", "/see/people/preview-remove", "organization=sundial&people=member"),
    ("GET", "/see/people/preview-revoke-invitation", "invitation={theirs}"),
    ("POST", "/do/people/invite", "organization=sundial&username=outsider&role=member"),
    ("POST", "/do/people/invite-several", "organization=sundial&usernames[0]=outsider&role=member"),
    ("POST", "/do/people/assign-role", "organization=sundial&people=member=member&role=manager&agreed="),
    ("POST", "/do/people/remove", "organization=sundial&people=member&typed=member&agreed="),
    ("POST", "/do/people/revoke-invitation", "invitation={theirs}&agreed="),
    ("POST", "/do/people/resend-invitation", "invitation={theirs}"),
    ("GET", "/manage/invitations/{own}", ""),
    ("GET", "/see/invitations/one", "invitation={own}"),
    ("GET", "/see/invitations/preview-decline", "invitation={own}"),
    ("POST", "/do/invitations/accept", "invitation={theirs}"),
    ("POST", "/do/invitations/accept", "invitation={own}"),
];

#[tokio::test(flavor = "multi_thread")]
async fn former_and_future_members_get_no_member_data() {
    let cast = Cast::new().await;
    let (world, owner) = (&cast.world, cast.people[6].as_ref().unwrap());
    let mut people = Vec::new();
    // The one whose invitation expires is invited first, and the clock moves past the end.
    for standing in ["expired", "former", "declined", "revoked", "shut", "elsewhere", "invited"] {
        let person = world.someone(standing).await;
        if standing == "elsewhere" {
            let request = world.file(&person, "starlight").await.unwrap();
            world.approve(cast.admin(), request).await.unwrap();
            people.push((standing, person, NOBODYS.to_string()));
            continue;
        }
        world.invite(owner, "sundial", &person.name, Role::Member).await.unwrap();
        let own = world.open_invitation(&person, "sundial").await.unwrap();
        match standing {
            "expired" => {
                world.clock.advance(Seconds::days(8));
                invite::end_overdue(&world.services.bus).await.unwrap();
            }
            "former" => {
                world.accept(&person, own).await.unwrap();
                world.remove_member(owner, "sundial", &person.name).await.unwrap();
            }
            "declined" => drop(world.decline_invitation(&person, own, "").await.unwrap()),
            "revoked" => drop(world.revoke(owner, own).await.unwrap()),
            "shut" => {
                world.accept(&person, own).await.unwrap();
                world.services.disable_account(&person.name, "Spam").await.unwrap();
            }
            _ => {}
        }
        people.push((standing, person, own.to_string()));
    }
    let theirs = cast.invited(0).await.to_string();

    let mut table = format!("{:<58}", "");
    STANDINGS.iter().for_each(|standing| table.push_str(&format!("{standing:<14}")));
    table = table.trim_end().to_owned() + "\n";
    for (method, path, fields) in TRIES {
        let mut row =
            format!("{:<58}", format!("{method} {path} {}", if fields.contains("{own}") { "(own)" } else { "" }));
        for standing in STANDINGS {
            let (_, person, own) = people.iter().find(|(name, ..)| *name == standing).unwrap();
            let filled = |text: &str| text.replace("{own}", own).replace("{theirs}", &theirs);
            let (path, fields) = (filled(path), filled(fields));
            let answer = match method {
                "GET" => cast.ask(&Method::GET, &format!("{path}?{fields}"), None, Some(person)).await,
                _ => {
                    let body = format!("{fields}&once={}", world.once().idempotency_key);
                    cast.ask(&Method::POST, &path, Some(body), Some(person)).await
                }
            };
            row.push_str(&format!("{answer:<14}"));
        }
        table.push_str(row.trim_end());
        table.push('\n');
    }
    assert_golden("standing.txt", &table);
}
