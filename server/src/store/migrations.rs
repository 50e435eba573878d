//! The migrations, which are embedded in the program. They only go forward, and have the same numbers and names for
//! both engines.

use sqlx::SqlStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// The number, the name, and the text for each engine.
macro_rules! migrations {
    ($($number:literal $name:literal),* $(,)?) => {
        pub(super) const ALL: &[(i64, &str, &str, &str)] = &[$((
            $number,
            $name,
            include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        )),*];
    };
}

migrations!(
    1 "0001_first", 2 "0002_search_keys", 3 "0003_retention", 4 "0004_allowance_of_emails", 5 "0005_resemblance",
    6 "0006_billing_draft",
);

/// The newest migration of this program.
pub(super) fn newest() -> i64 {
    ALL.last().map_or(0, |(number, ..)| *number)
}

fn migrator(text: fn(&(i64, &str, &'static str, &'static str)) -> &'static str) -> Migrator {
    let migration = |m: &(i64, &'static str, &'static str, &'static str)| {
        Migration::new(m.0, m.1.into(), MigrationType::Simple, SqlStr::from_static(text(m)), false)
    };
    Migrator::with_migrations(ALL.iter().map(migration).collect())
}

/// The migrations for SQLite.
pub(super) fn sqlite() -> Migrator {
    migrator(|m| m.2)
}

/// The migrations for PostgreSQL.
pub(super) fn postgres() -> Migrator {
    migrator(|m| m.3)
}
