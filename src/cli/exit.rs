//! How a command ends: the one place where an outcome becomes an exit code.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use crate::i18n::t;
use crate::text::neutral::neutralise_line;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// It failed.
    Failed,
    /// The command line makes no sense.
    Usage,
    /// A rule stands against it.
    Refused,
    /// It is stored here and waits for the network.
    Waiting,
    /// Nobody is signed in.
    NotSignedIn,
}

impl Exit {
    /// The number that a script sees.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Waiting => 4,
            Self::NotSignedIn => 5,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

/// What went wrong, where, and how to mend it, in the user's language.
#[derive(Debug)]
pub struct Trouble {
    exit: Exit,
    what: String,
    place: Option<String>,
    mend: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Trouble {
    /// Something that ends as `exit`.
    #[must_use]
    pub fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            place: None,
            mend: None,
            source: None,
        }
    }

    /// A failure with the error behind it.
    #[must_use]
    pub fn failed(what: impl Into<String>, source: impl Error + Send + Sync + 'static) -> Self {
        Self::new(Exit::Failed, what).because(source)
    }

    /// A command line that makes no sense.
    #[must_use]
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// Where it is.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.place = Some(place.to_string());
        self
    }

    /// How to mend it.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    /// The error behind it.
    #[must_use]
    pub fn because(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// How it ends.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        self.exit
    }

    /// The lines for the terminal, harmless whatever they quote.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![t!("cli.trouble.what", what = self.what).into_owned()];
        if let Some(place) = &self.place {
            lines.push(t!("cli.trouble.where", place = place).into_owned());
        }
        let mut source = self.source.as_deref().map(|error| error as &dyn Error);
        while let Some(error) = source {
            lines.push(t!("cli.trouble.why", why = error).into_owned());
            source = error.source();
        }
        if let Some(mend) = &self.mend {
            lines.push(t!("cli.trouble.mend", mend = mend).into_owned());
        }
        lines
            .iter()
            .map(|line| neutralise_line(line).into_owned())
            .collect()
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

impl Error for Trouble {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|error| error as &dyn Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_the_documented_ones() {
        let all = [
            (Exit::Done, 0),
            (Exit::Failed, 1),
            (Exit::Usage, 2),
            (Exit::Refused, 3),
            (Exit::Waiting, 4),
            (Exit::NotSignedIn, 5),
        ];
        for (exit, number) in all {
            assert_eq!(exit.number(), number, "{exit:?}");
        }
    }

    #[test]
    fn what_is_quoted_cannot_reach_the_terminal_as_a_command() {
        let trouble = Trouble::failed("\u{1b}[2J", std::io::Error::other("a\nb\u{202e}"))
            .at("/tmp/\u{7}x")
            .mend("try again");
        let lines = trouble.lines();
        assert_eq!(lines.len(), 4);
        for line in lines {
            assert!(
                !line.contains(['\u{1b}', '\u{7}', '\n', '\u{202e}']),
                "{line:?}"
            );
        }
    }
}
