//! What holds of every screen, in every theme, language and size.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier};

use super::render;
use super::scenes::{self, Scene};
use crate::i18n::Language;
use crate::text::colour_depth::ColourDepth;
use crate::tui::app::model::Model;
use crate::tui::theme::reduce::{Rgb, contrast, shown};
use crate::tui::theme::{Role, Theme, shipped};
use crate::tui::widgets::dump::lines;

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

fn drawn(model: &Model) -> Buffer {
    with_cursor(model).0
}

/// A screen, and where its cursor is.
fn with_cursor(model: &Model) -> (Buffer, Option<Position>) {
    let area = Rect::new(0, 0, model.size.width, model.size.height);
    let mut buf = Buffer::empty(area);
    let cursor = render(model, area, &mut buf);
    (buf, cursor)
}

/// Two colours that meet in a cell, and whether anything but a line of a
/// border was drawn in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    fg: (u8, u8, u8),
    bg: (u8, u8, u8),
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Line,
    Sign,
}

fn parts(colour: Rgb) -> (u8, u8, u8) {
    (colour.red, colour.green, colour.blue)
}

/// Every pair of colours that meets on a screen.
fn pairs(buf: &Buffer, into: &mut BTreeSet<Pair>) {
    for cell in &buf.content {
        let symbol = cell.symbol();
        if symbol.trim().is_empty() && !cell.modifier.contains(Modifier::UNDERLINED) {
            continue;
        }
        let colour = |colour: Color| shown(colour).map(parts);
        let (Some(mut fg), Some(mut bg)) = (colour(cell.fg), colour(cell.bg)) else {
            panic!("a cell without a colour of its own: {cell:?}");
        };
        if cell.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut fg, &mut bg);
        }
        let line = "─│┌┐└┘+-|".contains(symbol);
        let kind = if line { Kind::Line } else { Kind::Sign };
        into.insert(Pair { fg, bg, kind });
    }
}

/// The pairs of every screen in this theme, with where each was first seen.
fn meeting(theme: &Theme) -> Vec<(Pair, String)> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for scene in scenes::all() {
        for (width, height) in SIZES {
            let mut model = scene.at(Language::Chinese, width, height);
            model.setup.theme = std::sync::Arc::new(theme.clone());
            let mut here = BTreeSet::new();
            pairs(&drawn(&model), &mut here);
            for pair in here.difference(&seen.clone()) {
                seen.insert(*pair);
                found.push((*pair, format!("{} {width}x{height}", scene.name)));
            }
        }
    }
    found
}

fn rgb((red, green, blue): (u8, u8, u8)) -> Rgb {
    Rgb { red, green, blue }
}

/// The themes that have colours.
fn coloured() -> impl Iterator<Item = &'static str> {
    shipped::SHIPPED
        .iter()
        .map(|theme| theme.name)
        .filter(|name| *name != "mono")
}

#[test]
fn every_pair_of_colours_that_meets_on_a_screen_can_be_read() {
    let mut faults = Vec::new();
    for name in coloured() {
        for depth in [
            ColourDepth::True,
            ColourDepth::Palette,
            ColourDepth::Sixteen,
        ] {
            let theme = Theme::named(name, None, depth).unwrap();
            let body = theme.style(Role::Text).fg.and_then(shown).map(parts);
            let dim = theme.style(Role::HintDenied).fg.and_then(shown).map(parts);
            let met = meeting(&theme);
            assert!(met.len() > 10, "{name}: {}", met.len());
            for (pair, place) in met {
                let found = contrast(rgb(pair.fg), rgb(pair.bg));
                let quiet = pair.kind == Kind::Line || Some(pair.fg) == dim;
                let least = if quiet { 2.3 } else { 4.5 };
                let told = format!("{name} at {depth:?}, {place}: {pair:?} {found:.2}");
                // Sixteen colours are the terminal's own, and few.
                let own = depth != ColourDepth::Sixteen && name != "high-contrast";
                let glares = Some(pair.fg) == body && own && found > 10.0;
                if found < least || glares {
                    faults.push(told);
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn alarms_stand_out_more_than_the_words_beside_them() {
    const ALARMS: [Role; 5] = [
        Role::AlarmUrgent,
        Role::AlarmSerious,
        Role::AlarmWatch,
        Role::AlarmNotice,
        Role::AlarmCalm,
    ];
    for name in coloured() {
        let theme = Theme::named(name, None, ColourDepth::True).unwrap();
        let colour = |colour: Option<Color>| colour.and_then(shown);
        for ground in [Role::Text, Role::Selection] {
            let ground = colour(theme.style(ground).bg).unwrap();
            let body = contrast(colour(theme.style(Role::Text).fg).unwrap(), ground);
            for role in ALARMS {
                let style = theme.style(role);
                let own = colour(style.bg);
                let found = contrast(colour(style.fg).unwrap(), own.unwrap_or(ground));
                // One with a ground of its own stands out by that.
                let enough = if own.is_some() { 7.0 } else { body };
                assert!(
                    found >= enough,
                    "{name}: {} {found:.2} against {enough:.2}",
                    role.name()
                );
            }
        }
    }
}

/// What is told by colour in an alarm, as somebody sees it who lacks one kind
/// of cones (Machado, Oliveira and Fernandes 2009, severity 1), in Lab.
fn seen(colour: Rgb, cones: [[f64; 3]; 3]) -> [f64; 3] {
    let linear = |part: u8| {
        let share = f64::from(part) / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    let given = [colour.red, colour.green, colour.blue].map(linear);
    let times = |rows: [[f64; 3]; 3], by: [f64; 3]| {
        rows.map(|row| {
            row.iter()
                .zip(by)
                .map(|(one, other)| one * other)
                .sum::<f64>()
        })
    };
    let light = times(cones, given).map(|part| part.clamp(0.0, 1.0));
    let [x, y, z] = times(
        [
            [0.412_456_4, 0.357_576_1, 0.180_437_5],
            [0.212_672_9, 0.715_152_2, 0.072_175],
            [0.019_333_9, 0.119_192, 0.950_304_1],
        ],
        light,
    );
    let curve = |share: f64| {
        if share > 0.008_856 {
            share.cbrt()
        } else {
            7.787 * share + 16.0 / 116.0
        }
    };
    let (x, y, z) = (curve(x / 0.950_47), curve(y), curve(z / 1.088_83));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn apart(one: [f64; 3], other: [f64; 3]) -> f64 {
    let square: f64 = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum();
    square.sqrt()
}

#[test]
fn the_colour_blind_theme_keeps_alarms_apart_for_every_kind_of_eye() {
    /// CIE76; 2.3 is what can just be told apart side by side.
    const APART_MIN: f64 = 20.0;
    let eyes = [
        (
            "protanopia",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "deuteranopia",
            [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_82, 0.042_94, 0.968_881],
            ],
        ),
        (
            "tritanopia",
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_9],
            ],
        ),
    ];
    let theme = Theme::named("colour-blind", None, ColourDepth::True).unwrap();
    let ground = theme.style(Role::Text).bg;
    // A terminal draws the ground of a sign too: the farther of the two tells.
    let look = |role: Role| {
        let style = theme.style(role);
        [style.fg, style.bg.or(ground)].map(|colour| shown(colour.unwrap()).unwrap())
    };
    let roles = [
        Role::AlarmUrgent,
        Role::AlarmSerious,
        Role::AlarmWatch,
        Role::AlarmNotice,
        Role::AlarmCalm,
        Role::Text,
    ];
    for (eye, cones) in eyes {
        for (at, one) in roles.iter().enumerate() {
            for other in &roles[at + 1..] {
                let pairs = look(*one).into_iter().zip(look(*other));
                let found = pairs
                    .map(|(a, b)| apart(seen(a, cones), seen(b, cones)))
                    .fold(0.0, f64::max);
                assert!(
                    found >= APART_MIN,
                    "{eye}: {} and {} are {found:.1} apart",
                    one.name(),
                    other.name()
                );
            }
        }
    }
}

#[test]
fn the_mono_theme_is_what_is_left_without_colours() {
    let told = Theme::named("mono", None, ColourDepth::True).unwrap();
    let left = Theme::shipped(ColourDepth::Mono);
    for role in Role::ALL.iter().copied() {
        let (told, left) = (told.style(role), left.style(role));
        assert_eq!((told.fg, told.bg), (None, None), "{}", role.name());
        // What the default theme makes bold or underlined beside its colour is
        // not lost either.
        let fallback = role.without_colour();
        assert_eq!(told.add_modifier, fallback, "{}", role.name());
        assert!(left.add_modifier.contains(fallback), "{}", role.name());
    }
}

/// The words on a screen that are not in its language.
fn foreign(scene: &Scene, language: Language, (width, height): (u16, u16)) -> Vec<String> {
    /// Names of keys, programs and forms, the same in every language.
    const SAME: [&str; 21] = [
        "Esc", "Ctrl", "Tab", "Shift", "Home", "End", "PgUp", "PgDn", "Del", "Ins", "https",
        "wangxm", "wxm", "lijj", "outbox", "damaged", "abc", "xyz", "night", "zhiban", "doctor",
    ];
    let text = lines(&drawn(&scene.at(language, width, height))).join("\n");
    match language {
        Language::English => text
            .lines()
            .filter(|line| {
                line.chars()
                    .any(|sign| matches!(sign, '\u{3000}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}'))
            })
            .map(ToOwned::to_owned)
            .collect(),
        Language::Chinese => text
            .split(|sign: char| !sign.is_ascii_alphabetic())
            .filter(|word| word.len() > 2 && !SAME.contains(word))
            .map(ToOwned::to_owned)
            .collect(),
    }
}

#[test]
fn no_screen_speaks_the_other_language() {
    let mut faults = Vec::new();
    for scene in scenes::all() {
        for language in Language::ALL {
            for size in SIZES {
                let words = foreign(&scene, language, size);
                if !words.is_empty() {
                    faults.push(format!("{} in {}: {words:?}", scene.name, language.tag()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_word_of_the_program_is_cut_at_eighty_columns() {
    let mut faults = Vec::new();
    for scene in scenes::all() {
        // The English data are too short to be cut, so that what is cut is the
        // program's; only here is another case named at the end of a line.
        if scene.name == "form-alike" {
            continue;
        }
        let buf = drawn(&scene.at(Language::English, 80, 24));
        let cut: Vec<String> = lines(&buf)
            .into_iter()
            .filter(|line| line.contains('…'))
            .collect();
        if !cut.is_empty() {
            faults.push(format!("{}: {cut:#?}", scene.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The screens that are looked at most, in English, at both sizes; the Chinese
/// ones are held with their styles in `tests.rs`.
#[test]
fn the_english_screens_stay_as_they_were_looked_at() {
    const HELD: [&str; 13] = [
        "sign-in",
        "queue",
        "detail",
        "form",
        "dialog-assign",
        "phrases",
        "pick-category",
        "outbox",
        "dialog-accept",
        "dialog-grant-extension",
        "dialog-not-stored",
        "detail-alike",
        "undo",
    ];
    for (width, height) in SIZES {
        let mut text = String::new();
        for scene in scenes::all() {
            if HELD.contains(&scene.name.as_str()) {
                let model = scene.at(Language::English, width, height);
                let shown = lines(&drawn(&model)).join("\n");
                let _ = writeln!(text, "== {}\n{}", scene.name, shown.trim_end());
            }
        }
        insta::assert_snapshot!(format!("english_{width}x{height}"), text);
    }
}

/// What each role looks like in each theme, in true colour and in sixteen: what
/// the pictures of the themes were looked at for.
#[test]
fn the_themes_stay_as_they_were_looked_at() {
    let mut text = String::new();
    for theme in shipped::SHIPPED {
        for depth in [ColourDepth::True, ColourDepth::Sixteen] {
            let _ = writeln!(text, "== {} {depth:?}", theme.name);
            let theme = Theme::named(theme.name, None, depth).unwrap();
            for role in Role::ALL {
                let style = theme.style(*role);
                let colour = |colour: Option<Color>| match colour {
                    Some(Color::Rgb(..)) => colour.and_then(shown).unwrap().to_string(),
                    Some(colour) => colour.to_string(),
                    None => "-".to_owned(),
                };
                let _ = writeln!(
                    text,
                    "{:16} {} {} {:?}",
                    role.name(),
                    colour(style.fg),
                    colour(style.bg),
                    style.add_modifier
                );
            }
        }
    }
    insta::assert_snapshot!("themes", text);
}

/// Writes every scene in every theme and language, for a person to look at.
/// Does nothing unless `ZHIBAN_PICTURES` names a folder.
#[test]
fn pictures_for_a_person_to_look_at() {
    let Some(folder) = std::env::var_os("ZHIBAN_PICTURES") else {
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    let only = std::env::var("ZHIBAN_PICTURES_OF").unwrap_or_default();
    let themes = std::env::var("ZHIBAN_PICTURES_IN").unwrap_or_else(|_| "default".to_owned());
    for name in themes.split(',') {
        let theme = std::sync::Arc::new(Theme::named(name, None, ColourDepth::True).unwrap());
        for scene in scenes::all() {
            if !scene.name.contains(&only) {
                continue;
            }
            for language in Language::ALL {
                for (width, height) in SIZES {
                    let mut model = scene.at(language, width, height);
                    model.setup.theme = std::sync::Arc::clone(&theme);
                    let file = format!(
                        "{}_{}_{name}_{width}x{height}.cells.json",
                        scene.name,
                        language.tag()
                    );
                    std::fs::write(folder.join(file), cells(&with_cursor(&model))).unwrap();
                }
            }
        }
    }
}

/// A screen as `screen_png.py` takes it.
fn cells((buf, cursor): &(Buffer, Option<Position>)) -> String {
    let colour = |colour: Color| {
        shown(colour).map_or_else(
            || "default".to_owned(),
            |colour| colour.to_string().trim_start_matches('#').to_owned(),
        )
    };
    let rows: Vec<Vec<serde_json::Value>> = buf
        .area
        .rows()
        .map(|row| {
            let mut covered = 0;
            let mut told = Vec::new();
            for position in row.positions() {
                let cell = buf.cell(position).unwrap();
                if covered > 0 {
                    covered -= 1;
                    continue;
                }
                let wide = crate::text::width::display_width(cell.symbol()).max(1);
                covered = wide - 1;
                let flags: String = [
                    (Modifier::BOLD, 'b'),
                    (Modifier::UNDERLINED, 'u'),
                    (Modifier::REVERSED, 'r'),
                ]
                .into_iter()
                .filter(|(modifier, _)| cell.modifier.contains(*modifier))
                .map(|(_, flag)| flag)
                .collect();
                told.push(serde_json::json!([
                    position.x,
                    cell.symbol(),
                    wide,
                    colour(cell.fg),
                    colour(cell.bg),
                    flags
                ]));
            }
            told
        })
        .collect();
    let at = cursor.unwrap_or_default();
    serde_json::json!({
        "cols": buf.area.width, "rows": buf.area.height, "cells": rows,
        "cursor": [at.x, at.y, cursor.is_some()],
    })
    .to_string()
}
