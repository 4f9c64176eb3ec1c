//! Why two incidents may be one, in words.

use super::{names, time};
use crate::domain::incident::alike::{Likeness, SameCategory, SamePlace};
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::store::alike::Suggestion;
use crate::tui::keys::{Action, Context, Keymap};

/// The reasons, the heaviest first.
fn reasons(likeness: &Likeness) -> String {
    let place = match likeness.place {
        SamePlace::Words => t!("alike.place"),
        SamePlace::Village => t!("alike.village"),
    };
    let category = match likeness.category {
        SameCategory::Exact => Some(t!("alike.category")),
        SameCategory::Group => Some(t!("alike.group")),
        SameCategory::No => None,
    };
    let apart = t!("alike.apart", n = likeness.apart.whole_minutes());
    [Some(place), category, Some(apart)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(&t!("screen.list-comma"))
}

/// How many there are, with the key that opens them.
pub fn heading(count: usize, keymap: &Keymap, context: Context) -> String {
    let title = t!("alike.title", n = count);
    match keymap.keys_for(context, Action::AlikeOpen).next() {
        Some(keys) => format!("{title}  {} {}", keys.label(), Action::AlikeOpen.short()),
        None => title.into_owned(),
    }
}

/// A suggestion in two parts: which incident, and why.
pub fn suggestion(found: &Suggestion, now: Timestamp) -> (String, String) {
    let incident = &found.row.incident;
    let which = format!(
        "{} {} {}",
        names::title(incident),
        names::stage(incident.stage()),
        names::number(found.row.id, incident),
    );
    let why = t!(
        "alike.why",
        reasons = reasons(&found.likeness),
        at = time::moment(incident.registered_at, now)
    );
    (which, why.into_owned())
}
