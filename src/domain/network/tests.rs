use super::availability::{Availability, Days, Hours, OnCall, Reachable, TimeOfDay};
use super::nearest::{Contact, Rung, Skill, nearest};
use crate::domain::area::AreaCode;
use crate::domain::codes::{Category, Tier};
use crate::domain::ids::{PersonId, UnitId};
use crate::domain::time::{Date, Timestamp};
use crate::domain::unit::{Person, PersonKind};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn time(text: &str) -> TimeOfDay {
    text.parse().unwrap()
}

fn hours(days: Days, from: &str, to: &str) -> Availability {
    Availability {
        hours: vec![Hours {
            days,
            from: time(from),
            to: time(to),
        }],
        ..Availability::default()
    }
}

#[test]
fn hours_cross_midnight_and_belong_to_the_day_they_start_on() {
    // 2026-11-27 is a Friday.
    let nights = hours(Days::Weekdays, "20:00", "06:00");
    for (now, wanted) in [
        ("2026-11-27T19:59:00+08:00", Reachable::OffHours),
        ("2026-11-27T20:00:00+08:00", Reachable::InHours),
        ("2026-11-28T05:59:00+08:00", Reachable::InHours),
        ("2026-11-28T06:00:00+08:00", Reachable::OffHours),
        // Saturday's night is none of theirs, and Sunday's morning neither.
        ("2026-11-28T21:00:00+08:00", Reachable::OffHours),
        ("2026-11-29T05:00:00+08:00", Reachable::OffHours),
        ("2026-11-30T05:00:00+08:00", Reachable::OffHours),
        ("2026-11-30T20:30:00+08:00", Reachable::InHours),
    ] {
        assert_eq!(nights.at(at(now)), wanted, "{now}");
    }
    let whole_day = hours(Days::Weekend, "00:00", "24:00");
    assert_eq!(
        whole_day.at(at("2026-11-28T23:59:00+08:00")),
        Reachable::InHours
    );
    assert_eq!(
        whole_day.at(at("2026-11-30T00:00:00+08:00")),
        Reachable::OffHours
    );
}

#[test]
fn a_week_on_call_comes_again_and_says_more_than_hours() {
    let mut both = hours(Days::Every, "09:00", "17:00");
    both.on_call = Some(OnCall {
        week_of: day("2026-11-25"),
        every_weeks: 3,
    });
    for (now, wanted) in [
        ("2026-11-23T03:00:00+08:00", Reachable::OnCall),
        ("2026-11-29T23:59:00+08:00", Reachable::OnCall),
        ("2026-11-30T03:00:00+08:00", Reachable::OffHours),
        ("2026-11-30T12:00:00+08:00", Reachable::InHours),
        ("2026-12-14T03:00:00+08:00", Reachable::OnCall),
        ("2026-11-02T03:00:00+08:00", Reachable::OnCall),
        ("2026-11-22T03:00:00+08:00", Reachable::OffHours),
    ] {
        assert_eq!(both.at(at(now)), wanted, "{now}");
    }
    assert_eq!(
        Availability::default().at(at("2026-11-23T03:00:00+08:00")),
        Reachable::Unknown
    );
}

#[test]
fn what_is_said_must_make_sense_and_round_trips() {
    let mut said = hours(Days::Weekdays, "8:30", "17:00");
    assert!(said.is_sound());
    let json = serde_json::to_string(&said).unwrap();
    assert!(json.contains("\"08:30\""), "{json}");
    assert_eq!(serde_json::from_str::<Availability>(&json).unwrap(), said);
    said.hours[0].to = said.hours[0].from;
    assert!(!said.is_sound());
    said = Availability {
        on_call: Some(OnCall {
            week_of: day("2026-11-25"),
            every_weeks: 0,
        }),
        ..Availability::default()
    };
    assert!(!said.is_sound());
    for wrong in ["24:01", "8", "08:60", "-1:00", "+8:00", "", "a:b"] {
        assert!(wrong.parse::<TimeOfDay>().is_err(), "{wrong}");
    }
}

struct Cast(Vec<(PersonId, AreaCode, Person)>);

impl Cast {
    fn add(&mut self, area: &str, name: &str, change: impl FnOnce(&mut Person)) {
        let unit = UnitId::new(uuid::Uuid::from_u128(1));
        let mut person = Person::named(name.to_owned(), unit, PersonKind::Mediator);
        change(&mut person);
        let id = PersonId::new(uuid::Uuid::from_u128(100 + self.0.len() as u128));
        self.0.push((id, area.parse().unwrap(), person));
    }

    fn contacts(&self) -> Vec<Contact<'_>> {
        self.0
            .iter()
            .map(|(id, area, person)| Contact {
                id: *id,
                area: *area,
                person,
            })
            .collect()
    }
}

#[test]
fn the_way_goes_up_and_neighbours_are_left_out() {
    let labour = Category::from_code("07").unwrap();
    let family = Category::from_code("0101").unwrap();
    let mut cast = Cast(Vec::new());
    cast.add("420607", "区里", |_| {});
    cast.add("420607101", "镇上", |_| {});
    cast.add("420607101", "镇上懂", |p| {
        p.specialities = vec![Category::from_code("01").unwrap()];
    });
    cast.add("420607102", "邻镇", |_| {});
    cast.add("420607101201", "村里", |_| {});
    cast.add("420607101202", "邻村", |_| {});
    cast.add("420607101201003", "组长", |_| {});
    cast.add("420607101201004", "邻组", |_| {});
    cast.add("420607101201003012", "户长", |p| {
        p.kind = PersonKind::AnchorHousehold;
    });
    cast.add("420607101201003012", "辅警", |p| {
        p.kind = PersonKind::AuxPolice;
    });
    let names = |area: &str, category| -> Vec<String> {
        nearest(
            &cast.contacts(),
            area.parse().unwrap(),
            category,
            at("2026-11-23T03:00:00+08:00"),
        )
        .into_iter()
        .map(|(contact, _)| contact.person.name.clone())
        .collect()
    };
    assert_eq!(
        names("420607101201003012", Some(family)),
        ["户长", "组长", "村里", "镇上懂", "镇上", "区里"]
    );
    // Nobody knows which group it is: all groups of the village may know.
    assert_eq!(
        names("420607101201", Some(labour)),
        ["户长", "组长", "邻组", "村里", "镇上", "镇上懂", "区里"]
    );
    assert_eq!(names("420607102", None), ["邻镇", "区里"]);
}

#[test]
fn on_one_rung_skill_comes_before_the_hour_and_the_hour_before_the_name() {
    let mut cast = Cast(Vec::new());
    let night = at("2026-11-23T03:00:00+08:00");
    let day = || hours(Days::Every, "08:00", "18:00");
    let always = || hours(Days::Every, "00:00", "24:00");
    cast.add("420607101", "甲", |p| p.availability = day());
    cast.add("420607101", "乙", |_| {});
    cast.add("420607101", "丙", |p| p.availability = always());
    cast.add("420607101", "丁", |p| {
        p.availability = day();
        p.specialities = vec![Category::from_code("01").unwrap()];
    });
    // A village's mediator who works at the town is the town's.
    cast.add("420607101201", "戊", |p| {
        p.tier = Some(Tier::Town);
        p.availability = always();
    });
    let found = nearest(
        &cast.contacts(),
        "420607101201".parse().unwrap(),
        Category::from_code("0102"),
        night,
    );
    let order: Vec<(&str, Rung, Skill, Reachable)> = found
        .iter()
        .map(|(contact, near)| {
            let name = contact.person.name.as_str();
            (name, near.rung, near.skill, near.reachable)
        })
        .collect();
    assert_eq!(
        order,
        [
            ("丁", Rung::Town, Skill::Own, Reachable::OffHours),
            ("丙", Rung::Town, Skill::General, Reachable::InHours),
            ("戊", Rung::Town, Skill::General, Reachable::InHours),
            ("乙", Rung::Town, Skill::General, Reachable::Unknown),
            ("甲", Rung::Town, Skill::General, Reachable::OffHours),
        ]
    );
}

#[test]
fn an_old_person_record_reads_and_writes_as_it_was() {
    let old = r#"{"name":"王秀梅","unit":"00000000-0000-0000-0000-000000000001","kind":"mediator","phone":"10012000000","nickname":"梅姐"}"#;
    let person: Person = serde_json::from_str(old).unwrap();
    assert_eq!(person.extra["nickname"], "梅姐");
    assert_eq!(serde_json::to_string(&person).unwrap(), old);
}
