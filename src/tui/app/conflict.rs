//! The conflict card: both acts, what holds and why, and the three ways on.

use super::dialog::Aim;
use super::dialog_fields::{Ground, REASON_CHARS_MAX, SHORT_ROWS};
use super::form::{Field, Form, Slot};
use super::words::{names, time};
use crate::domain::ids::RecordId;
use crate::domain::incident::act::Settle;
use crate::domain::incident::conflict::{Conflict, Effect, Side, WAYS, Way};
use crate::domain::incident::verb::Verb;
use crate::i18n::t;
use crate::text::wrap::{Extent, wrap};

/// Cells and rows of an act's words on the card; the timeline has them whole.
const WORDS_CELLS: usize = 56;
const WORDS_ROWS_MAX: usize = 2;

/// The fields of the card that has been open longest.
pub fn fields(aim: &Aim, ground: &Ground<'_>) -> Vec<Field> {
    let Some(card) = aim.incident.open_conflicts().next() else {
        return Vec::new();
    };
    let options = WAYS
        .into_iter()
        .zip(1..)
        .map(|(way, n)| (way.name().to_owned(), format!("{n}{}", names::way(way))))
        .collect();
    vec![
        Field::told(Slot::ConflictFirst, side(&card.first, ground)),
        Field::told(Slot::ConflictSecond, side(&card.second, ground)),
        Field::told(Slot::ConflictHolds, holds(card, ground)),
        Field::choice(Slot::ConflictWay, options, Some(0)).must(),
        Field::told(Slot::ConflictMeans, means(card)),
        Field::block(Slot::Words, REASON_CHARS_MAX, SHORT_ROWS).hint(t!("conflict.words-hint")),
    ]
}

/// What the filled form rules.
pub fn ruling(aim: &Aim, form: &Form, entry: RecordId) -> Option<Settle> {
    let code = form.code(Slot::ConflictWay)?;
    let way = WAYS.into_iter().find(|way| way.name() == code)?;
    let card = aim.incident.open_conflicts().next()?;
    Some(Settle {
        conflict: card.id,
        way,
        words: form.text(Slot::Words).to_owned(),
        entry: (way == Way::Note).then_some(entry),
    })
}

/// Who did what when, and the words of it on a line of their own.
fn side(side: &Side, ground: &Ground<'_>) -> String {
    let verb = match side.rank {
        Some(rank) => t!(
            "detail.act.to",
            verb = names::verb(side.verb),
            to = names::rank(rank, ground.policy)
        )
        .into_owned(),
        None => names::verb(side.verb),
    };
    let head = t!(
        "conflict.side",
        by = side.by.name,
        at = time::moment(side.at, ground.now),
        verb = verb
    );
    if side.words.trim().is_empty() {
        return format!("{head}\n{}", t!("conflict.no-words"));
    }
    let said = t!("conflict.said", words = side.words);
    let wrapped = wrap(&said, WORDS_CELLS, WORDS_ROWS_MAX);
    let more = match wrapped.extent {
        Extent::Whole => "",
        Extent::Cut => "…",
    };
    format!("{head}\n{}{more}", wrapped.lines.join("\n"))
}

fn holds(card: &Conflict, ground: &Ground<'_>) -> String {
    let state = t!(
        "conflict.holds",
        stage = names::stage(card.holds.stage),
        rank = names::rank(card.holds.rank, ground.policy)
    );
    let why = match card.effect {
        Effect::Applied => t!("conflict.why-applied"),
        Effect::Withheld => t!("conflict.why-withheld"),
    };
    format!("{state}\n{why}")
}

/// What each way leads to, one a line.
fn means(card: &Conflict) -> String {
    let redo = match card.gentler().verb {
        Verb::Lower => t!("conflict.means.lower"),
        Verb::LiftSupervision => t!("conflict.means.lift"),
        Verb::Void | Verb::ReturnToPolice | Verb::Merge => t!("conflict.means.end"),
        _ => t!("conflict.means.close"),
    };
    [t!("conflict.means.keep"), redo, t!("conflict.means.note")].join("\n")
}
