//! What a filled form says, as an act of the domain.

use super::dialog::Aim;
use super::form::{Form, Slot};
use super::party_line::{self, Unclear};
use super::steer_act;
use crate::domain::alarm::{RANKS, Rank};
use crate::domain::codes::{Category, Method, Scale};
use crate::domain::entry::{Call, CallOutcome, Direction};
use crate::domain::ids::RecordId;
use crate::domain::incident::act::{
    Accept, Acknowledge, Act, Amend, Answer, Assign, CallLogged, Edit, FinishWork, FollowUp,
    FollowUpOutcome, Grade, HolderId, Note, OnBehalf, Reason, Register, ReturnWork, Reveal,
    SnoozeUntil, Words,
};
use crate::domain::incident::verb::Verb;
use crate::domain::incident::{FourElements, Incident, Outcome, Source};
use crate::domain::time::{Date, Minutes, Timestamp};
use crate::i18n::t;

/// A field whose value cannot be read, and why.
pub type Unreadable = (Slot, String);

/// The act that a verb's form says. `entry` is the id of the entry that a note,
/// a call or a revealing makes.
pub fn read(
    verb: Verb,
    aim: &Aim,
    form: &Form,
    entry: RecordId,
    now: Timestamp,
) -> Result<Act, Unreadable> {
    let words = || Words {
        text: form.text(Slot::Words).to_owned(),
    };
    let reason = || Reason {
        reason: form.text(Slot::Reason).to_owned(),
    };
    Ok(match verb {
        Verb::Register | Verb::Acknowledge => Act::Acknowledge(acknowledge(&aim.incident)),
        Verb::Snooze => Act::Snooze(SnoozeUntil {
            until: until(form, now).ok_or_else(|| unreadable(Slot::Until))?,
            reason: form.text(Slot::Reason).to_owned(),
        }),
        Verb::Note => Act::Note(Note {
            entry,
            text: form.text(Slot::Text).to_owned(),
            corrects: None,
        }),
        Verb::Call => Act::Call(call(form, entry)),
        Verb::Reveal => Act::Reveal(Reveal {
            entry,
            reason: form.text(Slot::Reason).to_owned(),
        }),
        Verb::Amend => Act::Amend(Box::new(
            amend(form, &aim.incident)?
                .ok_or_else(|| (Slot::Title, t!("form.unchanged").into_owned()))?,
        )),
        Verb::Raise => Act::Raise(grade(form)?),
        Verb::Lower => Act::Lower(grade(form)?),
        Verb::Triage => Act::Triage(Box::new(steer_act::triage(form, &aim.incident, now)?)),
        Verb::Assign => Act::Assign(Box::new(assign(form, now)?)),
        Verb::Escalate => Act::Escalate(steer_act::escalate(form)?),
        Verb::HandDown => Act::HandDown(steer_act::hand_down(form, now)?),
        Verb::Copy => Act::Copy(steer_act::at_units(form, Slot::Copies, Slot::Words)),
        Verb::Read => steer_act::read(),
        Verb::Whistle => Act::Whistle(steer_act::at_units(form, Slot::Called, Slot::Text)),
        Verb::ReportIn => Act::ReportIn(steer_act::report_in(form)),
        Verb::RateWhistle => Act::RateWhistle(steer_act::rate(form)?),
        Verb::Supervise => Act::Supervise(steer_act::supervise(form)?),
        Verb::LiftSupervision => Act::LiftSupervision(reason()),
        Verb::AskExtension => Act::AskExtension(steer_act::ask_extension(form)?),
        Verb::GrantExtension => Act::GrantExtension(steer_act::grant(form, &aim.incident)?),
        Verb::RefuseExtension => Act::RefuseExtension(steer_act::refuse(form, &aim.incident)?),
        Verb::ReturnToPolice => Act::ReturnToPolice(steer_act::to_police(form)),
        Verb::Void => Act::Void(reason()),
        Verb::Merge => Act::Merge(steer_act::join(form)),
        Verb::Unmerge => Act::Unmerge(steer_act::join(form)),
        Verb::Link => Act::Link(steer_act::join(form)),
        Verb::Unlink => Act::Unlink(steer_act::join(form)),
        Verb::Accept => Act::Accept(Accept {
            on_behalf: behalf(form),
        }),
        Verb::Return => Act::Return(ReturnWork {
            reason: form.text(Slot::Reason).to_owned(),
            on_behalf: behalf(form),
        }),
        Verb::Recall => Act::Recall(reason()),
        Verb::Finish => Act::Finish(FinishWork {
            outcome: match form.code(Slot::Outcome) {
                Some("unresolved") => Outcome::Unresolved,
                Some(_) | None => Outcome::Resolved,
            },
            method: form.code(Slot::Method).and_then(Method::from_code),
            text: form.text(Slot::Text).to_owned(),
            on_behalf: behalf(form),
        }),
        Verb::Verify => Act::Verify(words()),
        Verb::SendBack => Act::SendBack(reason()),
        Verb::FollowUp => Act::FollowUp(FollowUp {
            outcome: match form.code(Slot::FollowUp) {
                Some("mostly-satisfied") => FollowUpOutcome::MostlySatisfied,
                Some("dissatisfied") => FollowUpOutcome::Dissatisfied,
                Some("not-reached") => FollowUpOutcome::NotReached,
                Some(_) | None => FollowUpOutcome::Satisfied,
            },
            text: form.text(Slot::Text).to_owned(),
        }),
        Verb::ProposeStrikeOff => Act::ProposeStrikeOff(words()),
        Verb::SignStrikeOff => Act::SignStrikeOff(words()),
        Verb::DeclineStrikeOff => Act::DeclineStrikeOff(reason()),
        Verb::Reopen => Act::Reopen(reason()),
        Verb::Settle => Act::Settle(
            super::conflict::ruling(aim, form, entry)
                .ok_or_else(|| unreadable(Slot::ConflictWay))?,
        ),
    })
}

/// Answers for the episode that the officer saw.
pub fn acknowledge(incident: &Incident) -> Acknowledge {
    Acknowledge {
        episode: incident.alarm.episode,
    }
}

/// The lines of a new incident's parties.
pub const PARTY_SLOTS: [Slot; 3] = [Slot::PartyFirst, Slot::PartySecond, Slot::PartyThird];

/// What registers a new incident; `None` until category and area are known.
pub fn register(form: &Form, now: Timestamp) -> Result<Option<Register>, Unreadable> {
    let category = form.code(Slot::Category).and_then(Category::from_code);
    let area = form.code(Slot::Area).and_then(|code| code.parse().ok());
    let (Some(category), Some(area)) = (category, area) else {
        return Ok(None);
    };
    let occurred_at = match form.text(Slot::OccurredAt) {
        "" => None,
        typed => Some(occurred(typed, now).ok_or_else(|| {
            (
                Slot::OccurredAt,
                t!("form.occurred-unreadable").into_owned(),
            )
        })?),
    };
    let channel = super::words::names::CHANNEL_NAMES
        .iter()
        .find(|(_, name)| Some(*name) == form.code(Slot::Channel))
        .map_or(
            crate::domain::incident::Channel::Telephone,
            |(channel, _)| *channel,
        );
    let mut register = Register {
        area,
        category,
        rank: rank(form).unwrap_or(Rank::Notice),
        title: form.text(Slot::Title).to_owned(),
        place: form.text(Slot::Place).to_owned(),
        summary: form.text(Slot::Summary).to_owned(),
        scale: form.code(Slot::Scale).and_then(Scale::from_code),
        people_count: form.text(Slot::PeopleCount).parse().ok(),
        occurred_at,
        source: Source {
            channel,
            name: form.text(Slot::SourceName).to_owned(),
            phone: form.text(Slot::SourcePhone).to_owned(),
        },
        parties: Vec::new(),
        sealed: Vec::new(),
        // Whoever writes it down has it in hand.
        answer: Answer::Author,
    };
    for slot in PARTY_SLOTS {
        match party_line::read(form.text(slot)) {
            Ok(None) => {}
            Ok(Some(line)) => party_line::add(&mut register, line),
            Err(Unclear::NameFirst) => {
                return Err((slot, t!("form.party-name-first").into_owned()));
            }
            Err(Unclear::Twice) => return Err((slot, t!("form.party-twice").into_owned())),
        }
    }
    Ok(Some(register))
}

/// A time in the past as people type it: `21:30` for the latest one, `11-22
/// 21:30` for a day of this year or the last.
pub fn occurred(typed: &str, now: Timestamp) -> Option<Timestamp> {
    let folded = spelt_out(typed);
    let mut parts = folded.split_whitespace();
    let (first, second) = (parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let (dates, clock_text) = match second {
        None => (vec![now.date(), now.date().saturating_add_days(-1)], first),
        Some(text) => {
            let (month, day) = first.split_once('-')?;
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            let year = now.date().year();
            let dates = [year, year - 1]
                .into_iter()
                .filter_map(|year| Date::from_ymd(year, month, day).ok())
                .collect();
            (dates, text)
        }
    };
    let (hour, minute) = clock(clock_text)?;
    dates
        .into_iter()
        .filter_map(|date| Timestamp::from_civil(date, hour, minute).ok())
        .find(|at| *at <= now)
}

/// What was typed, in the form with `:` and `-`: four digits are a time of day,
/// eight a day of the year before it, as a number pad types them.
fn spelt_out(typed: &str) -> String {
    let folded = crate::text::fold::fold_search(typed).into_owned();
    let digits = folded.bytes().all(|byte| byte.is_ascii_digit());
    let (day, clock) = match folded.len() {
        4 if digits => ("", folded.as_str()),
        8 if digits => folded.split_at(4),
        _ => return folded,
    };
    let (hour, minute) = clock.split_at(2);
    if day.is_empty() {
        return format!("{hour}:{minute}");
    }
    let (month, day) = day.split_at(2);
    format!("{month}-{day} {hour}:{minute}")
}

fn clock(text: &str) -> Option<(u8, u8)> {
    let (hour, minute) = text.split_once(':')?;
    Some((hour.parse().ok()?, minute.parse().ok()?))
}

/// The rank that the form says.
pub fn rank(form: &Form) -> Option<Rank> {
    let code = form.code(Slot::Rank)?;
    RANKS.into_iter().find(|rank| rank.to_string() == code)
}

/// The change from the incident to what the form says; `None` when they agree.
/// Fields that the form does not have stay.
pub fn amend(form: &Form, incident: &Incident) -> Result<Option<Amend>, Unreadable> {
    let text = |slot: Slot, from: &str| {
        form.field(slot)?;
        let to = form.text(slot);
        (to != from.trim()).then(|| Edit {
            from: from.to_owned(),
            to: to.to_owned(),
        })
    };
    let category = form
        .code(Slot::Category)
        .and_then(Category::from_code)
        .filter(|to| *to != incident.category)
        .map(|to| Edit {
            from: incident.category,
            to,
        });
    let scale = form
        .code(Slot::Scale)
        .and_then(Scale::from_code)
        .filter(|to| Some(*to) != incident.scale)
        .map(|to| Edit {
            from: incident.scale,
            to: Some(to),
        });
    let count = match form.text(Slot::PeopleCount) {
        "" => None,
        typed => Some(
            crate::text::fold::fold_search(typed)
                .trim()
                .parse::<u32>()
                .map_err(|_| unreadable(Slot::PeopleCount))?,
        ),
    };
    let people_count = (form.field(Slot::PeopleCount).is_some() && count != incident.people_count)
        .then_some(Edit {
            from: incident.people_count,
            to: count,
        });
    let elements = &incident.elements;
    let schedule = form.field(Slot::Schedule).and_then(|_| {
        let to = lines(form, Slot::Schedule);
        (to != elements.schedule).then(|| Edit {
            from: elements.schedule.clone(),
            to,
        })
    });
    let amend = Amend {
        title: text(Slot::Title, &incident.title),
        category,
        place: text(Slot::Place, &incident.place),
        summary: text(Slot::Summary, &incident.summary),
        scale,
        people_count,
        emergency: steer_act::emergency(form, incident),
        task: text(Slot::Task, &elements.task),
        schedule,
        path: text(Slot::Path, &elements.path),
        owner: text(Slot::Owner, &elements.owner),
    };
    Ok((amend != Amend::default()).then_some(amend))
}

fn grade(form: &Form) -> Result<Grade, Unreadable> {
    Ok(Grade {
        to: rank(form).ok_or_else(|| unreadable(Slot::Rank))?,
        reason: form.text(Slot::Reason).to_owned(),
    })
}

pub(super) fn assign(form: &Form, now: Timestamp) -> Result<Assign, Unreadable> {
    let holders = |slot: Slot| {
        form.picked(slot)
            .iter()
            .filter_map(|chosen| holder(&chosen.code))
            .collect::<Vec<_>>()
    };
    let due = match form.text(Slot::Due) {
        "" => None,
        typed => Some(due(typed, now).ok_or_else(|| unreadable(Slot::Due))?),
    };
    Ok(Assign {
        lead: holders(Slot::Lead)
            .first()
            .copied()
            .ok_or_else(|| unreadable(Slot::Lead))?,
        assist: holders(Slot::Assist),
        copies: holders(Slot::Copies),
        elements: FourElements {
            task: form.text(Slot::Task).to_owned(),
            schedule: lines(form, Slot::Schedule),
            path: form.text(Slot::Path).to_owned(),
            owner: form.text(Slot::Owner).to_owned(),
        },
        due,
        words: form.text(Slot::Words).to_owned(),
    })
}

fn call(form: &Form, entry: RecordId) -> CallLogged {
    CallLogged {
        entry,
        call: Call {
            direction: match form.code(Slot::Direction) {
                Some("in") => Direction::In,
                Some(_) | None => Direction::Out,
            },
            with: form.text(Slot::CallWith).to_owned(),
            phone: form.text(Slot::CallPhone).to_owned(),
            outcome: match form.code(Slot::CallOutcome) {
                Some("no-answer") => CallOutcome::NoAnswer,
                Some("busy") => CallOutcome::Busy,
                Some("dead-number") => CallOutcome::DeadNumber,
                Some(_) | None => CallOutcome::Answered,
            },
        },
        text: form.text(Slot::Text).to_owned(),
    }
}

pub(super) fn behalf(form: &Form) -> Option<OnBehalf> {
    form.field(Slot::BehalfOf)?;
    Some(OnBehalf {
        of: form.text(Slot::BehalfOf).to_owned(),
        by: form.text(Slot::BehalfBy).to_owned(),
    })
}

/// `unit` or `unit/person`.
pub(super) fn holder(code: &str) -> Option<HolderId> {
    let (unit, person) = match code.split_once('/') {
        Some((unit, person)) => (unit, Some(person.parse().ok()?)),
        None => (code, None),
    };
    Some(HolderId {
        unit: unit.parse().ok()?,
        person,
    })
}

fn until(form: &Form, now: Timestamp) -> Option<Timestamp> {
    let code = form.code(Slot::Until)?;
    if let Some(minutes) = code.strip_prefix('m') {
        return Some(now.saturating_add(Minutes(minutes.parse().ok()?)));
    }
    let millis = code.strip_prefix('t')?.parse().ok()?;
    Some(Timestamp::from_millis(millis))
}

/// A time as people type it: `18:00` for the next one, `12-01 18:00` for a day
/// of this year or the next, `12-01` for the end of that day.
pub fn due(typed: &str, now: Timestamp) -> Option<Timestamp> {
    let folded = spelt_out(typed);
    let mut parts = folded.split_whitespace();
    let (first, second) = (parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    if let (Some((hour, minute)), None) = (clock(first), second) {
        return super::banner::next_time(now, u16::from(hour) * 60 + u16::from(minute));
    }
    let (month, day) = first.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    [0, 1]
        .into_iter()
        .filter_map(|years| Date::from_ymd(now.date().year() + years, month, day).ok())
        .filter_map(|date| match second {
            None => Some(Timestamp::end_of(date)),
            Some(text) => {
                let (hour, minute) = clock(text)?;
                Timestamp::from_civil(date, hour, minute).ok()
            }
        })
        .find(|at| *at > now)
}

fn lines(form: &Form, slot: Slot) -> Vec<String> {
    form.text(slot)
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

pub(super) fn unreadable(slot: Slot) -> Unreadable {
    (slot, t!("form.unreadable").into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_occurrence_is_in_the_past() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-01-02T08:30:00+08:00");
        for (typed, read) in [
            ("08:30", Some("2026-01-02T08:30:00+08:00")),
            ("08:31", Some("2026-01-01T08:31:00+08:00")),
            ("２３：１５", Some("2026-01-01T23:15:00+08:00")),
            ("01-01 07:00", Some("2026-01-01T07:00:00+08:00")),
            ("12-31 22:10", Some("2025-12-31T22:10:00+08:00")),
            ("24:10", None),
            ("12-31", None),
            ("昨晚", None),
        ] {
            assert_eq!(occurred(typed, now), read.map(at), "{typed}");
        }
    }

    #[test]
    fn a_due_time_is_read_as_people_type_it() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-11-23T23:41:00+08:00");
        for (typed, read) in [
            ("23:50", Some("2026-11-23T23:50:00+08:00")),
            ("18:00", Some("2026-11-24T18:00:00+08:00")),
            ("１８：００", Some("2026-11-24T18:00:00+08:00")),
            ("12-01 18:00", Some("2026-12-01T18:00:00+08:00")),
            ("01-02 08:30", Some("2027-01-02T08:30:00+08:00")),
            ("12-01", Some("2026-12-01T23:59:59.999+08:00")),
            ("1800", Some("2026-11-24T18:00:00+08:00")),
            ("12011800", Some("2026-12-01T18:00:00+08:00")),
            ("2561", None),
            ("25:00", None),
            ("18", None),
            ("13-01", None),
            ("12-01 18:00 x", None),
        ] {
            assert_eq!(due(typed, now), read.map(at), "{typed}");
        }
    }
}
