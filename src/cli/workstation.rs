//! `zhiban`: the workstation.

use super::exit::{Exit, Trouble};
use super::setting::Setting;
use crate::i18n::t;

/// Opens the workstation on a demonstration, with its first officer signed in.
#[cfg(feature = "service")]
pub fn open_demo(_setting: &Setting, _demo: &super::demo::Demo) -> Result<Exit, Trouble> {
    Err(Trouble::new(Exit::Failed, t!("cli.workstation.missing")))
}

/// Opens the workstation.
pub fn open(_setting: &Setting) -> Result<Exit, Trouble> {
    Err(Trouble::new(Exit::Failed, t!("cli.workstation.missing")))
}
