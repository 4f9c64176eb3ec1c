//! What the search has under its hand, in full beside the hits: what the record
//! that the hit carries says, masked as its own board masks it, and why it was
//! found. Nothing is read for it, so the pane is there with the hit.

use super::search::{field_words, is_called, reason_text};
use super::{detail, log, network, warnings};
use crate::domain::record::Body;
use crate::domain::warning::Warning;
use crate::i18n::t;
use crate::store::seek::Hit;
use crate::store::warnings::WarningRow;
use crate::text::aloud::grouped;
use crate::tui::app::model::{Desk, Model};
use crate::tui::app::words::{log as words, names};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::scroll::Paragraph;

/// The text of the pane.
pub fn in_full(model: &Model, desk: &Desk, pen: Pen<'_>, hit: &Hit) -> Vec<Paragraph<'static>> {
    let record = &hit.record;
    let mut text = match &record.body {
        Body::Incident(incident) => {
            detail::of_case(model, desk, pen, (record, incident, hit.pending))
        }
        Body::Person(person) => {
            let from = (record.area, hit.unit_name.as_str());
            network::person_in_full(model, desk, person, from)
        }
        Body::Unit(unit) => place(desk, hit, &unit.name, &unit.phone),
        Body::Place(named) => place(desk, hit, &named.name, ""),
        Body::Warning(warning) => {
            let row = warning_row(desk, hit, warning);
            warnings::in_full(model, desk, pen, &row)
        }
        Body::LogLine(line) => {
            // Columns of their own where the log is a list.
            let head = format!("{} {}", words::number(line), words::kind(line));
            let mut text = vec![Paragraph::new(head, Role::Label)];
            text.extend(log::in_full(model, desk, (record.id, line), None));
            text
        }
        Body::Entry(_)
        | Body::Post(_)
        | Body::Rota(_)
        | Body::Policy(_)
        | Body::Officer(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Unknown { .. } => Vec::new(),
    };
    let reasons: Vec<String> = hit
        .why
        .iter()
        .filter(|why| !is_called(hit.kind, why.field))
        .map(|why| format!("{} {}", field_words(why.field), reason_text(why)))
        .collect();
    if !reasons.is_empty() {
        detail::say(&mut text, Role::Text, String::new());
        detail::fact(&mut text, &t!("search.col.why"), &reasons.join("\n"));
    }
    text
}

/// An office or an area: where it lies, its code, and the number of its duty
/// desk, which is not anybody's own.
fn place(desk: &Desk, hit: &Hit, name: &str, phone: &str) -> Vec<Paragraph<'static>> {
    let area = hit.record.area;
    let mut text = vec![Paragraph::new(name.to_owned(), Role::Title)];
    let path = names::place_path(area, &desk.places);
    detail::fact(&mut text, &t!("field.place"), &path);
    detail::fact(&mut text, &t!("search.code"), area.as_str());
    detail::fact(&mut text, &t!("search.field.phone"), &grouped(phone));
    text
}

/// The row of the board that this warning would have; its case is called as the
/// board calls it, as long as the board has it.
fn warning_row(desk: &Desk, hit: &Hit, warning: &Warning) -> WarningRow {
    let id = hit.record.id;
    let known = desk.warnings.board.rows.iter().find(|row| row.id == id);
    WarningRow {
        id,
        area: hit.record.area,
        warning: warning.clone(),
        pending: hit.pending,
        case: known.and_then(|row| row.case.clone()),
    }
}
