use super::*;
use crate::text::width::Ambiguous;
use crate::tui::theme::{ColourDepth, Theme};
use crate::tui::widgets::dump::lines;
use crate::tui::widgets::input::Edit;

fn field(text: &str) -> InputState {
    let mut input = InputState::block(4_000);
    input.set_text(&text.replace('|', ""));
    input.set_cursor(text.find('|').unwrap_or(text.len()));
    input
}

fn line(text: &str, width: u16) -> (String, u16) {
    let theme = Theme::shipped(ColourDepth::Mono);
    let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
    let pen = Pen::new(&theme, Ambiguous::Narrow);
    let cursor =
        draw_line(pen, buf.area, &mut buf, (&field(text), Focus::Here), "").expect("focused");
    (lines(&buf).concat(), cursor.x)
}

fn block(text: &str, width: u16, height: u16) -> (Vec<String>, (u16, u16)) {
    let theme = Theme::shipped(ColourDepth::Mono);
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    let pen = Pen::new(&theme, Ambiguous::Narrow);
    let cursor =
        draw_block(pen, buf.area, &mut buf, (&field(text), Focus::Here), "").expect("focused");
    (lines(&buf), (cursor.x, cursor.y))
}

#[test]
fn the_cursor_is_where_the_input_method_must_draw() {
    for (text, width, drawn, column) in [
        ("石桥|镇", 10, "石桥镇", 4),
        ("石桥镇|", 10, "石桥镇", 6),
        ("|石桥镇宅基地边界", 10, "石桥镇宅基", 0),
        (
            "石桥镇宅基地边界|",
            10,
            "镇宅基地边界".get(9..).unwrap_or(""),
            6,
        ),
        ("a\u{1b}b|", 10, "a␛b", 3),
    ] {
        assert_eq!(line(text, width), (drawn.to_owned(), column), "{text:?}");
    }
}

#[test]
fn an_empty_field_shows_its_placeholder_and_the_cursor_before_it() {
    let theme = Theme::shipped(ColourDepth::Mono);
    let pen = Pen::new(&theme, Ambiguous::Narrow);
    let mut buf = Buffer::empty(Rect::new(0, 0, 10, 1));
    let cursor = draw_line(pen, buf.area, &mut buf, (&field(""), Focus::Here), "姓名");
    assert_eq!(
        (lines(&buf), cursor),
        (vec!["姓名".to_owned()], Some(Position::ORIGIN))
    );
    assert_eq!(
        draw_line(pen, buf.area, &mut buf, (&field(""), Focus::Elsewhere), ""),
        None
    );
}

#[test]
fn a_password_shows_its_length_only() {
    let theme = Theme::shipped(ColourDepth::Mono);
    let mut input = InputState::secret(64);
    input.paste("口令x");
    let mut buf = Buffer::empty(Rect::new(0, 0, 10, 1));
    let pen = Pen::new(&theme, Ambiguous::Narrow);
    let cursor = draw_line(pen, buf.area, &mut buf, (&input, Focus::Here), "");
    assert_eq!(
        (lines(&buf), cursor),
        (vec!["***".to_owned()], Some(Position::new(3, 0)))
    );
}

#[test]
fn long_text_is_broken_and_the_cursor_stays_in_view() {
    assert_eq!(
        block("宅基地|边界", 6, 3),
        (vec!["宅基地".into(), "边界".into(), String::new()], (0, 1))
    );
    assert_eq!(
        block("宅基地|", 6, 2),
        (vec!["宅基地".into(), String::new()], (0, 1))
    );
    assert_eq!(
        block("一\n二|\n三", 6, 3),
        (vec!["一".into(), "二".into(), "三".into()], (2, 1))
    );
    assert_eq!(
        block("一\n二\n三|", 6, 2),
        (vec!["二".into(), "三".into()], (2, 1))
    );
    assert_eq!(
        block("一\n|", 6, 2),
        (vec!["一".into(), String::new()], (0, 1))
    );
}

#[test]
fn up_and_down_keep_the_column_and_stop_at_the_edge() {
    let theme = Theme::shipped(ColourDepth::Mono);
    let pen = Pen::new(&theme, Ambiguous::Narrow);
    let mut input = field("宅基地边界|争执\na");
    for (direction, expected, change) in [
        (Vertical::Up, "宅基|", Change::Cursor),
        (Vertical::Up, "宅基|", Change::Nothing),
        (Vertical::Down, "宅基地边界|", Change::Cursor),
        (Vertical::Down, "宅基地边界争执|", Change::Cursor),
        (Vertical::Down, "宅基地边界争执\na|", Change::Cursor),
        (Vertical::Down, "宅基地边界争执\na|", Change::Nothing),
    ] {
        assert_eq!(
            move_vertically(pen, &mut input, direction, 6),
            change,
            "{expected}"
        );
        let before = expected.trim_end_matches('|');
        assert_eq!(&input.text()[..input.cursor()], before);
    }
}

proptest::proptest! {
    #[test]
    fn drawing_never_crashes_and_the_cursor_is_inside(
        text in "[a宅\n\u{301}👍…\u{1b}]{0,30}", lefts in 0_usize..30, width in 1_u16..9, height in 1_u16..5,
    ) {
        let theme = Theme::shipped(ColourDepth::Mono);
        let mut input = field(&text);
        for _ in 0..lefts {
            input.apply(Edit::Left);
        }
        for ambiguous in [Ambiguous::Narrow, Ambiguous::Wide] {
            let pen = Pen::new(&theme, ambiguous);
            let area = Rect::new(0, 0, width, height);
            let mut buf = Buffer::empty(area);
            for cursor in [
                draw_line(pen, area, &mut buf, (&input, Focus::Here), ""),
                draw_block(pen, area, &mut buf, (&input, Focus::Here), ""),
            ] {
                proptest::prop_assert!(cursor.is_some_and(|at| area.contains(at)), "{:?}", cursor);
            }
        }
    }
}
