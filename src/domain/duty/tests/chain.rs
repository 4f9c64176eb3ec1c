use super::super::chain::{Anchors, ClosingCode, Fault, Tail, verify};
use super::super::line::{LineKind, LogLine, PhoneCall};
use super::*;
use crate::domain::entry::{Call, CallOutcome, Direction};
use crate::domain::extra::Extra;
use crate::domain::record::Body;

type Log = Vec<(RecordId, LogLine)>;

/// A night of so many lines, every third one a call.
fn log(lines: u64) -> (Log, ClosingCode) {
    let mut tail = Tail::EMPTY;
    let mut log = Vec::new();
    for no in 1..=lines {
        let mut act = note(&format!("第{no}件事"));
        if no % 3 == 0
            && let Act::LogAdd(args) = &mut act
        {
            args.what = Told::Call(Box::new(call(&format!("1001234{no:04}"))));
        }
        let author = duty(1);
        let new = fresh(Kind::LogLine, id(u128::from(no)));
        let command = command(vec![new], act, &author, minute(i64::try_from(no).unwrap()));
        let change = at_centre(&[], &command, &author, tail).unwrap().remove(0);
        let Body::LogLine(line) = change.record.body else {
            panic!("a line");
        };
        let place = line.place.unwrap();
        tail = Tail {
            no: place.no,
            link: place.link,
        };
        log.push((change.record.id, *line));
    }
    (log, ClosingCode::of(tail))
}

fn call(phone: &str) -> PhoneCall {
    PhoneCall {
        call: Call {
            direction: Direction::In,
            with: "石桥镇 周会计".into(),
            phone: phone.into(),
            outcome: CallOutcome::Answered,
        },
        at: minute(0),
        told: String::new(),
        instruction: "请镇里先到场".into(),
        call_back_by: None,
        salt: Uuid::from_u128(0x5A17).to_string(),
        mark: None,
        extra: Extra::new(),
    }
}

fn closed(code: &ClosingCode) -> Anchors {
    Anchors {
        opening: None,
        closing: Some(code.clone()),
    }
}

#[test]
fn a_log_as_the_centre_took_it_holds_with_and_without_its_numbers() {
    let (log, code) = log(12);
    assert_eq!(verify(&log, &closed(&code)), []);
    let masked: Log = log
        .iter()
        .map(|(id, line)| (*id, line.without_number()))
        .collect();
    assert!(masked[2].1.call().unwrap().call.phone.is_empty());
    assert_eq!(verify(&masked, &closed(&code)), []);
    // What waits has no place and proves nothing.
    let mut waiting = log.clone();
    let mut last = waiting[0].clone();
    last.1.place = None;
    waiting.push(last);
    assert_eq!(verify(&waiting, &closed(&code)), []);
}

#[test]
fn a_part_of_a_log_holds_between_two_papers() {
    let (log, code) = log(12);
    let opening = ClosingCode::of(Tail {
        no: 5,
        link: log[4].1.place.unwrap().link,
    });
    let part = log[5..].to_vec();
    let anchors = Anchors {
        opening: Some(opening.clone()),
        closing: Some(code),
    };
    assert_eq!(verify(&part, &anchors), []);
    assert_eq!(opening.to_string().parse(), Ok(opening));
    // Its first line is gone, or another log's.
    assert_eq!(
        verify(&part[1..], &anchors),
        [Fault::Missing { from: 6, to: 6 }]
    );
    assert_eq!(
        verify(&part, &Anchors::default()),
        [Fault::Missing { from: 1, to: 5 }]
    );
}

#[test]
fn each_kind_of_forgery_is_named_with_its_line() {
    let (log, code) = log(12);
    let forged = |change: fn(&mut Log)| {
        let mut log = log.clone();
        change(&mut log);
        verify(&log, &closed(&code))
    };
    let altered = |no| vec![Fault::Altered { no }];
    assert_eq!(forged(|log| log[4].1.text.push('。')), altered(5));
    assert_eq!(
        forged(|log| log[4].1.author.name = "别人".into()),
        altered(5)
    );
    assert_eq!(forged(|log| log[4].1.at = minute(0)), altered(5));
    assert_eq!(
        forged(|log| {
            let LineKind::Call(call) = &mut log[5].1.what else {
                panic!("the sixth is a call");
            };
            call.call.phone = "10012349999".into();
        }),
        altered(6)
    );
    // Made anew with a link of its own, so that only the next line tells.
    assert_eq!(
        forged(|log| {
            let (id, line) = &mut log[4];
            let place = line.place.unwrap();
            line.text = "没有这回事".into();
            let tail = Tail {
                no: place.no - 1,
                link: place.prev,
            };
            line.place = Some(tail.place(*id, line, place.received_at));
        }),
        altered(5)
    );
    assert_eq!(
        forged(|log| {
            log.remove(4);
        }),
        [Fault::Missing { from: 5, to: 5 }]
    );
    assert_eq!(
        forged(|log| {
            log.truncate(9);
        }),
        [Fault::Missing { from: 10, to: 12 }]
    );
    // The last line of another log.
    assert!(
        forged(|log| {
            let (id, line) = &mut log[11];
            let place = line.place.unwrap();
            line.text = "平安".into();
            let tail = Tail {
                no: 11,
                link: place.prev,
            };
            line.place = Some(tail.place(*id, line, place.received_at));
        })
        .contains(&Fault::OtherEnd { no: 12 })
    );
}

/// E21: a finished night, and a thousand random edits, deletions and
/// reorderings with an outside tool: each is found.
#[test]
fn e21_a_thousand_forgeries_are_all_found() {
    const SEED: u64 = 0x0E21;
    println!("seed {SEED}");
    let (log, code) = log(40);
    let mut dice = SEED;
    let mut roll = |below: usize| {
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).unwrap() % below
    };
    let text: Vec<String> = log
        .iter()
        .map(|line| serde_json::to_string(line).unwrap())
        .collect();
    let (mut tried, mut found) = (0, 0);
    while tried < 1_000 {
        let mut lines = text.clone();
        let at = roll(lines.len());
        match roll(3) {
            0 => {
                // One character of the file is another one.
                let mut signs: Vec<char> = lines[at].chars().collect();
                let place = roll(signs.len());
                let new = ['0', '9', 'a', '改', ' '][roll(5)];
                if signs[place] == new {
                    continue;
                }
                signs[place] = new;
                lines[at] = signs.into_iter().collect();
            }
            1 => {
                lines.remove(at);
            }
            _ => {
                let other = roll(lines.len());
                if other == at {
                    continue;
                }
                lines.swap(at, other);
            }
        }
        let read: Result<Log, _> = lines
            .iter()
            .map(|line| serde_json::from_str(line))
            .collect();
        // Another way to write the same line is no forgery.
        if read.as_ref().is_ok_and(|read| *read == log) {
            continue;
        }
        tried += 1;
        // What is no line any more is refused when the file is read.
        if read.is_err() || !verify(&read.unwrap(), &closed(&code)).is_empty() {
            found += 1;
        }
    }
    assert_eq!(found, tried);
}
