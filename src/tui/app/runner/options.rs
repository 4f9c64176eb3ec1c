//! What the command line decides, and how a run ends.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::i18n::Language;
use crate::sync::address::{Pin, ServiceUrl};
use crate::text::width::Ambiguous;
use crate::tui::app::face::Wanted;
use crate::tui::app::wall::WallPlan;
use crate::tui::terminal::backend::OutputError;
pub use crate::tui::terminal::flow::Declared;
use crate::tui::terminal::guard::EnterError;
pub use crate::tui::terminal::profile::WantedColour;
pub use crate::tui::terminal::refusal::{Insist, Unusable};

pub use crate::tui::app::model::{Access, Staging};

/// Whether the terminal is asked what it can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probing {
    /// Once, at the start.
    Ask,
    /// Not at all (`--no-probe`).
    Assume,
}

/// Whether times are measured and told at the end (`--trace-timings`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracing {
    /// No.
    Off,
    /// To standard error, after the terminal is restored.
    On,
}

/// Whether this seat's bell rings at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bell {
    /// As the policy says.
    Rings,
    /// Never; the banner remains.
    Off,
}

/// An account that is signed in without asking, for the demonstration.
#[derive(Clone)]
pub struct SignInAs {
    /// The account.
    pub account: String,
    /// Its password.
    pub password: Zeroizing<String>,
}

// A password must not reach a log by way of `{:?}`.
impl std::fmt::Debug for SignInAs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInAs")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// What the settings choose, as far as it can change while the workstation
/// runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Whether the bell rings.
    pub bell: Bell,
    /// What is said of the line to the terminal.
    pub line: Declared,
    /// The language of the screen.
    pub language: Language,
    /// Themes and keymap.
    pub face: Wanted,
}

type Read = dyn Fn() -> Result<Chosen, Vec<String>> + Send + Sync;

/// The settings' file and how it is read. What is wrong in it is told with
/// file, line and column, and then nothing of it counts.
#[derive(Clone)]
pub struct Settings {
    path: PathBuf,
    read: Arc<Read>,
}

impl Settings {
    /// A file that `read` reads anew whenever it is saved.
    pub fn new(
        path: PathBuf,
        read: impl Fn() -> Result<Chosen, Vec<String>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            path,
            read: Arc::new(read),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn read(&self) -> Result<Chosen, Vec<String>> {
        (self.read)()
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Settings").field(&self.path).finish()
    }
}

/// How the workstation is to be run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The desk's folder.
    pub desk: PathBuf,
    /// The service, where the command line or the settings name one.
    pub service: Option<ServiceUrl>,
    /// The certificate that the service must show.
    pub pin: Option<Pin>,
    /// Who is going to sign in, where the command line says so.
    pub account: Option<String>,
    /// Whether acts may be made.
    pub access: Access,
    /// Whether what is shown is a demonstration.
    pub staging: Staging,
    /// Whether the terminal is asked what it can do.
    pub probing: Probing,
    /// Whether times are measured.
    pub tracing: Tracing,
    /// Whether the bell rings.
    pub bell: Bell,
    /// How wide characters of open width are; probed when not said.
    pub ambiguous: Option<Ambiguous>,
    /// Which colours are wanted.
    pub colour: WantedColour,
    /// What is said of the line to the terminal.
    pub line: Declared,
    /// Whether a terminal is used that looks unusable.
    pub insist: Insist,
    /// Themes and keymap.
    pub face: Wanted,
    /// The folder of the officer's own themes and keymaps.
    pub config: Option<PathBuf>,
    /// The settings' file, to be read again when it is saved.
    pub settings: Option<Settings>,
    /// An account that is signed in without asking.
    pub sign_in: Option<SignInAs>,
    /// The boards of a big screen, on which nothing is done.
    pub wall: Option<WallPlan>,
    /// What was wrong in the settings, told in the bottom line.
    pub problems: Vec<String>,
}

impl Options {
    /// The plain run of a desk.
    #[must_use]
    pub fn of_desk(desk: PathBuf) -> Self {
        Self {
            desk,
            service: None,
            account: None,
            pin: None,
            access: Access::Full,
            staging: Staging::Real,
            probing: Probing::Ask,
            tracing: Tracing::Off,
            bell: Bell::Rings,
            ambiguous: None,
            colour: WantedColour::default(),
            line: Declared::Nothing,
            insist: Insist::No,
            face: Wanted::default(),
            config: None,
            settings: None,
            sign_in: None,
            wall: None,
            problems: Vec::new(),
        }
    }
}

/// How the run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitKind {
    /// The officer left.
    Left,
    /// The terminal was closed, or somebody asked the process to end.
    HungUp,
}

/// Why the workstation could not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The terminal cannot be entered.
    #[error(transparent)]
    Terminal(#[from] EnterError),
    /// The terminal takes no frames.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Input, signals or threads failed.
    #[error("the terminal's input failed")]
    Io(#[from] std::io::Error),
    /// The terminal cannot show the workstation.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// The desk's file cannot be used.
    #[error(transparent)]
    Desk(#[from] crate::store::desk::DeskError),
}
