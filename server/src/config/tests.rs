//! Valid and invalid command lines.

use super::*;

fn config(words: &[&str]) -> Result<(Command, Config), String> {
    let words = ["guildhall"].iter().chain(words).map(OsString::from);
    let Guildhall { settings, command } = parse(words).map_err(|error| error.to_string())?;
    Ok((command, settings.into_config()?))
}

fn refused(words: &[&str]) -> String {
    config(words).map(|_| ()).unwrap_err()
}

#[test]
fn command_line_definition_is_valid() {
    Guildhall::command().debug_assert();
}

#[test]
fn defaults_serve_this_machine_from_the_folder_data() {
    let (command, config) = config(&["serve"]).unwrap();
    assert!(matches!(command, Command::Serve));
    assert_eq!(config.listen, "127.0.0.1:3000".parse().unwrap());
    assert!(matches!(&config.database, Database::Sqlite(file) if file == Path::new("data/guildhall.db")));
    assert_eq!(config.key_file, Path::new("data/key"));
    assert!(!config.development && !config.migrate && config.hash_permits > 0);
    assert_eq!(config.keep_alive, Duration::from_secs(75));
    let url = config.public_url(config.listen);
    assert_eq!(url.to_string(), "http://127.0.0.1:3000");
    assert_eq!(config.mail_from(&url), "Guildhall <guildhall@localhost>");
}

#[test]
fn settings_are_accepted_before_and_after_the_command() {
    for words in [["--data", "here", "migrate", "--migrate"], ["migrate", "--migrate", "--data", "here"]] {
        let (command, config) = config(&words).unwrap();
        assert!(matches!(command, Command::Migrate) && config.migrate);
        assert_eq!(config.data, Path::new("here"));
    }
    assert!(!config(&["serve", "--development=false"]).unwrap().1.development);
    assert!(config(&["serve", "--development"]).unwrap().1.development);
}

#[test]
fn default_sender_is_at_the_public_host() {
    let (_, config) = config(&["serve", "--public-url", "https://guild.example.org"]).unwrap();
    assert_eq!(config.mail_from(&config.public_url(config.listen)), "Guildhall <guildhall@guild.example.org>");
}

#[test]
fn smtp_greeting_is_the_public_host_unless_set() {
    let (_, config) = self::config(&["serve", "--public-url", "https://guild.example.org"]).unwrap();
    assert_eq!(config.smtp_hello(&config.public_url(config.listen)), "guild.example.org");
    let (_, config) = self::config(&["serve", "--smtp-hello", "mail.example.org"]).unwrap();
    assert_eq!(config.smtp_hello(&config.public_url(config.listen)), "mail.example.org");
    assert!(refused(&["serve", "--smtp-hello", "two words"]).contains("--smtp-hello"));
}

#[test]
fn several_trusted_proxies_are_accepted() {
    let (_, config) = config(&["serve", "--trusted-proxy", "10.0.0.1", "--trusted-proxy", "::1"]).unwrap();
    assert_eq!(config.trusted_proxies.len(), 2);
    let (_, config) = config_of_networks("10.0.0.1, 172.18.0.0/16,2001:db8::/32");
    assert_eq!(config.trusted_proxies.len(), 3);
    assert!(config.trusted_proxies.iter().any(|network| network.contains("172.18.4.4".parse().unwrap())));
}

fn config_of_networks(networks: &str) -> (Command, Config) {
    config(&["serve", "--trusted-proxy", networks]).unwrap()
}

/// A test can't change its own environment, so it runs itself in a process whose variables are empty.
#[test]
fn empty_environment_variable_counts_as_not_set() {
    let command = Guildhall::command();
    let variables: Vec<OsString> = command.get_arguments().filter_map(|arg| arg.get_env()).map(Into::into).collect();
    assert!(variables.len() > 15);
    if variables.iter().any(|name| std::env::var_os(name).is_some_and(|value| value.is_empty())) {
        // In the process that is started below.
        let (_, plain) = config(&["serve"]).unwrap();
        assert!(plain.mail_server.is_none() && plain.trusted_proxies.is_empty() && plain.metrics_listen.is_none());
        assert_eq!((plain.listen, plain.data.as_path()), ("127.0.0.1:3000".parse().unwrap(), Path::new("data")));
        return;
    }
    for empty in ["", " "] {
        let mut process = std::process::Command::new(std::env::current_exe().unwrap());
        process.args(["--exact", "config::tests::empty_environment_variable_counts_as_not_set"]);
        let process = variables.iter().fold(&mut process, |process, name| process.env(name, empty));
        // The first is always empty, so that the process recognizes itself.
        let output = process.env(&variables[0], "").output().unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && stdout.contains("1 passed"), "{stdout}");
    }
}

#[test]
fn operator_commands_are_parsed() {
    let (command, _) = config(&["admin", "grant", "dana", "--data", "here"]).unwrap();
    assert!(matches!(command, Command::Admin(Admin::Grant { username }) if username == "dana"));
    let (command, _) = config(&["admin", "create", "--username", "dana", "--email", "dana@example.org"]).unwrap();
    assert!(matches!(command, Command::Admin(Admin::Create { password_file: None, .. })));
    let (command, _) = config(&["backup", "copy"]).unwrap();
    assert!(matches!(command, Command::Backup { folder } if folder == Path::new("copy")));
}

#[test]
fn message_about_an_invalid_setting_names_it_and_what_is_expected() {
    for (words, parts) in [
        (["serve", "--listen", "not an address"], ["not an address", "127.0.0.1:3000"]),
        (["serve", "--public-url", "guild.example.org"], ["--public-url", "https://"]),
        (["serve", "--database", "mysql://x"], ["--database", "postgres://"]),
        (["serve", "--smtp", "mail.example.org"], ["--smtp", "smtp://"]),
        (["serve", "--mail-from", "nobody"], ["nobody", "guildhall@example.org"]),
        (["serve", "--requests-a-day", "0"], ["--requests-a-day", "1..=10000"]),
        (["serve", "--trusted-proxy", "10.0.0.1:80"], ["10.0.0.1:80", "without a port"]),
        (["serve", "--security-contact", "security@example.org"], ["security@example.org", "mailto:"]),
        (["serve", "--log", "xml"], ["xml", "json"]),
        (["serve", "--smtp-password-file", "/dev/null"], ["--smtp-password-file", "--smtp"]),
        (["serve", "--smtp-password-file", "/nowhere/at-all"], ["--smtp-password-file", "/nowhere/at-all"]),
    ] {
        let sentence = refused(&words);
        for part in parts {
            assert!(sentence.contains(part), "{words:?}: {sentence}");
        }
    }
}

#[test]
fn passwords_are_hidden_from_debug_output_and_messages() {
    let (_, config) =
        config(&["serve", "--database", "postgres://me:hunter2@db/guild", "--smtp", "smtp://me:hunter2@mail"]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    assert!(!refused(&["serve", "--database", "mysql://me:hunter2@db"]).contains("hunter2"));
    assert!(!refused(&["serve", "--smtp", "me:hunter2@mail"]).contains("hunter2"));
}
