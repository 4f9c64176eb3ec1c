//! Puts the made-up district into a service's folder, once; later starts use
//! what is there.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cast::DemoAccount;
use super::district::{self, Detail, District};
use super::duty::Log;
use super::history::HistoryError;
use super::places::{CENTRE_NAME, DISTRICT_NAME, Places};
use super::plan::Shape;
use super::warnings;
use crate::domain::area::AreaCode;
use crate::domain::officer::Role;
use crate::domain::time::Timestamp;
use crate::service::watch::Watching;
use crate::service::{Init, NewAccount, Seed, Service, ServiceError, ServiceOptions};

/// The file that makes a folder a demonstration's. Without it nothing in the
/// folder is ever deleted.
pub const MARK_FILE: &str = "demonstration.json";
/// The service's folder within.
const SERVICE_FOLDER: &str = "service";
/// Where it is made, so that an interrupted preparation is never taken for a
/// whole one.
const PART_FOLDER: &str = "service.part";
/// The workstation's folder within.
const DESK_FOLDER: &str = "desk";
/// The form of the mark and of what is prepared; another one is prepared anew.
const FORM: u32 = 3;
/// From this size on, each incident is stored as it stands, without its
/// history.
const WHOLE_HISTORIES_MAX: u32 = 20_000;

/// What a demonstration's folder says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The form of this file.
    pub demonstration: u32,
    /// From what it was made.
    pub seed: u64,
    /// How many incidents it began with.
    pub incidents: u32,
    /// How many people were asked for; none is the network's own.
    #[serde(default)]
    pub people: u32,
    /// When.
    pub prepared_at: Timestamp,
    /// Who can sign in.
    pub accounts: Vec<Access>,
}

/// An account with its password, for whoever looks at the demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The account.
    pub account: String,
    /// Its password.
    pub password: String,
    /// The officer's name.
    pub name: String,
    /// What the officer may do.
    pub role: Role,
    /// Where.
    pub area: AreaCode,
}

impl From<&DemoAccount> for Access {
    fn from(from: &DemoAccount) -> Self {
        Self {
            account: from.officer.account.clone(),
            password: from.password.clone(),
            name: from.officer.name.clone(),
            role: from.role,
            area: from.area,
        }
    }
}

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// There are other things in the folder.
    #[error("{} has other things in it, so it is left alone", .0.display())]
    ForeignFolder(PathBuf),
    /// It was made with another seed or size.
    #[error("the folder holds a demonstration of {} incidents and {} people with seed {}", found.incidents, found.people, found.seed)]
    Other {
        /// What is there.
        found: Box<Mark>,
    },
    /// A file or folder cannot be used.
    #[error("{}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What went wrong.
        #[source]
        source: std::io::Error,
    },
    /// The service cannot be set up.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The demonstration itself is at fault.
    #[error(transparent)]
    History(#[from] HistoryError),
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// From what it shall be made, if it matters.
    pub seed: Option<u64>,
    /// How many incidents, if it matters.
    pub incidents: Option<u32>,
    /// How many people at least, if it matters.
    pub people: Option<u32>,
    /// Whether what is there may be used.
    pub earlier: Earlier,
    /// The present.
    pub now: Timestamp,
}

/// What to do with an earlier demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// Use it if it is what is asked for.
    Use,
    /// Throw it away.
    Discard,
}

/// The seed unless another is asked for.
pub const SEED_DEFAULT: u64 = 20_260_607;

/// A demonstration in its folder.
#[derive(Debug)]
pub struct Prepared {
    /// The service, open.
    pub service: Service,
    /// Where the workstation keeps its data.
    pub desk: PathBuf,
    /// What it is.
    pub mark: Mark,
}

/// Opens the demonstration in `folder`, making it if it is not there.
///
/// # Errors
/// See [`PrepareError`]. A folder with other things in it is left as it is.
pub fn prepare(folder: &Path, wanted: Wanted) -> Result<Prepared, PrepareError> {
    match read_mark(folder)? {
        Some(mark) if wanted.earlier == Earlier::Use && mark.demonstration == FORM => {
            let same_seed = wanted.seed.is_none_or(|seed| seed == mark.seed);
            let same_size = wanted.incidents.is_none_or(|count| count == mark.incidents)
                && wanted.people.is_none_or(|count| count == mark.people);
            if !(same_seed && same_size) {
                return Err(PrepareError::Other {
                    found: Box::new(mark),
                });
            }
            return Ok(Prepared {
                service: Service::open(&folder.join(SERVICE_FOLDER), serving())?,
                desk: folder.join(DESK_FOLDER),
                mark,
            });
        }
        Some(_) => discard(folder)?,
        None if is_empty(folder)? => {}
        None => return Err(PrepareError::ForeignFolder(folder.to_owned())),
    }
    make(folder, wanted)
}

fn make(folder: &Path, wanted: Wanted) -> Result<Prepared, PrepareError> {
    let shape = Shape {
        seed: wanted.seed.unwrap_or(SEED_DEFAULT),
        incidents: wanted.incidents.unwrap_or(super::INCIDENTS_DEFAULT),
        people: wanted.people.unwrap_or(0),
        now: wanted.now,
    };
    let part = folder.join(PART_FOLDER);
    remove(&part)?;
    fs::create_dir_all(&part).map_err(at(&part))?;
    let accounts = fill(&part, shape)?;
    let whole = folder.join(SERVICE_FOLDER);
    fs::rename(&part, &whole).map_err(at(&whole))?;
    let mark = Mark {
        demonstration: FORM,
        seed: shape.seed,
        incidents: shape.incidents,
        people: shape.people,
        prepared_at: wanted.now,
        accounts,
    };
    let path = folder.join(MARK_FILE);
    let text = serde_json::to_string_pretty(&mark).unwrap_or_default();
    fs::write(&path, text).map_err(at(&path))?;
    Ok(Prepared {
        service: Service::open(&whole, serving())?,
        desk: folder.join(DESK_FOLDER),
        mark,
    })
}

/// As a real service serves: with the built-in rules.
fn serving() -> ServiceOptions {
    ServiceOptions {
        watching: Watching::ByItself,
        ..ServiceOptions::default()
    }
}

/// Sets a service up in `folder` and fills it.
fn fill(folder: &Path, shape: Shape) -> Result<Vec<Access>, PrepareError> {
    let init = Init {
        district: Places::district(),
        district_name: DISTRICT_NAME.to_owned(),
        centre_name: CENTRE_NAME.to_owned(),
        policy: district::policy(),
        admin_account: "admin".to_owned(),
        admin_name: "系统管理员".to_owned(),
        admin_password: "admin-demo".to_owned(),
        tls_names: vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
    };
    let (service, made) = Service::init(folder, &init, ServiceOptions::default())?;
    let district = District::made(shape, made.centre);
    let kept = |record| Seed {
        event: None,
        record,
    };
    service.seed(district.base().into_iter().map(kept), shape.now)?;
    for account in &district.cast.accounts {
        // The service's own first administrator has that name already.
        if account.officer.account != init.admin_account {
            service.account_add(&NewAccount {
                id: Some(account.officer.id),
                account: account.officer.account.clone(),
                name: account.officer.name.clone(),
                password: account.password.clone(),
                grants: account.officer.grants.clone(),
                unit: Some(account.officer.unit.id),
            })?;
        }
    }
    let detail = if shape.incidents > WHOLE_HISTORIES_MAX {
        Detail::Latest
    } else {
        Detail::Whole
    };
    // The service takes an iterator of what is right; a fault ends it early.
    let mut fault = None;
    let mut histories = district.histories(detail);
    let seeds = std::iter::from_fn(|| match histories.next()? {
        Ok(changes) => Some(changes),
        Err(error) => {
            fault = Some(error);
            None
        }
    })
    .flatten()
    .map(|change| Seed {
        event: Some(change.event),
        record: change.record,
    });
    service.seed(seeds, shape.now)?;
    if let Some(error) = fault {
        return Err(error.into());
    }
    if detail == Detail::Whole {
        let mut log = Log::of(&service, district::policy(), shape.seed, shape.now)?;
        warnings::seed(&service, &mut log, shape.now)?;
    }
    let administrator = Access {
        account: init.admin_account.clone(),
        password: init.admin_password.clone(),
        name: init.admin_name.clone(),
        role: Role::Administrator,
        area: init.district,
    };
    Ok(district
        .cast
        .accounts
        .iter()
        .map(|account| match account.role {
            Role::Administrator => administrator.clone(),
            Role::DutyOfficer
            | Role::Leader
            | Role::Handler
            | Role::Mediator
            | Role::Auditor
            | Role::Wall => Access::from(account),
        })
        .collect())
}

fn read_mark(folder: &Path) -> Result<Option<Mark>, PrepareError> {
    let path = folder.join(MARK_FILE);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(serde_json::from_str(&text).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at(&path)(error)),
    }
}

/// Whether nothing but an interrupted preparation is there.
fn is_empty(folder: &Path) -> Result<bool, PrepareError> {
    match fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries {
                if entry.map_err(at(folder))?.file_name() != PART_FOLDER {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(at(folder)(error)),
    }
}

/// Takes away what a demonstration made, and nothing else.
fn discard(folder: &Path) -> Result<(), PrepareError> {
    // The mark goes last: what is left of a broken-off removal is still known
    // for what it was.
    for name in [PART_FOLDER, SERVICE_FOLDER, DESK_FOLDER] {
        remove(&folder.join(name))?;
    }
    let mark = folder.join(MARK_FILE);
    fs::remove_file(&mark).map_err(at(&mark))
}

fn remove(path: &Path) -> Result<(), PrepareError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(at(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> PrepareError {
    let path = path.to_owned();
    move |source| PrepareError::File {
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(incidents: u32, earlier: Earlier) -> Wanted {
        Wanted {
            seed: Some(5),
            incidents: Some(incidents),
            people: None,
            earlier,
            now: "2026-11-23T03:05:00+08:00".parse().unwrap(),
        }
    }

    #[test]
    fn a_demonstration_is_made_once_and_thrown_away_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        let first = prepare(folder.path(), wanted(40, Earlier::Use)).unwrap();
        assert_eq!(first.mark.accounts.len(), 9);
        assert_eq!(first.service.account_list().unwrap().len(), 9);
        let epoch = first.service.epoch();
        drop(first);
        let again = prepare(folder.path(), wanted(40, Earlier::Use)).unwrap();
        assert_eq!(again.service.epoch(), epoch);
        drop(again);
        let other = prepare(folder.path(), wanted(41, Earlier::Use));
        assert!(
            matches!(other, Err(PrepareError::Other { .. })),
            "{other:?}"
        );
        let fresh = prepare(folder.path(), wanted(41, Earlier::Discard)).unwrap();
        assert_eq!(fresh.mark.incidents, 41);
        assert_ne!(fresh.service.epoch(), epoch);
    }

    #[test]
    fn a_folder_with_other_things_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("service");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("letter.txt"), "dear").unwrap();
        for earlier in [Earlier::Use, Earlier::Discard] {
            let refused = prepare(folder.path(), wanted(1, earlier));
            assert!(
                matches!(refused, Err(PrepareError::ForeignFolder(_))),
                "{refused:?}"
            );
        }
        assert_eq!(fs::read(other.join("letter.txt")).unwrap(), b"dear");
    }

    #[test]
    fn an_interrupted_preparation_is_begun_again() {
        let folder = tempfile::tempdir().unwrap();
        let part = folder.path().join(PART_FOLDER);
        fs::create_dir(&part).unwrap();
        fs::write(part.join("service.db"), "half").unwrap();
        let made = prepare(folder.path(), wanted(3, Earlier::Use)).unwrap();
        assert_eq!(made.mark.incidents, 3);
        assert!(!part.exists());
    }
}
