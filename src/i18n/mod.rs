//! Access to the user-facing texts, which live in `zh-CN.toml` and `en.toml`
//! beside this file and nowhere else.
//!
//! Keys are dotted paths (`queue.empty`). `tests/tidy.rs` fails when a key is
//! used that a language lacks, or when the two languages differ in keys.

mod selected;

use std::borrow::Cow;
use std::sync::OnceLock;

/// A text in the selected language: `t!("queue.empty")`, or with what stands
/// in it: `t!("screen.refused", n = 2)`. A place in the code looks its key up
/// once: a frame has a hundred of them.
macro_rules! translate {
    ($key:literal $(,)?) => {{
        static SITE: $crate::i18n::Site = $crate::i18n::Site::new($key);
        SITE.text()
    }};
    ($key:literal, $($name:ident = $value:expr),+ $(,)?) => {{
        static SITE: $crate::i18n::Site = $crate::i18n::Site::new($key);
        let values = [$(($value).to_string()),+];
        let whole = rust_i18n::replace_patterns(&SITE.text(), &[$(stringify!($name)),+], &values);
        std::borrow::Cow::<'static, str>::Owned(whole)
    }};
}
pub(crate) use translate as t;

/// The languages that ship. zh-CN comes first and is the fallback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    Chinese,
    /// English.
    English,
}

/// The selected language.
#[must_use]
pub fn current() -> Language {
    selected::get()
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The next one, round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

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
        selected::set(self);
    }
}

/// Looks up a key that is made at run time, such as an action's name.
#[must_use]
pub fn text(key: &str) -> Cow<'static, str> {
    text_in(current(), key)
}

/// Looks up a key in one language, whichever is selected.
#[must_use]
pub fn text_in(language: Language, key: &str) -> Cow<'static, str> {
    match crate::_rust_i18n_try_translate(language.tag(), key) {
        Some(text) => text,
        None => Cow::Owned(key.to_owned()),
    }
}

/// A place in the code that wants one text, in whichever language.
pub struct Site {
    key: &'static str,
    /// By [`Language::ALL`].
    found: [OnceLock<&'static str>; Language::ALL.len()],
}

impl Site {
    /// The place that wants this key's text.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self {
            key,
            found: [const { OnceLock::new() }; Language::ALL.len()],
        }
    }

    /// The text in the selected language.
    pub fn text(&self) -> Cow<'static, str> {
        let language = current();
        let found = match language {
            Language::Chinese => &self.found[0],
            Language::English => &self.found[1],
        };
        if let Some(text) = found.get() {
            return Cow::Borrowed(text);
        }
        let text = text_in(language, self.key);
        if let Cow::Borrowed(text) = text {
            found.get_or_init(|| text);
        }
        text
    }
}

/// Whether the selected language (or the fallback) has this key.
#[must_use]
pub fn has(language: Language, key: &str) -> bool {
    crate::_rust_i18n_try_translate(language.tag(), key).is_some()
}
