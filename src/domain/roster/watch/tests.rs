//! "Who is on now" against a slow reference, and by table.

use super::*;
use crate::domain::ids::PersonId;
use crate::domain::roster::month::Month;
use crate::domain::roster::{Cut, Shift};
use crate::domain::time::Millis;
use crate::domain::unit::OfficerRef;
use uuid::Uuid;

/// Rosters that are made up; `ZHIBAN_ROSTER_SEED` walks elsewhere.
const ROSTERS: u64 = 100_000;
/// Moments that each is asked about.
const MOMENTS: u64 = 3;
const SEED: u64 = 0x20_26_11_27;
/// Steps of ten minutes, so that edges meet often.
const STEP_MS: i64 = 10 * 60_000;

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn moment(&mut self, steps: u64) -> Timestamp {
        let steps = i64::try_from(self.below(steps)).unwrap();
        midnight().saturating_add(Millis(steps * STEP_MS))
    }
}

fn seed() -> u64 {
    let asked = std::env::var("ZHIBAN_ROSTER_SEED").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(SEED)
}

fn day(number: u8) -> Date {
    Date::from_ymd(2026, 11, number).unwrap()
}

fn midnight() -> Timestamp {
    Timestamp::start_of(day(23))
}

fn id(number: u64) -> RecordId {
    RecordId::new(Uuid::from_u128(u128::from(number)))
}

fn person(number: u64) -> PersonRef {
    PersonRef {
        id: PersonId::new(Uuid::from_u128(u128::from(number))),
        name: String::new(),
    }
}

fn line(post: u64, who: u64) -> Rota {
    let month = Month::new(2026, 11).unwrap();
    Rota::empty(id(post), person(who), month)
}

fn shift(code: Code, from: Timestamp, until: Timestamp, layer: Layer) -> Shift {
    Shift {
        date: from.date(),
        code,
        starts: from,
        ends: until,
        layer,
        reason: String::new(),
        cut: None,
        checked_in: None,
    }
}

fn cut(from: Timestamp) -> Cut {
    Cut {
        from,
        by: OfficerRef {
            id: crate::domain::ids::OfficerId::new(Uuid::nil()),
            name: String::new(),
        },
        at: from,
        reason: String::new(),
    }
}

/// Two days of three posts and three people.
fn roster(dice: &mut Dice) -> Vec<Rota> {
    (0..=dice.below(4))
        .map(|_| {
            let mut rota = line(dice.below(3), dice.below(3));
            for _ in 0..=dice.below(3) {
                let from = dice.moment(200);
                let long = 1 + i64::try_from(dice.below(100)).unwrap();
                let until = from.saturating_add(Millis(long * STEP_MS));
                let code = Code::ALL[usize::try_from(dice.below(4)).unwrap()];
                let layer = match dice.below(3) {
                    0 => Layer::Override,
                    _ => Layer::Plan,
                };
                let mut made = shift(code, from, until, layer);
                if dice.below(4) == 0 {
                    made.cut = Some(Box::new(cut(dice.moment(300))));
                }
                rota.shifts.push(made);
            }
            rota
        })
        .collect()
}

/// Slow and plain: looks at every shift for every question, and knows nothing
/// of spans that were put together.
fn reference(rotas: &[Rota], at: Timestamp, wanted: [Code; 2]) -> Vec<(RecordId, PersonId)> {
    let mut found = Vec::new();
    for rota in rotas {
        let of_the_same = rotas.iter().filter(|other| other.person == rota.person);
        let assigned = of_the_same
            .flat_map(|other| &other.shifts)
            .any(|shift| shift.layer == Layer::Override && runs(shift, at));
        for shift in &rota.shifts {
            let pushed = assigned && shift.layer == Layer::Plan;
            if runs(shift, at) && !pushed && wanted.contains(&shift.code) {
                found.push((rota.post, rota.person.id));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn runs(shift: &Shift, at: Timestamp) -> bool {
    let taken_off = shift.cut.as_ref().is_some_and(|cut| at >= cut.from);
    at >= shift.starts && at < shift.ends && !taken_off
}

fn watch(rotas: &[Rota]) -> Watch {
    Watch::of((100..).map(id).zip(rotas))
}

fn told<'a>(stands: impl Iterator<Item = &'a Stand>) -> Vec<(RecordId, PersonId)> {
    let mut found: Vec<_> = stands.map(|stand| (stand.post, stand.person.id)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[test]
fn who_is_on_now_agrees_with_a_slow_reference_on_100_000_rosters() {
    let seed = seed();
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let (mut on, mut standby) = (0_usize, 0_usize);
    for nth in 0..ROSTERS {
        let rotas = roster(&mut dice);
        let watch = watch(&rotas);
        for _ in 0..MOMENTS {
            let at = dice.moment(320);
            let wanted = reference(&rotas, at, [Code::White, Code::Night]);
            let now = told(watch.on(at));
            assert_eq!(now, wanted, "seed {seed}, roster {nth}, {at}: {rotas:#?}");
            let wanted = reference(&rotas, at, [Code::Standby; 2]);
            let callable = told(watch.at(at).filter(|stand| stand.duty == Duty::Standby));
            assert_eq!(
                callable, wanted,
                "seed {seed}, roster {nth}, {at}: {rotas:#?}"
            );
            on += now.len();
            standby += callable.len();
        }
    }
    // The dice fall so that there is something to agree on.
    assert!(on > 50_000 && standby > 20_000, "{on} {standby}");
}

#[test]
fn gaps_are_where_a_slow_reference_finds_less_than_is_needed() {
    let seed = seed();
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let hours = CodeHours::default();
    let mut found = 0;
    for nth in 0..1_500 {
        let rotas = roster(&mut dice);
        let watch = watch(&rotas);
        let needs = Needs {
            day: Need::ALL[usize::try_from(dice.below(3)).unwrap()],
            night: Need::ALL[usize::try_from(dice.below(3)).unwrap()],
        };
        let now = dice.moment(100);
        let post = id(dice.below(3));
        let gaps = watch.gaps(post, needs, &hours, (day(23), day(24)), now);
        let mut at = midnight();
        let end = Timestamp::start_of(day(25)).saturating_add(Millis(8 * 6 * STEP_MS));
        while at < end {
            let by_day = (8..20).contains(&at.civil().hour);
            // The night before the first day is nobody's question here.
            let asked = at >= now && at >= Timestamp::from_civil(day(23), 8, 0).unwrap();
            let need = if by_day { needs.day } else { needs.night };
            let here = |codes| {
                let on = reference(&rotas, at, codes);
                on.iter().any(|(there, _)| *there == post)
            };
            let has = if here([Code::White, Code::Night]) {
                Need::OnDuty
            } else if here([Code::Standby; 2]) {
                Need::Standby
            } else {
                Need::Nobody
            };
            let gap = gaps.iter().find(|gap| gap.span.holds(at));
            let wanted = (asked && has < need).then_some((need, has));
            let told = gap.map(|gap| (gap.need, gap.has));
            assert_eq!(
                told, wanted,
                "seed {seed}, roster {nth}, {at}: {gaps:?} {rotas:#?}"
            );
            found += usize::from(wanted.is_some());
            at = at.saturating_add(Millis(STEP_MS));
        }
    }
    assert!(found > 10_000, "{found}");
}

#[test]
fn a_night_is_one_shift_and_ends_to_the_minute() {
    let (from, until) = CodeHours::default().night.on(day(23));
    let mut rota = line(1, 1);
    rota.shifts
        .push(shift(Code::Night, from, until, Layer::Plan));
    let watch = watch(&[rota]);
    let at = |date, hour, minute| Timestamp::from_civil(day(date), hour, minute).unwrap();
    for (moment, on) in [
        (at(23, 19, 59), 0),
        (at(23, 20, 0), 1),
        (at(24, 0, 0), 1),
        (at(24, 7, 59), 1),
        (at(24, 8, 0), 0),
    ] {
        assert_eq!(watch.on(moment).count(), on, "{moment}");
    }
}

#[test]
fn an_assignment_elsewhere_pushes_the_plan_aside_for_its_time_only() {
    let (from, until) = CodeHours::default().night.on(day(23));
    let at = |hour| Timestamp::from_civil(day(24), hour, 0).unwrap();
    let mut own = line(1, 1);
    own.shifts
        .push(shift(Code::Night, from, until, Layer::Plan));
    let mut other = line(2, 1);
    other
        .shifts
        .push(shift(Code::Night, at(2), at(6), Layer::Override));
    let watch = watch(&[own, other]);
    for (moment, post) in [(at(1), 1), (at(2), 2), (at(5), 2), (at(6), 1)] {
        let on: Vec<_> = watch.on(moment).map(|stand| stand.post).collect();
        assert_eq!(on, [id(post)], "{moment}");
    }
}

#[test]
fn leave_over_the_plan_makes_a_gap_and_standby_fills_only_what_asks_for_it() {
    let hours = CodeHours::default();
    let (from, until) = hours.night.on(day(23));
    let mut rota = line(1, 1);
    rota.shifts
        .push(shift(Code::Night, from, until, Layer::Plan));
    rota.shifts
        .push(shift(Code::Rest, from, until, Layer::Override));
    let mut beside = line(1, 2);
    beside
        .shifts
        .push(shift(Code::Standby, from, until, Layer::Plan));
    let watch = watch(&[rota, beside]);
    let gaps = |night| {
        let day_need = Need::Nobody;
        let needs = Needs {
            day: day_need,
            night,
        };
        watch.gaps(id(1), needs, &hours, (day(23), day(23)), from)
    };
    assert_eq!(gaps(Need::Standby), []);
    let [gap] = gaps(Need::OnDuty)[..] else {
        panic!("one gap");
    };
    assert_eq!((gap.span, gap.has), (Span { from, until }, Need::Standby));
}
