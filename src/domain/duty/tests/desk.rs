use super::super::line::{Befell, LineKind, Warned};
use super::super::shift::DutyShift;
use super::super::verb::VERBS;
use super::*;
use crate::domain::extra::Extra;
use crate::domain::officer::{ROLES, Reach};
use crate::domain::record::Body;
use crate::domain::warning::{Subject, Why, rules};

fn shift(changes: &[Change]) -> &DutyShift {
    let found = changes.iter().find_map(|change| match &change.record.body {
        Body::DutyShift(shift) => Some(shift.as_ref()),
        _ => None,
    });
    found.expect("a sign-on makes or changes a shift")
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_begins() {
    let policy = Policy::shipped();
    // 03:05 on the 23rd.
    let slot = night();
    assert_eq!(slot.day.to_string(), "2026-11-22");
    assert_eq!(slot.starts_at.hh_mm(), "20:00");
    assert_eq!(slot.ends_at.date().to_string(), "2026-11-23");
    let unit = unit(1).id;
    let evening = Slot::at(&policy, slot.starts_at).unwrap();
    assert_eq!(evening.id(unit), slot.id(unit));
    let next = slot.after(&policy).unwrap();
    assert_eq!(next.starts_at, slot.ends_at);
    assert_eq!(Slot::at(&policy, slot.ends_at), Some(next.clone()));
    assert_eq!(next.before(&policy), Some(slot.clone()));
    assert_ne!(next.id(unit), slot.id(unit));
    assert_ne!(slot.id(unit), slot.handover_id(unit));
    assert_ne!(slot.id(unit), slot.id(super::unit(2).id));
}

#[test]
fn two_sign_on_to_one_shift_and_the_log_tells_of_each() {
    let (first, second) = (duty(1), duty(2));
    let target = fresh(Kind::DutyShift, night().id(unit(1).id));
    let said = command(
        vec![target.clone()],
        sign_on(Sound::Silent, "李建军"),
        &first,
        minute(0),
    );
    let changes = at_centre(&[], &said, &first, Tail::EMPTY).unwrap();
    assert!(matches!(
        &changes[0].record.body,
        Body::LogLine(line) if matches!(line.what, LineKind::SignedOn { sound: Sound::Silent, .. })
            && line.place.is_some()
    ));
    let record = changes[1].record.clone();
    // The second one did not see the first, and names no leader.
    let said = command(vec![target], sign_on(Sound::Heard, ""), &second, minute(1));
    let both = at_centre(&[record], &said, &second, Tail::EMPTY).unwrap();
    let shift = shift(&both);
    assert_eq!(shift.leader, "李建军");
    let names: Vec<&str> = shift
        .officers
        .iter()
        .map(|on| on.officer.name.as_str())
        .collect();
    assert_eq!(names, ["值班1", "值班2"]);
    // Once more, after the sound was mended: still one line of the roll.
    let record = both[1].record.clone();
    let mended = command(
        vec![Target::seen(&record)],
        sign_on(Sound::Heard, ""),
        &first,
        minute(2),
    );
    let again = at_centre(&[record], &mended, &first, Tail::EMPTY).unwrap();
    let shift = self::shift(&again);
    assert_eq!(shift.officers.len(), 2);
    assert_eq!(
        (shift.officers[0].sound, shift.officers[0].at),
        (Sound::Heard, minute(0))
    );
}

#[test]
fn a_line_needs_words_and_one_that_is_there_is_never_written_over() {
    let author = duty(1);
    let target = fresh(Kind::LogLine, id(7));
    let add = |act: Act, records: &[Record]| {
        let said = command(vec![target.clone()], act, &author, minute(0));
        at_centre(records, &said, &author, Tail::EMPTY)
    };
    assert!(matches!(add(note("  "), &[]), Err(Refusal::Empty { .. })));
    let line = add(note("巡查完毕"), &[]).unwrap().remove(0).record;
    assert_eq!(add(note("另一句"), &[line]), Err(Refusal::Exists));
    // Another centre's log is not one's own.
    let town = officer(20, 2, Role::DutyOfficer, "420607101");
    let said = command(vec![target.clone()], note("越位"), &town, minute(0));
    assert_eq!(
        at_centre(&[], &said, &town, Tail::EMPTY),
        Err(Refusal::AreaOutside)
    );
}

/// Who may do what at the desk, as people read it.
#[test]
fn the_desk_is_the_duty_officers_and_the_leaders() {
    for role in ROLES {
        let at_the_desk = matches!(role, Role::DutyOfficer | Role::Leader);
        for verb in VERBS {
            let expected = if at_the_desk {
                Reach::OwnWork
            } else {
                Reach::Nowhere
            };
            assert_eq!(verb.reach(role), expected, "{role:?} {verb}");
        }
        let author = officer(3, 1, role, "420607");
        let said = command(
            vec![fresh(Kind::LogLine, id(7))],
            note("试一句"),
            &author,
            minute(0),
        );
        let taken = at_centre(&[], &said, &author, Tail::EMPTY).is_ok();
        assert_eq!(taken, at_the_desk, "{role:?}");
    }
}

/// What befell a warning only the centre's rules tell: whoever else could would
/// say in their name what never was. The event has no words of it.
#[test]
fn what_befell_a_warning_nobody_writes_but_the_rules() {
    let place = "双沟老街";
    let by_rule = Officer {
        id: rules::account(),
        name: String::new(),
        ..duty(1)
    };
    let told = Act::LogAdd(Box::new(LogAdd {
        area: area("420607"),
        what: Told::Warned(Box::new(Warned {
            warning: id(0xA1),
            befell: Befell::Raised,
            rank: Rank::Urgent,
            subject: Subject::Place {
                place: place.into(),
            },
            why: Why::People {
                count: 60,
                from: 50,
            },
            by: by_rule.reference(),
            extra: Extra::new(),
        })),
        text: String::new(),
        by: Means::Program,
        about: None,
        corrects: None,
        keeps: None,
    }));
    let write = |author: &Officer| {
        let target = fresh(Kind::LogLine, id(0x77));
        let said = command(vec![target], told.clone(), author, minute(0));
        at_centre(&[], &said, author, Tail::EMPTY)
    };
    for author in [duty(1), leader()] {
        let refused = write(&author);
        assert!(
            matches!(refused, Err(Refusal::NotPermitted { .. })),
            "{refused:?}"
        );
    }
    let written = write(&by_rule).unwrap();
    let Body::LogLine(line) = &written[0].record.body else {
        panic!("{written:?}");
    };
    assert!(matches!(&line.what, LineKind::Warned(warned) if warned.befell == Befell::Raised));
    assert_eq!(line.place.unwrap().no, 1);
    let event = serde_json::to_string(&written[0].event).unwrap();
    assert!(!event.contains(place), "{event}");
}
