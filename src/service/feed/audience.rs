//! Who may see what of a change or a record.
//!
//! The answer depends on the reader's grants, the record's kind, and where the
//! record belongs. It is always made from what is stored, for this reader and
//! now; nothing is sent and hidden later.

use serde_json::value::RawValue;

use super::super::storage::{FeedHead, Result, StoredChange, StoredRecord, whole};
use super::board::{board_event, board_record};
use crate::domain::area::AreaCode;
use crate::domain::officer::{Officer, Sight};
use crate::domain::record::Kind;
use crate::wire::feed::{FeedId, RecordName, WireChange};

/// Whether the officer may read the feed at all; stubs count as reading.
#[must_use]
pub fn may_read(officer: &Officer, feed: FeedId) -> bool {
    match feed {
        FeedId::Officer(id) => id == officer.id,
        FeedId::Area(area) => officer
            .grants
            .iter()
            .any(|grant| grant.area.contains(area) || area.contains(grant.area)),
    }
}

/// The feeds that the officer follows: those of areas, then the own one.
#[must_use]
pub fn feeds_of(officer: &Officer, areas: &[FeedHead]) -> Vec<FeedId> {
    areas
        .iter()
        .map(|head| head.feed)
        .filter(|feed| may_read(officer, *feed))
        .chain([FeedId::Officer(officer.id)])
        .collect()
}

/// How much of a record of `kind` in `area` this feed gives the officer.
#[must_use]
pub fn sight(officer: &Officer, feed: FeedId, kind: &Kind, area: AreaCode) -> Sight {
    match feed {
        FeedId::Officer(id) if id == officer.id => Sight::Open,
        FeedId::Officer(_) => Sight::Nothing,
        FeedId::Area(_) => officer.sight(kind, area),
    }
}

/// The change as this officer gets it.
///
/// # Errors
/// When what is stored cannot be read.
pub fn change_for(officer: &Officer, change: &StoredChange) -> Result<WireChange> {
    let stub = WireChange::stub(change.seq, change.tx);
    let now = sight(officer, change.feed, &change.kind, change.area_after);
    let shown = |event: String, record: String| {
        Ok(WireChange {
            event: Some(RawValue::from_string(event)?),
            record: Some(RawValue::from_string(record)?),
            ..stub.clone()
        })
    };
    match now {
        Sight::Sealed => shown(
            change.event.clone(),
            whole(&change.doc, change.sealed.as_deref()),
        ),
        Sight::Open => shown(change.event.clone(), change.doc.clone()),
        Sight::Board => shown(board_event(&change.event)?, board_record(&change.doc)?),
        Sight::Nothing => {
            let before = change.area_before.map_or(Sight::Nothing, |area| {
                sight(officer, change.feed, &change.kind, area)
            });
            Ok(match before {
                Sight::Nothing => stub,
                Sight::Board | Sight::Open | Sight::Sealed => WireChange {
                    gone: Some(RecordName {
                        kind: change.kind.clone(),
                        id: change.record,
                    }),
                    ..stub
                },
            })
        }
    }
}

/// The record's JSON text as this officer gets it; `None` when not at all.
///
/// # Errors
/// When what is stored cannot be read.
pub fn record_for(officer: &Officer, record: &StoredRecord) -> Result<Option<String>> {
    let sight = sight(officer, record.feed, &record.kind, record.area);
    record_at(sight, record)
}

/// The record's JSON text as somebody with this sight gets it.
///
/// # Errors
/// When what is stored cannot be read.
pub fn record_at(sight: Sight, record: &StoredRecord) -> Result<Option<String>> {
    Ok(match sight {
        Sight::Sealed => Some(record.whole()),
        Sight::Open => Some(record.doc.clone()),
        Sight::Board => Some(board_record(&record.doc)?),
        Sight::Nothing => None,
    })
}

/// An event's JSON text as this officer gets it.
///
/// # Errors
/// When what is stored cannot be read.
pub fn event_for(sight: Sight, event: &str) -> Result<Option<String>> {
    Ok(match sight {
        Sight::Sealed | Sight::Open => Some(event.to_owned()),
        Sight::Board => Some(board_event(event)?),
        Sight::Nothing => None,
    })
}
