//! Which language is selected. Tests select in parallel, so that each of their
//! threads has its own.

use super::Language;

#[cfg(not(test))]
static ENGLISH: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

#[cfg(test)]
thread_local! {
    static ENGLISH: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

pub(super) fn set(language: Language) {
    let english = language == Language::English;
    #[cfg(not(test))]
    ENGLISH.store(english, std::sync::atomic::Ordering::Relaxed);
    #[cfg(test)]
    ENGLISH.set(english);
}

pub(super) fn get() -> Language {
    #[cfg(not(test))]
    let english = ENGLISH.load(std::sync::atomic::Ordering::Relaxed);
    #[cfg(test)]
    let english = ENGLISH.get();
    if english {
        Language::English
    } else {
        Language::Chinese
    }
}
