//! A command line that makes no sense, explained in the user's language.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::exit::Trouble;
use crate::i18n::t;

/// What clap found, in the user's language.
#[must_use]
pub fn explain(error: &clap::Error) -> Trouble {
    let arg = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::UnknownArgument => t!("cli.usage.unknown-argument", arg = arg),
        ErrorKind::InvalidSubcommand => {
            let name = context(error, ContextKind::InvalidSubcommand);
            t!("cli.usage.unknown-command", name = name)
        }
        ErrorKind::MissingRequiredArgument => t!("cli.usage.missing-argument", arg = arg),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            t!("cli.usage.missing-command")
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            t!("cli.usage.missing-value", arg = arg)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            t!("cli.usage.wrong-value", arg = arg, value = value)
        }
        ErrorKind::ArgumentConflict => t!("cli.usage.conflict", arg = arg),
        ErrorKind::InvalidUtf8 => t!("cli.usage.not-utf8"),
        _ => t!("cli.usage.other"),
    };
    let trouble = Trouble::usage(what).mend(t!("cli.usage.see-help"));
    let valid = context(error, ContextKind::ValidValue);
    if valid.is_empty() {
        trouble
    } else {
        trouble.mend(t!("cli.usage.one-of", names = valid))
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(_) | None => String::new(),
    }
}
