//! Messy rosters, as counties keep them: night E22 in its first form.

use std::collections::{BTreeMap, BTreeSet};

use encoding_rs::GB18030;
use rust_xlsxwriter::{Format, Workbook};
use uuid::Uuid;

use super::plan::{Able, Ground, Known, Plan, plan};
use super::*;
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::record::Rev;
use crate::domain::roster::{PostKind, Rota, rota_id};
use crate::domain::unit::PersonRef;
use crate::exchange::grid::{self, Grid};

fn month() -> Month {
    "2026-12".parse().unwrap()
}

fn area(village: u128) -> AreaCode {
    let town = 100 + village / 200;
    format!("420607{town:03}{:03}", 200 + village % 200)
        .parse()
        .unwrap()
}

fn post(village: u128) -> Known {
    Known {
        id: RecordId::new(Uuid::from_u128(0xF000_0000 + village)),
        rev: Rev(1),
        name: format!("第{village}村"),
        kind: PostKind::Village,
        area: area(village),
    }
}

fn able(number: u128, name: &str, village: u128) -> Able {
    Able {
        person: PersonRef {
            id: PersonId::new(Uuid::from_u128(0xA000_0000 + number)),
            name: name.to_owned(),
        },
        area: area(village),
        phone: format!("100{number:08}"),
        place: format!("第{village}村"),
    }
}

/// Villages 0 to 9 with a person each; 王平 is in village 3 and in village 4.
fn ground() -> Ground {
    let names = [
        "李山", "陈立", "赵川", "王平", "王平", "周舟", "吴岚", "孙宁", "胡田", "朱谷",
    ];
    Ground {
        people: (0..)
            .zip(names)
            .map(|(at, name)| able(at, name, at))
            .collect(),
        posts: (0..10).map(post).collect(),
        rotas: BTreeMap::new(),
        usual: BTreeMap::new(),
    }
}

fn text(text: &str) -> Grid {
    grid::parse(text.as_bytes()).unwrap()
}

fn read(grid: &Grid) -> Paper {
    layout::read(grid, None).unwrap()
}

fn faults(written: &str) -> Vec<(String, Wrong)> {
    let found = match layout::read(&text(written), Some(month())) {
        Ok(paper) => plan(&paper, &ground(), &BTreeMap::new()).unwrap_err(),
        Err(found) => found,
    };
    found
        .into_iter()
        .map(|fault| (fault.spot.map(Spot::name).unwrap_or_default(), fault.what))
        .collect()
}

fn cells(line: &PaperLine) -> String {
    let cells: Vec<String> = line.days.iter().map(ToString::to_string).collect();
    cells.join(",").trim_end_matches(',').to_owned()
}

#[test]
fn names_down_and_days_down_say_the_same() {
    let across = read(&text(
        "２０２６年１２月排班表\n姓名,电话,1日,2日,3日\n李山,10000000000,白,夜,休\n陈立,10000000001,备,,白备\n",
    ));
    let down = read(&text(
        "2026年12月\n日期,李山,陈立\n电话,10000000000,10000000001\n１,白,备\n２,夜,\n３,休,白备\n",
    ));
    assert_eq!(across.month, month());
    assert_eq!(down.month, month());
    let say = |paper: &Paper| -> Vec<(String, String, String)> {
        let line = |line: &PaperLine| (line.name.clone(), line.phone.clone(), cells(line));
        paper.lines.iter().map(line).collect()
    };
    assert_eq!(say(&across), say(&down));
    assert_eq!(cells(&across.lines[1]), "S,,WS");
    let spots = |paper: &Paper| -> Vec<String> {
        paper.lines.iter().map(|line| line.spot.name()).collect()
    };
    assert_eq!(spots(&across), ["A3", "A4"]);
    assert_eq!(spots(&down), ["B2", "C2"]);
}

#[test]
fn what_is_wrong_is_said_with_its_cell_and_nothing_is_planned() {
    let head = "姓名,岗位,1,2,3\n";
    let of = |rows: &str| faults(&format!("{head}{rows}"));
    let at = |cell: &str, what: Wrong| vec![(cell.to_owned(), what)];
    let named = |name: &str| name.to_owned();
    assert_eq!(
        of("李山,,白,中,休\n"),
        at("D2", Wrong::NoCode { text: named("中") })
    );
    assert_eq!(of(",,白,夜,休\n"), at("A2", Wrong::Nameless));
    assert_eq!(
        of("钱多,,白,夜,休\n"),
        at(
            "A2",
            Wrong::Unknown {
                name: named("钱多")
            }
        )
    );
    assert_eq!(
        of("李山,九村,白,夜,休\n"),
        at(
            "A2",
            Wrong::NoPost {
                post: named("九村")
            }
        )
    );
    let first = Spot { row: 1, column: 0 };
    assert_eq!(
        of("李山,,白,夜,休\n李 山,,白,夜,休\n"),
        at(
            "A3",
            Wrong::Twice {
                name: named("李 山"),
                first
            }
        )
    );
    assert_eq!(of(""), at("", Wrong::NoLines));
    assert_eq!(faults("a,b\nc,d\n"), at("", Wrong::NoDays));
    assert_eq!(
        faults("甲,乙,1,2,3\n李山,,白,夜,休\n"),
        at("", Wrong::NoNames)
    );
    assert_eq!(
        faults("姓名,1,2,2,3\n李山,白,夜,休,休\n"),
        at("D1", Wrong::DoubleDay { day: 2 })
    );
    assert_eq!(
        faults("姓名,11.1,12.2,12.3\n李山,白,夜,休\n"),
        at("B1", Wrong::OtherMonth { month: month() })
    );
    let no_month = layout::read(&text("姓名,1,2,3\n李山,白,夜,休\n"), None);
    let no_month: Vec<Wrong> = no_month
        .unwrap_err()
        .into_iter()
        .map(|it| it.what)
        .collect();
    assert_eq!(no_month, [Wrong::NoMonth]);
    let february = "2026-02".parse().unwrap();
    let long = layout::read(&text("姓名,1,2,30\n李山,白,夜,休\n"), Some(february));
    assert_eq!(
        long.unwrap().faults[0].what,
        Wrong::NoDay { text: named("30") }
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once_in_the_order_of_the_file() {
    let found = faults("姓名,岗位,1,2,3\n钱多,,白,夜,休\n李山,,白,中,休\n");
    let cells: Vec<&str> = found.iter().map(|(cell, _)| cell.as_str()).collect();
    assert_eq!(cells, ["A2", "D3"], "{found:?}");
}

#[test]
fn a_column_of_posts_that_nobody_knows_is_one_fault() {
    let rows = "李山,第0村,白,夜,休\n李山,第1村,,,夜\n李山,第2村,,夜,\n";
    let unknown = faults(&format!("姓名,站点,1,2,3\n{rows}"));
    assert_eq!(unknown, [(String::new(), Wrong::NoPostColumn)]);
    let known = layout::read(&text(&format!("姓名,岗位,1,2,3\n{rows}")), Some(month()));
    assert_eq!(known.unwrap().posts, Posts::Named);
}

#[test]
fn a_number_goes_before_a_name_and_a_foreign_one_is_an_error() {
    let found = |row: &str| {
        let paper = read(&text(&format!("2026年12月\n姓名,电话,1,2,3\n{row}\n")));
        plan(&paper, &ground(), &BTreeMap::new())
    };
    // Of two called 王平 the telephone says which.
    let own = found("王平,１００-0000-0004,白,夜,休").unwrap();
    assert_eq!(own.lines[0].person, able(4, "王平", 4).person);
    let foreign = found("李山,10000000001,白,夜,休").unwrap_err();
    let (name, whose) = ("李山".to_owned(), "陈立".to_owned());
    assert_eq!(foreign[0].what, Wrong::Other { name, whose });
}

#[test]
fn namesakes_are_asked_about_unless_the_post_tells_them_apart() {
    let paper = read(&text("2026年12月\n姓名,1,2,3\n王平,白,夜,休\n"));
    let asked = plan(&paper, &ground(), &BTreeMap::new()).unwrap_err();
    let Wrong::Namesakes { are, .. } = &asked[0].what else {
        panic!("{asked:?}");
    };
    assert_eq!(are.len(), 2);
    let chosen = BTreeMap::from([(paper.lines[0].spot, are[1].id)]);
    let answered = plan(&paper, &ground(), &chosen).unwrap();
    assert_eq!(answered.lines[0].person.id, are[1].id);
    let by_post = read(&text("2026年12月\n姓名,村,1,2,3\n王平,第3村,白,夜,休\n"));
    let told = plan(&by_post, &ground(), &BTreeMap::new()).unwrap();
    assert_eq!(told.lines[0].person.id, are[0].id);
}

#[test]
fn titles_weekdays_totals_and_notes_are_no_lines() {
    let paper = read(&text(
        "襄州区辅警排班表,,,,\n2026年12月,,,,\n姓名,岗位,12月1日,12月2日,12月3日\n,,二,三,四\n\
         李山,第0村,白,夜,休\n合计,,1,1,1\n说明:白班 8:00-20:00,,,,\n制表,,,,\n",
    ));
    let names: Vec<&str> = paper.lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names, ["李山"]);
}

/// 415 people in a workbook with merged cells, full-width figures and two
/// namesakes, and the same as an older program's text with commas.
mod e22 {
    use super::*;
    use std::fmt::Write as _;
    use std::time::{Duration, Instant};

    const PEOPLE: u128 = 415;
    const CODES: [&str; 5] = ["白", "夜", "休", "备", "白备"];
    const READ_MS_MAX: u64 = 5_000;

    fn name(at: u128) -> String {
        // Two share a name; the post tells them apart.
        let at = if at == 17 { 16 } else { at };
        let given = ["承川", "启舟", "书岚", "景宁", "思和"];
        let family: Vec<char> = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗".chars().collect();
        let own = family[usize::try_from(at % 20).unwrap()];
        format!(
            "{own}{}{}",
            given[usize::try_from(at / 20 % 5).unwrap()],
            at / 100
        )
    }

    fn code(at: u128, day: u128) -> &'static str {
        CODES[usize::try_from((at * 7 + day * 3) % 5).unwrap()]
    }

    fn wide(text: &str) -> String {
        let widen = |digit: char| char::from_u32(u32::from(digit) + 0xFEE0).unwrap_or(digit);
        text.chars()
            .map(|it| if it.is_ascii_digit() { widen(it) } else { it })
            .collect()
    }

    fn workbook() -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let plain = Format::new();
        sheet
            .merge_range(0, 0, 0, 33, &wide("襄州区2026年12月辅警排班表"), &plain)
            .unwrap();
        for (column, head) in (0..).zip(["序号", "村", "姓名"]) {
            sheet
                .merge_range(1, column, 2, column, head, &plain)
                .unwrap();
        }
        for day in 1..=31_u16 {
            sheet.write(1, day + 2, wide(&day.to_string())).unwrap();
            sheet.write(2, day + 2, "周").unwrap();
        }
        for at in 0..PEOPLE {
            let row = u32::try_from(at).unwrap() + 3;
            sheet.write(row, 0, u32::try_from(at).unwrap()).unwrap();
            sheet.write(row, 1, post(at).name).unwrap();
            sheet.write(row, 2, name(at)).unwrap();
            for day in 1..=31_u16 {
                let says = code(at, u128::from(day));
                // Two days of the same in one cell.
                if at == 5 && day == 10 {
                    sheet.merge_range(row, 12, row, 13, "夜", &plain).unwrap();
                } else if !(at == 5 && day == 11) {
                    sheet.write(row, day + 2, says).unwrap();
                }
            }
        }
        let last = u32::try_from(PEOPLE).unwrap() + 3;
        sheet.write(last, 0, "合计").unwrap();
        sheet
            .write(last + 1, 1, "说明：白班 8:00-20:00，夜班 20:00-8:00")
            .unwrap();
        book.save_to_buffer().unwrap()
    }

    fn comma() -> Vec<u8> {
        let mut text = String::from("2026年12月,,\r\n序号,村,姓名");
        for day in 1..=31 {
            write!(text, ",{day}日").unwrap();
        }
        for at in 0..PEOPLE {
            write!(text, "\r\n{at},{},{}", post(at).name, name(at)).unwrap();
            for day in 1..=31 {
                let merged = at == 5 && (day == 10 || day == 11);
                text.push(',');
                text.push_str(if merged { "夜" } else { code(at, day) });
            }
        }
        let (bytes, _, _) = GB18030.encode(&text);
        bytes.into_owned()
    }

    fn ground() -> Ground {
        let people: Vec<Able> = (0..PEOPLE).map(|at| able(at, &name(at), at)).collect();
        Ground {
            people,
            posts: (0..PEOPLE).map(post).collect(),
            ..Ground::default()
        }
    }

    fn planned(bytes: &[u8]) -> Plan {
        let paper = read(&grid::parse(bytes).unwrap());
        plan(&paper, &ground(), &BTreeMap::new()).unwrap()
    }

    #[test]
    fn e22_a_messy_workbook_and_its_gbk_twin_are_read_whole_in_five_seconds() {
        let (book, comma) = (workbook(), comma());
        let begun = Instant::now();
        let from_book = planned(&book);
        let took = begun.elapsed();
        assert!(took < Duration::from_millis(READ_MS_MAX), "{took:?}");
        let from_text = planned(&comma);
        let says = |plan: &Plan| -> Vec<_> {
            let line = |line: &plan::Planned| (line.person.id, line.post, line.days.clone());
            plan.lines.iter().map(line).collect()
        };
        assert_eq!(says(&from_book), says(&from_text));
        let mut right = 0_u128;
        for (at, line) in (0..).zip(&from_book.lines) {
            assert_eq!(line.person, able(at, &name(at), at).person);
            assert_eq!(line.post, post(at).id);
            for edit in &line.days {
                let merged = at == 5 && (edit.day == 10 || edit.day == 11);
                let wanted = if merged {
                    "夜"
                } else {
                    code(at, u128::from(edit.day))
                };
                right += u128::from(words::words().cell(wanted) == Some(edit.to));
            }
        }
        // Every cell is right, and nobody is nameless.
        assert_eq!(right, PEOPLE * 31);
        println!("415 people, {right} cells, {took:?}");
    }

    #[test]
    fn e22_the_acts_name_every_line_once_and_stay_within_what_a_command_may_name() {
        let plan = planned(&comma());
        let import = crate::domain::ids::CommandId::new(Uuid::from_u128(9));
        let acts = plan.acts(&ground(), import, "12月.csv");
        let mut lines = BTreeSet::new();
        for (targets, act) in &acts {
            assert!(targets.len() <= crate::wire::command::TARGETS_MAX);
            let size = serde_json::to_vec(&(targets, act)).unwrap().len();
            assert!(size < crate::wire::command::PUSH_BYTES_MAX / 2, "{size}");
            let crate::domain::roster::act::Act::RosterImport(args) = act else {
                panic!("{act:?}");
            };
            for line in &args.lines {
                assert!(lines.insert(rota_id(line.post, line.person, args.month)));
            }
        }
        assert_eq!(lines.len(), 415);
    }
}

#[test]
fn a_line_that_says_what_the_roster_says_is_left_alone() {
    let paper = read(&text("2026年12月\n姓名,1,2,3\n李山,,,\n陈立,白,,\n"));
    let first = plan(&paper, &ground(), &BTreeMap::new()).unwrap();
    assert_eq!((first.lines.len(), first.same, first.cells()), (1, 1, 1));
    let (person, at) = (able(0, "李山", 0).person, post(0).id);
    let id = rota_id(at, person.id, month());
    let mut there = ground();
    there
        .rotas
        .insert(id, (Rev(1), Rota::empty(at, person, month())));
    let again = plan(&paper, &there, &BTreeMap::new()).unwrap();
    assert_eq!(again.same, 1);
}
