//! Colours by meaning: roles, theme files, and reduction to what the terminal
//! shows.
//!
//! Widgets ask for the style of a [`Role`] and never name a colour. A theme
//! comes from a file over one that ships ([`shipped`]); a file with mistakes
//! changes nothing. Red belongs to alarms alone, and nothing ever blinks.
//!
//! Start reading at [`role`].

pub mod file;
pub mod reduce;
pub mod role;
pub mod shipped;

use ratatui::style::{Modifier, Style};

pub use crate::text::colour_depth::ColourDepth;
use crate::text::problem::{Problem, ProblemList};
pub use reduce::Rgb;
pub use role::Role;

/// The theme of whoever chose none, and the ground of every other.
pub const DEFAULT_THEME: &str = "default";

/// How a role looks before reduction. Without a colour, what lies below shows
/// through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Colour of the signs.
    pub fg: Option<Rgb>,
    /// Colour behind them.
    pub bg: Option<Rgb>,
    /// Bold, reverse and underline.
    pub modifiers: Modifier,
}

/// A look for every role.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Looks(Vec<Look>);

impl Looks {
    fn get(&self, role: Role) -> Look {
        self.0.get(role as usize).copied().unwrap_or_default()
    }
}

/// Styles for every role, at the depth of the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    looks: Looks,
    styles: Vec<Style>,
    depth: ColourDepth,
}

impl Theme {
    /// The shipped theme that nobody has to choose.
    ///
    /// # Panics
    /// Never in a build that passed its tests: the file is part of the program.
    #[must_use]
    pub fn shipped(depth: ColourDepth) -> Self {
        Self::load(None, depth).expect("a test reads the embedded theme and finds no problem in it")
    }

    /// The default theme with a user's file on top, given as name and text.
    ///
    /// # Errors
    /// As [`Self::named`].
    pub fn load(user: Option<(&str, &str)>, depth: ColourDepth) -> Result<Self, Vec<Problem>> {
        Self::named(DEFAULT_THEME, user, depth)
    }

    /// The theme of that name: the user's file over the theme that it inherits,
    /// else over the shipped one of that name, else over the default.
    ///
    /// # Errors
    /// Every problem of the file at fault. The caller keeps the theme it has.
    pub fn named(
        name: &str,
        user: Option<(&str, &str)>,
        depth: ColourDepth,
    ) -> Result<Self, Vec<Problem>> {
        let mut draft = file::Draft::default();
        let base = user.and_then(|(_, text)| file::base(text));
        lay(base.as_deref().unwrap_or(name), &mut draft)?;
        if let Some((file, text)) = user {
            read(file, text, &mut draft)?;
        }
        Ok(Self::reduced(draft.looks(), depth))
    }

    /// The same theme for another terminal.
    #[must_use]
    pub fn at_depth(&self, depth: ColourDepth) -> Self {
        Self::reduced(self.looks.clone(), depth)
    }

    /// The depth it is reduced to.
    #[must_use]
    pub const fn depth(&self) -> ColourDepth {
        self.depth
    }

    /// How the role looks before reduction.
    #[must_use]
    pub fn look(&self, role: Role) -> Look {
        self.looks.get(role)
    }

    /// How the role is drawn.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    fn reduced(looks: Looks, depth: ColourDepth) -> Self {
        let ground = looks.get(Role::Text);
        let styles = Role::ALL
            .iter()
            .map(|role| style(*role, looks.get(*role), ground, depth))
            .collect();
        Self {
            looks,
            styles,
            depth,
        }
    }
}

/// Lays a shipped theme and what it inherits; the default for a name that does
/// not ship.
fn lay(name: &str, draft: &mut file::Draft) -> Result<(), Vec<Problem>> {
    let Some(theme) = shipped::find(name) else {
        return lay(DEFAULT_THEME, draft);
    };
    // No theme but the default stands on nothing; a test walks every chain.
    if let Some(base) = file::base(theme.text).filter(|base| base != name) {
        lay(&base, draft)?;
    }
    read(theme.file, theme.text, draft)
}

fn read(file: &str, text: &str, draft: &mut file::Draft) -> Result<(), Vec<Problem>> {
    let mut problems = ProblemList::new(file, text);
    file::parse(text, draft, &mut problems);
    let problems = problems.finish();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

fn style(role: Role, look: Look, ground: Look, depth: ColourDepth) -> Style {
    let reduced = |colour: Option<Rgb>| colour.and_then(|colour| reduce::reduce(colour, depth));
    let behind = look.bg.or(ground.bg);
    let mut style = Style {
        fg: look.fg.and_then(|fg| reduce::reduce_on(fg, behind, depth)),
        bg: reduced(look.bg),
        ..Style::default()
    };
    let mut modifiers = look.modifiers;
    // A background that tells something by a shade of grey needs more shades
    // than sixteen colours have: it tells it by other means.
    let merged = depth == ColourDepth::Sixteen
        && look.bg != ground.bg
        && look.bg.is_some_and(reduce::is_grey);
    if depth == ColourDepth::Mono || merged {
        modifiers |= role.without_colour();
        style.bg = None;
    }
    style.add_modifier(modifiers)
}

#[cfg(test)]
mod tests;
