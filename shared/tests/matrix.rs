//! The matrix of roles and permissions as a table that a person can check against the rules.

use shared::roles::{Permission, Role};

#[test]
fn role_matrix_matches_the_golden_file() {
    let mut picture = String::from("Owner Manager Billing Member\n");
    for &permission in Permission::ALL {
        for (role, width) in Role::ALL.into_iter().zip([6, 8, 8, 7]) {
            let mark = if role.permits(permission) { "✔" } else { "·" };
            picture.push_str(&format!("{mark:<width$}"));
        }
        picture.push_str(permission.label());
        picture.push('\n');
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/matrix.txt");
    if std::env::var_os("GUILDHALL_BLESS").is_some() {
        std::fs::write(path, &picture).unwrap();
    }
    assert_eq!(picture, std::fs::read_to_string(path).unwrap(), "the golden file differs");
}
