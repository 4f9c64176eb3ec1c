//! Help in the user's language. The structure comes from [`super::args`]; the
//! words from the resources, under `cli.help.<command>.<argument>`.

use clap::builder::{Resettable, StyledStr};
use clap::{Arg, Command, CommandFactory};

use super::args::Line;
use crate::i18n;

/// Arguments that every command has; they are described once.
const COMMON: [&str; 12] = [
    "data",
    "config",
    "lang",
    "theme",
    "keymap",
    "read_only",
    "profile",
    "no_probe",
    "trace_timings",
    "service",
    "pin",
    "account",
];
/// Arguments that clap adds by itself.
const BUILT_IN: [&str; 2] = ["help", "version"];

/// The command line with its help in the selected language.
#[must_use]
pub fn command() -> Command {
    let mut command = Line::command();
    command.build();
    worded(command, "zhiban")
}

fn worded(command: Command, path: &str) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    let mut command = command
        .about(i18n::text(&about_key(path)).into_owned())
        .long_about(Resettable::<StyledStr>::Reset)
        .mut_args(|arg| described(arg, path));
    for name in names {
        let path = format!("{path}.{name}");
        command = command.mut_subcommand(name, |sub| worded(sub, &path));
    }
    let template = template(&command);
    command.help_template(template)
}

fn described(arg: Arg, path: &str) -> Arg {
    let key = arg_key(arg.get_id().as_str(), path);
    arg.help(i18n::text(&key).into_owned())
        .long_help(Resettable::<StyledStr>::Reset)
        // The words name them, in the user's language.
        .hide_possible_values(true)
        .hide_env(true)
}

fn about_key(path: &str) -> String {
    format!("cli.help.{path}.about")
}

fn arg_key(id: &str, path: &str) -> String {
    if BUILT_IN.contains(&id) || COMMON.contains(&id) {
        format!("cli.help.common.{}", id.replace('_', "-"))
    } else if id == "json" {
        "cli.help.common.json".to_owned()
    } else {
        format!("cli.help.{path}.{}", id.replace('_', "-"))
    }
}

/// The headings are the resources' own; only the parts that a command has are
/// named.
fn template(command: &Command) -> String {
    let heading = |name: &str| i18n::text(&format!("cli.help.heading.{name}"));
    let mut parts = vec![format!(
        "{{about-with-newline}}\n{}: {{usage}}\n",
        heading("usage")
    )];
    if command.has_subcommands() {
        parts.push(format!("{}:\n{{subcommands}}\n", heading("commands")));
    }
    if command.get_positionals().next().is_some() {
        parts.push(format!("{}:\n{{positionals}}\n", heading("arguments")));
    }
    parts.push(format!("{}:\n{{options}}", heading("options")));
    parts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    fn keys(command: &Command, path: &str, found: &mut Vec<String>) {
        found.push(about_key(path));
        found.extend(
            command
                .get_arguments()
                .map(|arg| arg_key(arg.get_id().as_str(), path)),
        );
        for sub in command.get_subcommands() {
            keys(sub, &format!("{path}.{}", sub.get_name()), found);
        }
    }

    #[test]
    fn every_command_and_argument_has_its_help_in_both_languages() {
        let mut command = Line::command();
        command.build();
        let mut found = Vec::new();
        keys(&command, "zhiban", &mut found);
        assert!(found.len() > 60);
        found.extend(
            ["usage", "commands", "options", "arguments"]
                .map(|name| format!("cli.help.heading.{name}")),
        );
        for language in [Language::Chinese, Language::English] {
            let missing: Vec<&String> = found
                .iter()
                .filter(|key| !i18n::has(language, key))
                .collect();
            assert!(missing.is_empty(), "{language:?}: {missing:#?}");
        }
    }

    #[test]
    fn the_structure_holds_together() {
        Line::command().debug_assert();
    }
}
