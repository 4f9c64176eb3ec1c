//! Ordinary terminals, one by one: usable and aligned, or one line that says
//! why not; and sane afterwards.

use zhiban::text::width::{display_width, is_ambiguous};

use super::centre::Centre;
use super::term::{Answers, Kind, Term};

/// What an officer meets, from a new desktop to a serial line.
const TERMINALS: [&str; 7] = [
    "xterm-256color",
    "xterm",
    "screen-256color",
    "tmux-256color",
    "linux",
    "vt100",
    "vt220",
];

const ALL_ANSWERS: [Answers; 3] = [Answers::Polite, Answers::None, Answers::Wide];

/// The columns of the queue, by their headings.
const HEADINGS: [&str; 7] = ["级", "时限", "镇街", "类别", "事件", "状态", "承办"];

fn start(centre: &Centre, desk: &std::path::Path, kind: Kind<'_>, more: &[&str]) -> Term {
    let settings = desk.join("settings");
    let env = [("ZHIBAN_DATA", desk), ("ZHIBAN_CONFIG", settings.as_path())];
    let mut args = vec!["--service", centre.url.as_str()];
    args.extend_from_slice(more);
    Term::start_in(kind, &args, &env)
}

fn sign_in(term: &mut Term, centre: &Centre) {
    term.wait_for("口令");
    if !term.screen().contains(&centre.account) {
        term.send(&centre.account);
        term.send("\t");
    }
    term.send(&centre.password);
    term.wait_for("****");
    term.send("\r");
    term.wait_for("在线");
    term.wait("the marker of the list", |screen| screen.contains('>'));
}

/// A line as cells; behind a wide glyph stands nothing.
fn cells(line: &str) -> Vec<Option<char>> {
    let wide = |c: char| display_width(c.encode_utf8(&mut [0; 4])) == 2;
    line.chars()
        .flat_map(|c| std::iter::once(Some(c)).chain(wide(c).then_some(None)))
        .collect()
}

fn is_blank(cells: &[Option<char>], at: usize) -> bool {
    cells.get(at).is_none_or(|cell| *cell == Some(' '))
}

/// Whether every row of the queue has a blank before each column, and its
/// glyphs begin where the column does.
fn aligned(screen: &str) -> Result<(), String> {
    let lines: Vec<Vec<Option<char>>> = screen.lines().map(cells).collect();
    let head = lines
        .iter()
        .position(|line| line.get(1) == Some(&Some('级')))
        .ok_or("no headings")?;
    let mut starts = Vec::new();
    for heading in HEADINGS {
        let from = starts.last().map_or(0, |last| last + 1);
        let at = (from..80).find(|at| lines[head].get(*at) == Some(&heading.chars().next()));
        starts.push(at.ok_or(format!("no heading {heading}"))?);
    }
    let rows = lines[head + 1..]
        .iter()
        .take(22 - head - 1)
        .filter(|line| !is_blank(line, 1));
    let mut count = 0;
    for row in rows {
        count += 1;
        for start in &starts[1..] {
            let begins = matches!(row.get(*start), Some(Some(c)) if *c != ' ');
            if !is_blank(row, start - 1) || !begins {
                return Err(format!("row {count}, column {start}"));
            }
        }
    }
    if count < 10 {
        return Err(format!("{count} rows"));
    }
    Ok(())
}

fn assert_aligned(term: &Term, what: &str) {
    // A frame may come in parts; at its end the screen must be in order.
    term.wait(&format!("{what}: aligned columns"), |screen| {
        aligned(screen).is_ok()
    });
}

#[test]
fn what_is_not_aligned_is_found() {
    let head = " 级       时限    镇街     类别 事件                             状态   承办";
    let row = " ■红  未  超6分   古驿镇   婚姻 邱某与唐某夫妻争吵动手           待研判 —";
    let page = |row: &str| format!("{head}\n{}", format!("{row}\n").repeat(12));
    assert_eq!(aligned(&page(row)), Ok(()));
    for wrong in [
        row.replace("古驿镇  ", "古驿镇 "),
        row.replace("未  ", "未   "),
        format!(" {row}"),
    ] {
        assert!(aligned(&page(&wrong)).is_err(), "{wrong}");
    }
}

fn use_it(term: &mut Term, centre: &Centre, what: &str) {
    sign_in(term, centre);
    assert_aligned(term, what);
    // Down to the end of the page, over it and back: rows that the terminal
    // moves must be where rows that are drawn would be.
    let first = term.screen();
    for _ in 0..24 {
        term.send("j");
    }
    term.wait(what, |screen| {
        !screen
            .lines()
            .any(|line| first.contains(line) && line.starts_with('>'))
    });
    assert_aligned(term, what);
    term.send("\x12");
    term.send("o");
    term.wait_for("来源");
    term.send("\x1b");
    term.wait_for("按级别");
    assert_aligned(term, what);
    term.send("\x11");
    assert!(term.wait_for_end().success(), "{what}");
    term.assert_sane(what);
}

/// Whether a colour was ever asked for.
fn has_colours(bytes: &str) -> bool {
    bytes.split("\x1b[").skip(1).any(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';');
        let Some((parameters, last)) = end.map(|end| rest.split_at(end)) else {
            return false;
        };
        let colour = |number: &str| matches!(number.parse(), Ok(30..=38 | 40..=48 | 90..=107));
        last.starts_with('m') && parameters.split(';').any(colour)
    })
}

#[test]
fn every_ordinary_terminal_is_usable_and_aligned_and_sane_afterwards() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    for name in TERMINALS {
        for answers in ALL_ANSWERS {
            let what = format!("{name}, {answers:?}");
            let kind = Kind { name, answers };
            let mut term = start(&centre, desk.path(), kind, &[]);
            use_it(&mut term, &centre, &what);
            let bytes = String::from_utf8(term.bytes()).expect("UTF-8");
            if answers != Answers::Polite {
                // Nothing but the one sample that was asked about: what is
                // drawn is right, however wide such characters are here.
                let open = bytes.chars().filter(|c| is_ambiguous(*c)).count();
                assert_eq!(open, 1, "{what}: characters of open width");
            }
            assert_eq!(has_colours(&bytes), !name.starts_with("vt"), "{what}");
        }
    }
}

#[test]
fn a_terminal_that_cannot_show_it_is_told_so_in_one_line() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    for name in ["dumb", ""] {
        for answers in ALL_ANSWERS {
            let kind = Kind { name, answers };
            let mut term = start(&centre, desk.path(), kind, &[]);
            assert!(!term.wait_for_end().success(), "{name:?}");
            term.assert_sane(name);
            let screen = term.wait_for("--plain");
            let lines = screen.trim().replace('\n', "");
            assert!(lines.chars().count() < 160, "one line: {screen}");
            assert!(!term.bytes().contains(&0x1b), "no sequence: {screen}");
        }
    }
}

#[test]
fn profiles_are_chosen_by_name() {
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let kind = Kind {
        name: "xterm-256color",
        answers: Answers::Polite,
    };
    for (profile, thin, colours) in [
        ("mono", false, false),
        ("thin", true, true),
        ("mono,thin", true, false),
    ] {
        let mut term = start(&centre, desk.path(), kind, &["--profile", profile]);
        sign_in(&mut term, &centre);
        assert_aligned(&term, profile);
        term.wait(profile, |screen| screen.contains("窄线") == thin);
        let bytes = String::from_utf8(term.bytes()).expect("UTF-8");
        assert_eq!(has_colours(&bytes), colours, "{profile}");
        let before = term.bytes().len();
        let screen = term.screen();
        term.send("j");
        term.wait(profile, |now| now != screen);
        let cost = term.bytes().len() - before;
        // The hints may change with the record under the marker.
        assert!(cost < 330, "{profile}: {cost} bytes for a row");
        term.send("\x11");
        term.wait_for_end();
        term.assert_sane(profile);
    }
}
