//! Fail points: named places between steps that belong together, where a test
//! may let a step fail or the process die.
//!
//! Real builds have none of this. The tests build the crate with the feature
//! `fail-points`; then a point counts how often it was reached ([`table`]),
//! does what the `fail` crate was told for its name, and ends the process when
//! [`DIE_AT`] names it. A point must not change what a program does when
//! nobody told it anything.

#[cfg(feature = "fail-points")]
use std::collections::BTreeMap;
#[cfg(feature = "fail-points")]
use std::sync::{LazyLock, Mutex, PoisonError};

#[cfg(all(test, target_os = "linux"))]
pub(crate) mod disk;

/// The environment variable that lets the process die at a point, without any
/// clean-up: `name`, or `name:n` for the n-th time it is reached.
pub const DIE_AT: &str = "ZHIBAN_DIE_AT";

/// The environment variable that lets the thread panic at a point, with words
/// that must not be found anywhere afterwards: `name=words`.
pub const PANIC_AT: &str = "ZHIBAN_PANIC_AT";

/// A place where a test may stop the program (`fail_point!("room.place")`) or
/// let the step fail (`fail_point!("room.place", error)`).
macro_rules! fail_point {
    ($name:literal) => {
        #[cfg(feature = "fail-points")]
        {
            $crate::fault::reached($name);
            fail::fail_point!($name);
        }
    };
    ($name:literal, $error:expr) => {
        #[cfg(feature = "fail-points")]
        {
            $crate::fault::reached($name);
            fail::fail_point!($name, |_| Err($error));
        }
    };
}
pub(crate) use fail_point;

#[cfg(feature = "fail-points")]
static REACHED: Mutex<BTreeMap<&'static str, u64>> = Mutex::new(BTreeMap::new());

/// Where to die, and at which visit.
#[cfg(feature = "fail-points")]
static DIES: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
    let text = std::env::var(DIE_AT).ok()?;
    Some(match text.rsplit_once(':') {
        Some((name, visit)) => (name.to_owned(), visit.parse().unwrap_or(1)),
        None => (text, 1),
    })
});

/// Where to panic, and what is said.
#[cfg(feature = "fail-points")]
static PANICS: LazyLock<Option<(String, String)>> = LazyLock::new(|| {
    let text = std::env::var(PANIC_AT).ok()?;
    let (name, words) = text.split_once('=').unwrap_or((&text, ""));
    Some((name.to_owned(), words.to_owned()))
});

/// Counts a visit; the process ends here if it was told to.
///
/// # Panics
/// When [`PANIC_AT`] names this point.
#[cfg(feature = "fail-points")]
pub fn reached(name: &'static str) {
    let visit = {
        let mut reached = REACHED.lock().unwrap_or_else(PoisonError::into_inner);
        let visits = reached.entry(name).or_default();
        *visits += 1;
        *visits
    };
    if let Some((at, when)) = &*DIES
        && at == name
        && *when == visit
    {
        std::process::abort();
    }
    if let Some((at, words)) = &*PANICS {
        assert!(at != name, "told to: {words}");
    }
}

/// How often each point was reached in this process.
#[cfg(feature = "fail-points")]
#[must_use]
pub fn table() -> BTreeMap<&'static str, u64> {
    REACHED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}
