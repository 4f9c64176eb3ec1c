//! The screens as pictures that keep their styles.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::render;
use crate::tui::app::model::Model;
use crate::tui::app::testing::{desk, evening, gate, press, shown};
use crate::tui::widgets::dump::styled_with_cursor;

fn picture(model: &Model) -> String {
    let area = Rect::new(0, 0, model.size.width, model.size.height);
    let mut buf = Buffer::empty(area);
    let cursor = render(model, area, &mut buf);
    styled_with_cursor(&buf, cursor)
}

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

fn hold(name: &str, make: impl Fn(u16, u16) -> Model) {
    for (width, height) in SIZES {
        let model = make(width, height);
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), picture(&model));
    }
}

fn with_detail(mut model: Model) -> Model {
    use crate::tui::app::effect::WantedFor;
    let rows = evening();
    crate::tui::app::update::update(
        &mut model,
        crate::tui::app::message::Message::Shown {
            id: rows[0].id,
            wanted: WantedFor::Detail,
            shown: Some(Box::new(shown(&rows[0]))),
        },
    );
    model
}

#[test]
fn sign_in() {
    hold("sign_in", gate);
}

#[test]
fn queue() {
    hold("queue", desk);
}

/// The boards beside the queue, the search, and the big screen with a red that
/// interrupts it.
#[test]
fn boards() {
    use super::scenes;
    use crate::i18n::Language;
    const BOARDS: [&str; 15] = [
        "roster",
        "roster-strip",
        "roster-card",
        "network",
        "network-reveal",
        "log",
        "handover-draft",
        "handover-taking",
        "search",
        "search-case",
        "search-warning",
        "search-line",
        "wall-held",
        "wall-incidents",
        "wall-warnings",
    ];
    let mut held = 0;
    for scene in scenes::all() {
        if BOARDS.contains(&scene.name.as_str()) {
            held += 1;
            let name = scene.name.replace('-', "_");
            hold(&name, |width, height| {
                scene.at(Language::Chinese, width, height)
            });
        }
    }
    assert_eq!(held, BOARDS.len(), "a board has lost its scene");
}

#[test]
fn detail() {
    hold("detail", |width, height| {
        let mut model = desk(width, height);
        press(&mut model, "o");
        with_detail(model)
    });
}

/// The first row opened, with people in it.
fn with_people(width: u16, height: u16) -> Model {
    use crate::tui::app::effect::WantedFor;
    use crate::tui::app::message::Message;
    use crate::tui::app::testing::shown_with_people;
    let mut model = desk(width, height);
    press(&mut model, "o");
    let row = &evening()[0];
    let opened = Message::Shown {
        id: row.id,
        wanted: WantedFor::Detail,
        shown: Some(Box::new(shown_with_people(row))),
    };
    crate::tui::app::update::update(&mut model, opened);
    model
}

#[test]
fn reveal() {
    hold("reveal", |width, height| {
        let mut model = with_people(width, height);
        press(&mut model, "p");
        model
    });
}

#[test]
fn revealed() {
    use crate::domain::time::Millis;
    use crate::tui::app::effect::Origin;
    use crate::tui::app::message::{Done, Message};
    hold("revealed", |width, height| {
        let mut model = with_people(width, height);
        press(&mut model, "p");
        press(&mut model, "核对监护人并回电");
        press(&mut model, "<ctrl-s>");
        let number = model.desk.as_ref().unwrap().dialogs_opened;
        let counts = model.desk.as_ref().unwrap().counts;
        let stored = Message::Submitted {
            origin: Origin::Dialog(number),
            result: Ok(Box::new(Done {
                verb: crate::domain::incident::verb::Verb::Reveal.into(),
                shown: Vec::new(),
                counts,
            })),
        };
        crate::tui::app::update::update(&mut model, stored);
        model.now = model.now.saturating_add(Millis(18_000));
        crate::tui::app::update::update(&mut model, Message::Tick);
        model
    });
}

#[test]
fn form() {
    hold("form", |width, height| {
        let mut model = desk(width, height);
        press(&mut model, "<f2>");
        model
    });
}

#[test]
fn assign() {
    hold("assign", |width, height| {
        let mut model = desk(width, height);
        press(&mut model, "d");
        model
    });
}

#[test]
fn outbox() {
    hold("outbox", |width, height| {
        let mut model = desk(width, height);
        press(&mut model, "O");
        crate::tui::app::update::update(
            &mut model,
            crate::tui::app::message::Message::Outbox(crate::tui::app::testing::outbox()),
        );
        model
    });
}

/// A raise that met a closing, on the first row.
fn with_conflict(width: u16, height: u16) -> Model {
    let mut model = desk(width, height);
    let desk = model.desk.as_mut().unwrap();
    desk.counts.conflicts = 1;
    let conflict = super::testing::conflict(&desk.officer);
    desk.queue.rows[0].1.incident.conflicts.push(conflict);
    model
}

#[test]
fn conflict() {
    hold("conflict_queue", with_conflict);
    hold("conflict_card", |width, height| {
        let mut model = with_conflict(width, height);
        press(&mut model, "C");
        model
    });
}

/// A terminal on which characters of open width take two cells.
#[test]
fn wide() {
    let wide = |keys: &str| {
        let mut model = desk(80, 24);
        model.setup.ambiguous = crate::text::width::Ambiguous::Wide;
        press(&mut model, keys);
        model
    };
    insta::assert_snapshot!("wide_queue", picture(&wide("")));
    insta::assert_snapshot!("wide_detail", picture(&with_detail(wide("o"))));
    insta::assert_snapshot!("wide_assign", picture(&wide("d")));
}

#[test]
fn the_detail_says_when_it_happened() {
    use crate::tui::app::testing::at;
    let mut model = desk(80, 24);
    press(&mut model, "o");
    model = with_detail(model);
    assert!(!picture(&model).contains("发生时间"), "nothing is known");
    let detail = model.desk.as_mut().unwrap().detail.as_mut().unwrap();
    if let crate::domain::record::Body::Incident(incident) =
        &mut detail.shown.as_mut().unwrap().record.body
    {
        incident.occurred_at = Some(at("22:50"));
    }
    assert!(picture(&model).contains("发生时间 22:50"));
}

/// What happened, why, what is safe and what to do: all of it on the smallest
/// screen.
#[test]
fn a_desk_that_must_be_enrolled_anew_says_all_of_it() {
    use crate::i18n::t;
    use crate::sync::status::{Needs, Status};
    use crate::tui::app::message::Message;
    let mut model = desk(80, 24);
    let status = Status {
        needs: Needs::Enrol,
        ..Status::default()
    };
    crate::tui::app::update::update(&mut model, Message::Sync(status));
    let area = Rect::new(0, 0, 80, 24);
    let mut buf = Buffer::empty(area);
    render(&model, area, &mut buf);
    // A line goes on in the next row of the box.
    let inside = |row: u16| -> String {
        let cells = (0..80).map(|column| buf[(column, row)].symbol());
        let text: String = cells.collect();
        let mut parts = text.split('│');
        let (_, inside) = (parts.next(), parts.next());
        inside.unwrap_or_default().replace(' ', "")
    };
    let shown: String = (0..24).map(inside).collect();
    for words in [
        t!("dialog.enrol-what"),
        t!("dialog.enrol-why"),
        t!("dialog.enrol-kept"),
        t!("dialog.enrol-do"),
    ] {
        assert!(shown.contains(&words.replace(' ', "")), "{words}: {shown}");
    }
    let frame: String = (0..24)
        .flat_map(|row| (0..80).map(move |column| (column, row)))
        .map(|at| buf[at].symbol())
        .collect();
    let needs = t!("status.needs.enrol").replace(' ', "");
    assert!(frame.replace(' ', "").contains(&needs), "{frame}");
}

#[test]
fn lock_shows_counts_and_no_content() {
    let mut model = desk(80, 24);
    press(&mut model, "<f12>");
    let shown = picture(&model);
    assert!(shown.contains("未知悉"));
    for row in evening() {
        assert!(!shown.contains(&row.incident.title), "{shown}");
    }
}

#[test]
fn what_goes_on_in_help_stays_under_its_sentence() {
    let mut model = desk(80, 24);
    press(&mut model, "?");
    let page = picture(&model);
    let lines: Vec<&str> = page.lines().filter(|line| line.contains('│')).collect();
    assert!(lines.iter().any(|line| line.contains("现在不能")), "{page}");
    for line in lines {
        let inner = line.split('│').nth(1).unwrap_or_default();
        let keys: String = inner.chars().take(20).collect();
        // A line without keys is a heading or the rest of a sentence.
        let rest = inner.trim();
        assert!(
            !keys.contains('）') && !keys.contains('录'),
            "`{rest}` runs into the keys:\n{page}"
        );
    }
}

/// The text of a screen, row by row, without what is blank at its end.
fn rows(model: &Model) -> Vec<String> {
    let area = Rect::new(0, 0, model.size.width, model.size.height);
    let mut buf = Buffer::empty(area);
    render(model, area, &mut buf);
    crate::tui::widgets::dump::lines(&buf)
}

#[test]
fn a_list_leaves_the_names_of_the_fields_free() {
    use crate::tui::app::form::Slot;
    for (width, height) in SIZES {
        let mut model = desk(width, height);
        press(&mut model, "<f2>");
        press(&mut model, &"<tab>".repeat(8));
        press(&mut model, "<enter>");
        let text = rows(&model).join("\n");
        for slot in [
            Slot::SourcePhone,
            Slot::PartyFirst,
            Slot::Category,
            Slot::Title,
        ] {
            assert!(text.contains(&slot.label()), "{}:\n{text}", slot.label());
        }
    }
}

#[test]
fn a_wide_screen_has_the_timeline_beside_the_facts_and_a_narrow_one_under_them() {
    let title = "时间线";
    let at = |width, height| {
        let mut model = desk(width, height);
        press(&mut model, "o");
        let rows = rows(&with_detail(model));
        let row = rows.iter().position(|row| row.contains(title)).unwrap();
        let before: String = rows[row].split(title).next().unwrap().to_owned();
        (row, crate::text::width::display_width(&before))
    };
    let (row, column) = at(120, 40);
    assert_eq!((row, column), (2, 62), "in the first row of the right half");
    let (row, column) = at(80, 24);
    assert!(row > 10 && column == 1, "{row} {column}");
}

#[test]
fn a_new_incident_has_the_whole_width() {
    for (width, height) in SIZES {
        let mut model = desk(width, height);
        press(&mut model, "<f2>");
        let rows = rows(&model);
        let cells = crate::text::width::display_width(&rows[2]);
        assert_eq!(cells, usize::from(width), "{}", rows[2]);
        assert!(rows[2].ends_with('┐'), "{}", rows[2]);
    }
}

#[test]
fn help_says_what_a_key_would_do_also_where_it_does_not_now() {
    use crate::tui::keys::Action;
    let mut model = desk(80, 24);
    press(&mut model, "?");
    let text = rows(&model).join("").replace([' ', '│'], "");
    let sentence = Action::IncidentFinish.help();
    let sentence = sentence.trim_end_matches('。').replace(' ', "");
    assert!(text.contains(&sentence), "{text}");
    assert!(text.contains("现在不能"), "{text}");
}

#[test]
fn on_the_board_of_digits_0_stands_after_9() {
    let mut model = desk(80, 24);
    press(&mut model, ".");
    let text = rows(&model).join("\n");
    let place = |name: &str| text.rfind(name).unwrap();
    assert!(
        place("知悉") < place("验证") && place("验证") < place("驳回"),
        "{text}"
    );
}

/// The line about boards and centre, on a bad night at the narrowest screen of
/// the design.
#[test]
fn what_was_refused_or_waits_for_a_ruling_is_never_cut() {
    use crate::i18n::t;
    for language in crate::i18n::Language::ALL {
        for scene in super::scenes::all() {
            if !scene.name.starts_with("status-") || scene.name.ends_with("first-sync") {
                continue;
            }
            let line = rows(&scene.at(language, 80, 24)).swap_remove(1);
            for words in [t!("screen.refused", n = 2), t!("screen.conflicts", n = 1)] {
                assert!(line.contains(&*words), "{}: {line}", scene.name);
            }
        }
    }
}

#[test]
fn warnings() {
    use crate::tui::app::warning_rows_tests::{give, rows};
    for (name, keys) in [
        ("warnings", "2"),
        ("warnings_town", "2sjj"),
        ("warning_lift", "2jx"),
    ] {
        hold(name, |width, height| {
            let mut model = desk(width, height);
            give(&mut model, rows());
            press(&mut model, keys);
            model
        });
    }
}
