//! `zhiban keys`: every action with its keys, as the workstation would read
//! them now, the user's own keymap included.

use serde::Serialize;

use super::args::Json;
use super::exit::{Exit, Trouble};
use super::output;
use super::setting::Setting;
use crate::i18n::t;
use crate::text::bounded::read_text;
use crate::text::neutral::neutralise_line;
use crate::text::truncate::{Align, fit};
use crate::text::width::Ambiguous;
use crate::tui::keys::file::KEYMAP_FILE_BYTES_MAX;
use crate::tui::keys::help::key_table;
use crate::tui::keys::keymap::Keymap;
use crate::tui::keys::shipped::find;

/// Width of the column of keys, in cells.
const KEYS_CELLS: usize = 24;
/// Width of the column of names, in cells.
const NAME_CELLS: usize = 14;

#[derive(Serialize)]
struct Line {
    action: &'static str,
    name: String,
    help: String,
    keys: Vec<Section>,
}

#[derive(Serialize)]
struct Section {
    context: String,
    keys: Vec<String>,
}

/// Lists the keys.
pub fn run(setting: &Setting, how: Json) -> Result<Exit, Trouble> {
    let keymap = keymap(setting)?;
    let lines: Vec<Line> = key_table(&keymap)
        .into_iter()
        .map(|row| Line {
            action: row.action.name(),
            name: row.action.short().into_owned(),
            help: row.action.help().into_owned(),
            keys: row
                .bindings
                .into_iter()
                .map(|(context, keys)| Section {
                    context: context.to_string(),
                    keys,
                })
                .collect(),
        })
        .collect();
    if how.json {
        output::json(&lines)?;
        return Ok(Exit::Done);
    }
    for line in lines {
        let mut keys: Vec<&str> = line
            .keys
            .iter()
            .flat_map(|section| section.keys.iter().map(String::as_str))
            .collect();
        keys.dedup();
        output::line(&format!(
            "{} {} {}",
            fit(&keys.join("  "), KEYS_CELLS, Align::Left, Ambiguous::Narrow),
            fit(&line.name, NAME_CELLS, Align::Left, Ambiguous::Narrow),
            line.help,
        ))?;
    }
    Ok(Exit::Done)
}

/// The keymap that is chosen, with the user's own file on top.
fn keymap(setting: &Setting) -> Result<Keymap, Trouble> {
    let chosen = setting.common.keymap.as_ref();
    let name = chosen.unwrap_or(&setting.config.keymap);
    let folder = setting.folders.config.join("keymaps");
    let path = folder.join(format!("{name}.toml"));
    let text = match read_text(&path, KEYMAP_FILE_BYTES_MAX) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && find(name).is_some() => None,
        Err(error) => {
            return Err(Trouble::failed(t!("cli.file.unreadable"), error).at(path.display()));
        }
    };
    let file = path.display().to_string();
    let user = text.as_deref().map(|text| (file.as_str(), text));
    Keymap::named(name, user).map_err(|problems| {
        for problem in &problems {
            eprintln!("{}", neutralise_line(&problem.to_string()));
        }
        Trouble::new(Exit::Failed, t!("cli.file.mistakes")).at(path.display())
    })
}
