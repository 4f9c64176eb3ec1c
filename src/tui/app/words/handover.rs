//! A handover in words: on the screen and on paper.

use super::{names, time};
use crate::domain::duty::handover::{Handover, Item, ItemKind};
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::i18n::t;
use crate::text::truncate::{Align, fit};
use crate::text::width::Ambiguous;
use crate::text::wrap::wrap;

/// Columns of the paper.
const PAPER_COLUMNS: usize = 80;
/// The most lines of one text on the paper.
const TEXT_LINES_MAX: usize = 12;
const RANK_CELLS: usize = 4;
const UNTIL_CELLS: usize = 12;
const NAME_CELLS: usize = 25;

/// Whether the outgoing officer has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    Yes,
    /// What would be handed on now.
    No,
}

/// The heading of a section.
pub fn section(kind: ItemKind) -> String {
    match kind {
        ItemKind::Open => t!("handover.section.open"),
        ItemKind::CallBack => t!("handover.section.call-back"),
        ItemKind::Snoozed => t!("handover.section.snoozed"),
        ItemKind::Called => t!("handover.section.called"),
        ItemKind::Warning => t!("handover.section.warning"),
        ItemKind::Gap => t!("handover.section.gap"),
    }
    .into_owned()
}

/// The rank of a matter in a word.
pub fn rank(item: &Item, policy: &Policy) -> String {
    item.rank.map_or_else(String::new, |rank| {
        names::badge(rank, policy).word.into_owned()
    })
}

/// Its time, as its section means it.
pub fn until(item: &Item, now: Timestamp) -> String {
    item.until
        .map_or_else(String::new, |until| time::moment(until, now))
}

/// A handover on paper, 80 columns wide.
pub fn paper(
    handover: &Handover,
    signed: Signed,
    leader: &str,
    policy: &Policy,
    now: Timestamp,
) -> Vec<String> {
    let mut lines = vec![
        t!(
            "handover.paper.title",
            unit = handover.unit.name,
            day = handover.day,
            shift = handover.shift
        )
        .into_owned(),
        t!(
            "handover.paper.head",
            officer = handover.offered.by.name,
            leader = leader,
            at = handover.offered.at.stamp()
        )
        .into_owned(),
    ];
    if signed == Signed::No {
        lines.push(t!("handover.paper.draft").into_owned());
    }
    let mut kind = None;
    for item in &handover.items {
        if kind != Some(item.kind) {
            kind = Some(item.kind);
            let count = handover.items.iter().filter(|one| one.kind == item.kind);
            lines.push(String::new());
            lines.push(format!("{} {}", section(item.kind), count.count()));
        }
        lines.extend(item_lines(item, policy, now));
    }
    if handover.items.is_empty() {
        lines.push(t!("handover.paper.none").into_owned());
    }
    if handover.left_out > 0 {
        lines.push(t!("handover.paper.left-out", n = handover.left_out).into_owned());
    }
    lines.push(String::new());
    let sections = &handover.sections;
    for (label, text) in [
        ("field.equipment", &sections.equipment),
        ("field.orders", &sections.orders),
        ("field.expected", &sections.expected),
        ("field.other-words", &sections.other),
    ] {
        let label = crate::i18n::text(label);
        let text = if text.is_empty() { "____" } else { text };
        lines.extend(wrapped(&format!("{label}: {text}")));
    }
    let backlog = handover.backlog;
    lines.push(
        t!(
            "handover.paper.backlog",
            unsent = backlog.unsent,
            refused = backlog.refused
        )
        .into_owned(),
    );
    if let Some(at) = backlog.known_until {
        lines.extend(wrapped(&t!("handover.paper.behind", at = at.stamp())));
    }
    if !handover.closing_code.is_empty() {
        let code = &handover.closing_code;
        lines.push(t!("handover.paper.code", code = code).into_owned());
    }
    lines.push(String::new());
    lines.push(t!("handover.paper.signatures").into_owned());
    lines
}

fn item_lines(item: &Item, policy: &Policy, now: Timestamp) -> Vec<String> {
    let column = |text: &str, cells| fit(text, cells, Align::Left, Ambiguous::Narrow).into_owned();
    let head = format!(
        "[ ] {}{}{}{}",
        column(&rank(item, policy), RANK_CELLS),
        column(&until(item, now), UNTIL_CELLS),
        column(&item.name, NAME_CELLS),
        item.holder
    );
    let mut lines = vec![head];
    lines.extend(wrapped(&format!("      {}", item.title)));
    if !item.next.is_empty() {
        lines.extend(wrapped(&t!("handover.paper.next", text = item.next)));
    }
    lines
}

fn wrapped(text: &str) -> Vec<String> {
    wrap(text, PAPER_COLUMNS, TEXT_LINES_MAX)
        .lines
        .into_iter()
        .map(ToString::to_string)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alarm::Rank;
    use crate::domain::duty::handover::{Answers, Backlog, Sections};
    use crate::domain::extra::Extra;
    use crate::domain::ids::RecordId;
    use crate::domain::incident::Signature;
    use crate::domain::testing::{duty, minute, unit};
    use crate::i18n::Language;
    use crate::text::width::display_width;

    /// Lines of two printed pages, and the matters of a busy night.
    const TWO_PAGES_LINES: usize = 2 * 66;
    const BUSY_NIGHT_ITEMS: u128 = 36;

    #[test]
    fn the_paper_of_a_busy_night_has_all_of_it_on_two_pages_of_80_columns() {
        let item = |n: u128| Item {
            kind: ItemKind::Open,
            record: RecordId::new(uuid::Uuid::from_u128(n)),
            name: format!("420607101-20261123-{n:04}"),
            title: "宅基地边界起争执，现场约二十人，双方各有亲属赶来，镇里已派人在劝".into(),
            rank: Some(Rank::Urgent),
            stage: None,
            holder: "石桥镇综治中心".into(),
            until: Some(minute(30)),
            answers: Answers::Outgoing,
            next: String::new(),
        };
        let handover = Handover {
            unit: unit(1),
            day: minute(0).date(),
            shift: "夜".into(),
            items: (1..=BUSY_NIGHT_ITEMS).map(item).collect(),
            left_out: 0,
            sections: Sections::default(),
            backlog: Backlog::default(),
            closing_code: "128-9F3A-22C1-07BE".into(),
            offered: Signature {
                by: duty(1).reference(),
                at: minute(20),
                text: String::new(),
            },
            taken: None,
            ticked: Vec::new(),
            extra: Extra::new(),
        };
        Language::Chinese.select();
        let lines = paper(
            &handover,
            Signed::Yes,
            "李建军",
            &Policy::shipped(),
            minute(20),
        );
        assert!(lines.len() <= TWO_PAGES_LINES, "{} lines", lines.len());
        for line in &lines {
            assert!(display_width(line) <= PAPER_COLUMNS, "{line}");
        }
        for n in 1..=BUSY_NIGHT_ITEMS {
            let name = format!("420607101-20261123-{n:04}");
            assert!(lines.iter().any(|line| line.contains(&name)), "{name}");
        }
        assert!(lines.iter().any(|line| line.contains("128-9F3A-22C1-07BE")));
    }
}
