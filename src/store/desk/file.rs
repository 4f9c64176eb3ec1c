//! `desk.json` on the disk, with a copy beside it. The file carries a hash of
//! itself: a flipped bit in a sealed box would otherwise look like a wrong
//! password.

use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value;

use super::error::DeskError;
use super::keyring::{self, DeskFile};
use super::{DESK_FILE_BYTES_MAX, DESK_OFFICERS_MAX};
use crate::fault::fail_point;
use crate::store::folder;
use crate::store::salvage::notes::Notes;
use crate::store::salvage::{Fault, Finding, What, aside};
use crate::text::bounded::read_text;
use crate::wire::bounds::from_json;
use crate::wire::proof::Digest;

/// The file, and the copy that is as good.
pub(super) const FILE: &str = "desk.json";
pub(super) const COPY: &str = "desk.json.good";
/// Guards both.
pub(super) const LOCK: &str = "desk.lock";
/// The field with the hash of all the others. It means this in every form.
const CHECK: &str = "check";

/// What a file is.
enum State {
    Good(Box<DeskFile>),
    Nothing,
    Wrong(Fault),
}

/// Reads the desk's file, and mends it from the copy where it does not read.
/// None if there is no desk, or nothing of it reads: then what was there is
/// moved aside.
pub(super) fn read(dir: &Path) -> Result<Option<DeskFile>, DeskError> {
    match state(dir, FILE)? {
        State::Good(file) => {
            if !aside::exists(&dir.join(COPY)) {
                let _held = folder::hold(dir, LOCK)?;
                keep_copy(dir);
            }
            Ok(Some(*file))
        }
        State::Nothing if !aside::exists(&dir.join(COPY)) && !was_made(dir) => Ok(None),
        State::Nothing | State::Wrong(_) => {
            let _held = folder::hold(dir, LOCK)?;
            read_held(dir)
        }
    }
}

/// As [`read`], for whoever has the lock.
pub(super) fn read_held(dir: &Path) -> Result<Option<DeskFile>, DeskError> {
    let fault = match state(dir, FILE)? {
        State::Good(file) => return Ok(Some(*file)),
        State::Nothing => Fault::Missing,
        State::Wrong(fault) => fault,
    };
    let at = aside::moment();
    if let State::Good(file) = state(dir, COPY)? {
        let name = aside::move_aside(dir, FILE, fault, at)?;
        note(dir, Finding::new(at, What::DeskFile, fault).aside(name));
        let bytes = std::fs::read(dir.join(COPY))?;
        folder::replace(dir, FILE, &bytes)?;
        return Ok(Some(*file));
    }
    let copy = aside::move_aside(dir, COPY, Fault::Damaged, at)?;
    let name = aside::move_aside(dir, FILE, fault, at)?;
    if name.is_some() || copy.is_some() || was_made(dir) {
        let finding = Finding::new(at, What::DeskFile, fault).aside(name.or(copy));
        note(dir, finding.all_lost());
    }
    Ok(None)
}

/// Replaces the file, then the copy. Whoever calls has the lock.
pub(super) fn write(dir: &Path, file: &DeskFile) -> Result<(), DeskError> {
    let mut value = serde_json::to_value(file).map_err(DeskError::Malformed)?;
    let check = hash(&value)?;
    if let Value::Object(fields) = &mut value {
        fields.insert(CHECK.to_owned(), Value::String(check));
    }
    let bytes = serde_json::to_vec_pretty(&value).map_err(DeskError::Malformed)?;
    folder::replace(dir, FILE, &bytes)?;
    fail_point!("store.desk.before-copy");
    keep_copy(dir);
    if !was_made(dir) {
        Notes::try_change(dir, |notes| {
            notes.made.insert(FILE.to_owned());
        });
    }
    Ok(())
}

/// Not worth failing for: the file itself is good.
fn keep_copy(dir: &Path) {
    let copied = std::fs::read(dir.join(FILE)).and_then(|bytes| folder::replace(dir, COPY, &bytes));
    if let Err(error) = copied {
        tracing::warn!(%error, "desk.json has no copy");
    }
}

fn was_made(dir: &Path) -> bool {
    Notes::read(dir).made.contains(FILE)
}

fn note(dir: &Path, finding: Finding) {
    Notes::try_change(dir, |notes| {
        notes.made.remove(FILE);
        notes.add(finding);
    });
}

fn hash(value: &Value) -> Result<String, DeskError> {
    let bytes = serde_json::to_vec(value).map_err(DeskError::Malformed)?;
    Ok(Digest::of(&bytes).to_string())
}

/// Looks at a file. One of a newer program is none to be mended.
fn state(dir: &Path, name: &str) -> Result<State, DeskError> {
    let text = match read_text(&dir.join(name), DESK_FILE_BYTES_MAX) {
        Ok(text) => text,
        Err(error) => match error.kind() {
            ErrorKind::NotFound => return Ok(State::Nothing),
            ErrorKind::IsADirectory | ErrorKind::FileTooLarge => {
                return Ok(State::Wrong(Fault::Foreign));
            }
            ErrorKind::InvalidData => return Ok(State::Wrong(Fault::Damaged)),
            _ => return Err(error.into()),
        },
    };
    let Ok(Value::Object(mut fields)) = from_json(text.as_bytes()) else {
        return Ok(State::Wrong(Fault::Damaged));
    };
    let check = fields.shift_remove(CHECK);
    let value = Value::Object(fields);
    if let Some(check) = check
        && check != Value::String(hash(&value)?)
    {
        return Ok(State::Wrong(Fault::Damaged));
    }
    let Some(form) = value.get("desk").and_then(Value::as_u64) else {
        return Ok(State::Wrong(Fault::Foreign));
    };
    if form > u64::from(keyring::FORM) {
        return Err(DeskError::Newer {
            found: u32::try_from(form).unwrap_or(u32::MAX),
            known: keyring::FORM,
        });
    }
    match value.get("suite").and_then(Value::as_str) {
        Some(keyring::SUITE) => {}
        Some(other) => return Err(DeskError::OtherSuite(other.to_owned())),
        None => return Ok(State::Wrong(Fault::Damaged)),
    }
    Ok(match serde_json::from_value::<DeskFile>(value) {
        // No program of ours makes one with more.
        Ok(file) if file.officers.len() > DESK_OFFICERS_MAX => State::Wrong(Fault::Foreign),
        Ok(file) => State::Good(Box::new(file)),
        Err(_) => State::Wrong(Fault::Damaged),
    })
}
