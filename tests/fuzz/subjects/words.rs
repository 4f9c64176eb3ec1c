//! Text on its way to a screen: nothing that steers gets out, and nothing is
//! wider than was asked for.

use zhiban::text::ambiguous::substitute;
use zhiban::text::fold::{fold_key, fold_search};
use zhiban::text::mask::{mask_identity, mask_name, mask_phone};
use zhiban::text::neutral::{neutralise_block, neutralise_line};
use zhiban::text::problem::line_and_column;
use zhiban::text::truncate::{
    Align, fit, pad_to_width, prefix_within, suffix_within, truncate_to_width,
};
use zhiban::text::width::{Ambiguous, display_width, drawn_width, graphemes};
use zhiban::text::wrap::{Extent, wrap};

use super::draw::Draw;

/// The widest line that a narrow wish becomes.
const LINE_CELLS_MIN: usize = 2;

pub fn run(data: &[u8]) {
    let mut draw = Draw::new(data);
    let cells = draw.below(90);
    let lines_max = draw.below(20);
    let align = draw.of(&[Align::Left, Align::Right, Align::Centre]);
    let text = drawn(&mut draw);
    let (line, block) = neutral(&text);
    measured(&line);
    for mode in [Ambiguous::Narrow, Ambiguous::Wide] {
        let shown = substitute(&line, mode);
        assert_eq!(neutralise_line(&shown), shown, "a stand-in steers");
        if mode == Ambiguous::Wide {
            assert_eq!(
                drawn_width(&shown, mode),
                display_width(&shown),
                "{shown:?} is drawn wider than it is counted"
            );
        }
        cut(&shown, cells, align, mode);
    }
    wrapped(&block, cells, lines_max);
    masked(&text);
    let (row, column) = line_and_column(&text, cells);
    assert!(row >= 1 && column >= 1 && row <= text.matches('\n').count() + 1);
    let folded = fold_search(&text).into_owned();
    assert_eq!(fold_search(&folded), folded, "folding twice folds more");
    for sign in text.chars() {
        assert_eq!(fold_key(fold_key(sign)), fold_key(sign));
    }
}

/// Valid text: as it comes, or signs that are known to be difficult.
fn drawn(draw: &mut Draw<'_>) -> String {
    if draw.byte().is_multiple_of(2) {
        return String::from_utf8_lossy(draw.rest()).into_owned();
    }
    let mut text = String::new();
    while !draw.is_spent() && text.len() < 4_000 {
        let (first, count) = draw.of(&[
            (0x00, 0xA0),
            (0x20, 0x5F),
            (0x300, 0x70),
            (0x600, 0x20),
            (0x900, 0x80),
            (0x1100, 0x100),
            (0x180B, 0x5),
            (0x2000, 0x70),
            (0x20D0, 0x20),
            (0x2460, 0xA0),
            (0x2500, 0x100),
            (0x3000, 0x40),
            (0x4E00, 0x100),
            (0xFE00, 0x10),
            (0xFF00, 0x100),
            (0xFFF0, 0x10),
            (0x1F1E6, 0x1A),
            (0x1F3FB, 0x5),
            (0x1F468, 0x4),
            (0xE0000, 0x80),
            (0xE0100, 0x10),
        ]);
        let code = first + u32::from(draw.byte()) % count;
        let times = if draw.byte() == 0xFF { 40 } else { 1 };
        let sign = char::from_u32(code).unwrap_or('?');
        text.extend(std::iter::repeat_n(sign, times));
    }
    text
}

fn neutral(text: &str) -> (String, String) {
    let line = neutralise_line(text).into_owned();
    assert!(!line.chars().any(char::is_control), "{line:?}");
    let block = neutralise_block(text).into_owned();
    assert!(
        !block.chars().any(|c| c.is_control() && c != '\n'),
        "{block:?}"
    );
    for shown in [&line, &block] {
        let steers = |c: char| {
            matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
                | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
        };
        assert!(!shown.chars().any(steers), "{shown:?}");
    }
    assert_eq!(neutralise_line(&line), line, "twice is not once");
    assert_eq!(neutralise_block(&block), block, "twice is not once");
    (line, block)
}

fn measured(line: &str) {
    let sum: usize = graphemes(line).map(|(_, cells)| cells).sum();
    assert_eq!(display_width(line), sum, "{line:?}");
    let whole: String = graphemes(line).map(|(cluster, _)| cluster).collect();
    assert_eq!(whole, line);
}

fn cut(text: &str, cells: usize, align: Align, mode: Ambiguous) {
    let short = truncate_to_width(text, cells, mode);
    assert!(display_width(&short) <= cells, "{short:?} in {cells}");
    assert!(display_width(prefix_within(text, cells)) <= cells);
    assert!(display_width(suffix_within(text, cells)) <= cells);
    assert_eq!(
        display_width(&fit(text, cells, align, mode)),
        cells,
        "{text:?}"
    );
    let padded = pad_to_width(text, cells, align);
    assert!(padded.contains(text) && display_width(&padded) >= cells);
}

fn wrapped(block: &str, cells: usize, lines_max: usize) {
    let some = wrap(block, cells, lines_max);
    assert!(some.lines.len() <= lines_max);
    let all = wrap(block, cells, usize::MAX);
    assert_eq!(all.extent, Extent::Whole);
    for line in &all.lines {
        let wide = graphemes(line).map(|(_, cells)| cells).max().unwrap_or(0);
        let most = cells.max(LINE_CELLS_MIN).max(wide);
        assert!(display_width(line) <= most, "{line:?} in {cells}");
    }
    let kept: String = all.lines.concat().replace(' ', "");
    assert_eq!(kept, block.replace([' ', '\n'], ""), "a sign was lost");
}

/// Nobody learns from a mask what is behind it.
fn masked(text: &str) {
    let signs = graphemes(text).count();
    for hidden in [mask_phone(text), mask_identity(text)] {
        assert!(hidden.contains('*') || signs <= 1, "{hidden:?}");
        assert!(
            signs <= 7 || hidden.matches('*').count() >= signs - 7,
            "{hidden:?}"
        );
    }
    let _name = mask_name(text);
}

pub fn seeds() -> Vec<Vec<u8>> {
    [
        "宅基地边界起争执，现场约二十人\n一\r\n二",
        "a\u{1b}[31m\u{9b}2J\u{202e}\u{200b}x\u{301}\u{301}\u{301}\u{301}\u{301}",
        "“宅基地”①…·—℃× ﾊﾞ\u{ff9e} 👍🏽 👨‍👩‍👧 🇨🇳 葛\u{E0100} ☎\u{FE0F}",
        "420607199001011234",
        "call the unit now, (please) 13800001111",
    ]
    .iter()
    .flat_map(|text| {
        [0_u8, 1].map(|how| {
            let mut seed = vec![11, 5, 0, how];
            seed.extend(text.bytes());
            seed
        })
    })
    .collect()
}
