//! Terminals that cannot show the workstation, and are told so in one line
//! instead of being filled with what nobody can read.

use thiserror::Error;

use super::probe::Capabilities;
use super::profile::WidthTrust;

/// Why the workstation does not start here.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unusable {
    /// It cannot place its cursor, or nobody says what it is.
    #[error("TERM is {0:?}: the cursor cannot be placed")]
    Dumb(String),
    /// It speaks another encoding.
    #[error("the terminal speaks {0}, not UTF-8")]
    Encoding(String),
    /// It drew a Han glyph over so many cells.
    #[error("a Han glyph took {0} cells")]
    Glyphs(u16),
}

/// Whether a terminal is used although it looks unusable: the officer named a
/// profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Insist {
    /// Used all the same.
    Yes,
    /// Refused.
    No,
}

/// Terminals whose name says that they cannot place a cursor.
const DUMB: [&str; 4] = ["", "dumb", "unknown", "network"];

/// Encodings of Chinese other than UTF-8, as locales name them, in lower case
/// without hyphens.
const OTHER_ENCODINGS: [&str; 5] = ["gb18030", "gbk", "gb2312", "euccn", "big5"];

/// Looks at the terminal's name.
///
/// # Errors
/// When it cannot be used.
pub fn by_name(lookup: &impl Fn(&str) -> Option<String>, insist: Insist) -> Result<(), Unusable> {
    let name = lookup("TERM").unwrap_or_default();
    if insist == Insist::No && DUMB.contains(&&*name) {
        return Err(Unusable::Dumb(name));
    }
    Ok(())
}

/// Looks at what it answered. What it does counts for more than what the
/// locale says: a terminal that draws Han glyphs over two cells speaks UTF-8.
///
/// # Errors
/// When it cannot be used.
pub fn by_answers(
    lookup: &impl Fn(&str) -> Option<String>,
    found: &Capabilities,
    insist: Insist,
) -> Result<(), Unusable> {
    if insist == Insist::Yes || found.widths == WidthTrust::Trusted {
        return Ok(());
    }
    match (found.han_cells, other_encoding(lookup)) {
        // The bytes of UTF-8, one by one, or in pairs.
        (Some(cells @ 3..), None) => Err(Unusable::Glyphs(cells)),
        (_, Some(encoding)) => Err(Unusable::Encoding(encoding)),
        (Some(0..=2) | None, None) => Ok(()),
    }
}

/// The encoding of the locale, where it is one of Chinese and not UTF-8.
pub fn other_encoding(lookup: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .filter_map(|name| lookup(name))
        .find(|value| !value.is_empty())?;
    let encoding = locale.split_once('.')?.1.split('@').next()?.to_owned();
    let plain = encoding.to_lowercase().replace(['-', '_'], "");
    OTHER_ENCODINGS.contains(&&*plain).then_some(encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn names_by_table() {
        for (term, usable) in [
            ("dumb", false),
            ("", false),
            ("vt100", true),
            ("linux", true),
            ("xterm-256color", true),
        ] {
            let environment = [("TERM", term)];
            let found = by_name(&set(&environment), Insist::No);
            assert_eq!(found.is_ok(), usable, "{term}");
            assert_eq!(by_name(&set(&environment), Insist::Yes), Ok(()));
        }
        assert!(by_name(&set(&[]), Insist::No).is_err());
    }

    #[test]
    fn encodings_by_table() {
        for (locale, cells, expected) in [
            ("zh_CN.UTF-8", None, Ok(())),
            (
                "zh_CN.GB18030",
                None,
                Err(Unusable::Encoding("GB18030".into())),
            ),
            (
                "zh_CN.gbk@pinyin",
                Some(3),
                Err(Unusable::Encoding("gbk".into())),
            ),
            ("C", Some(3), Err(Unusable::Glyphs(3))),
            ("C", Some(1), Ok(())),
            ("C", Some(2), Ok(())),
        ] {
            let environment = [("LANG", locale)];
            let found = Capabilities {
                han_cells: cells,
                ..Capabilities::assumed(|_| None)
            };
            assert_eq!(
                by_answers(&set(&environment), &found, Insist::No),
                expected,
                "{locale} {cells:?}"
            );
        }
        // It draws as it should, whatever the locale says.
        let found = Capabilities {
            widths: WidthTrust::Trusted,
            han_cells: Some(2),
            ..Capabilities::assumed(|_| None)
        };
        let gbk = [("LANG", "zh_CN.GBK")];
        assert_eq!(by_answers(&set(&gbk), &found, Insist::No), Ok(()));
    }
}
