//! Access to the user-facing texts, which live in `zh-CN.toml` and `en.toml`
//! beside this file and nowhere else.
//!
//! Keys are dotted paths (`queue.empty`). `tests/tidy.rs` fails when a key is
//! used that a language lacks, or when the two languages differ in keys.

use std::borrow::Cow;

pub use rust_i18n::t;

/// The languages that ship. zh-CN comes first and is the fallback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The locale's name as the resource files have it.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// Reads `zh`, `zh-CN`, `zh_CN.UTF-8`, `en`, `en_US` …; `None` for a
    /// language that has no resources.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        if lower.starts_with("zh") {
            Some(Self::Chinese)
        } else if lower.starts_with("en") {
            Some(Self::English)
        } else {
            None
        }
    }

    /// Makes this the language of every text looked up from now on.
    pub fn select(self) {
        rust_i18n::set_locale(self.tag());
    }
}

/// Looks up a key that is made at run time, such as an action's name.
#[must_use]
pub fn text(key: &str) -> Cow<'static, str> {
    Cow::Owned(t!(key).into_owned())
}

/// Whether the selected language (or the fallback) has this key.
#[must_use]
pub fn has(language: Language, key: &str) -> bool {
    crate::_rust_i18n_try_translate(language.tag(), key).is_some()
}
