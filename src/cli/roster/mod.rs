//! `zhiban roster …`

mod export;
mod import;
mod post;
mod view;

use super::args::{RosterCommand, RosterNowArgs, RosterShowArgs};
use super::desk::OpenDesk;
use super::exit::{Exit, Trouble};
use super::setting::Setting;
use super::{output, value};
use crate::domain::area::AreaCode;
use crate::domain::roster::code::Duty;
use crate::domain::roster::month::Month;
use crate::domain::roster::night::{Mark, coverage};
use crate::domain::roster::overview::{Overview, PostView};
use crate::domain::time::{Date, Timestamp};
use crate::i18n::t;
use crate::store::roster::{Roster, Shifts};
use crate::tui::app::words::{names, roster as words};

/// Shows or takes a roster.
pub fn run(setting: &Setting, command: &RosterCommand) -> Result<Exit, Trouble> {
    match command {
        RosterCommand::Now(args) => now(setting, args),
        RosterCommand::Show(args) => show(setting, args),
        RosterCommand::AddPost(args) => post::add(setting, args),
        RosterCommand::Import(args) => import::run(setting, args),
        RosterCommand::Export(args) => export::run(setting, args),
    }
}

/// The months that a question about this moment reads: a night of the last day
/// of a month runs into the next.
pub fn months_about(at: Timestamp) -> Vec<Month> {
    let month = Month::of(at.date());
    vec![month.before(), month, month.next()]
}

fn read(desk: &OpenDesk, at: Timestamp) -> Result<Roster, Trouble> {
    desk.store
        .roster(&months_about(at), Shifts::All)
        .wait()
        .map_err(|error| desk.store_trouble(error))
}

fn overview(desk: &OpenDesk, roster: &Roster, at: Timestamp, area: Option<AreaCode>) -> Overview {
    let (_, policy) = desk.store.policy();
    let posts = roster.posts.iter();
    let posts = posts.filter(|post| area.is_none_or(|area| area.contains(post.area)));
    let rotas = roster.rotas.iter();
    Overview::of(
        posts.map(|post| (post.id, post.area, &post.doc)),
        rotas.map(|line| (line.id, &line.doc)),
        &policy.roster,
        at,
    )
}

fn area(text: Option<&String>) -> Result<Option<AreaCode>, Trouble> {
    text.map(|text| value::area(text)).transpose()
}

fn now(setting: &Setting, args: &RosterNowArgs) -> Result<Exit, Trouble> {
    let area = area(args.area.as_ref())?;
    let asked = args.at.as_ref().map(|text| value::moment(text));
    let asked = asked.transpose()?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let at = asked.unwrap_or_else(|| desk.now());
    let roster = read(&desk, at)?;
    let overview = overview(&desk, &roster, at, area);
    if args.json {
        output::json(&view::Now::of(&overview, &roster))?;
        return Ok(Exit::Done);
    }
    let places = desk.store.places();
    let town = |post: &PostView| names::town(post.area, &places);
    for gap in overview.gaps_tonight() {
        if let Some(post) = overview.post(gap.post) {
            output::line(&format!(
                "{}  {} {}  {}  {}",
                words::mark(Mark::Gap),
                town(post),
                post.post.name,
                words::span(gap.span, at),
                words::need(gap.need),
            ))?;
        }
    }
    for duty in [Duty::On, Duty::Standby] {
        for stand in overview.now_as(duty) {
            let Some(post) = overview.post(stand.post) else {
                continue;
            };
            let phone = roster.phones.get(&stand.person.id);
            output::line(&format!(
                "{}  {} {}  {}  {}  {}",
                words::code(stand.shift.code),
                town(post),
                post.post.name,
                stand.person.name,
                words::span(stand.span, at),
                names::phone(phone.map_or("", String::as_str)),
            ))?;
        }
    }
    Ok(Exit::Done)
}

fn show(setting: &Setting, args: &RosterShowArgs) -> Result<Exit, Trouble> {
    let area = area(args.area.as_ref())?;
    let asked = args.night.as_ref().map(|text| {
        text.parse::<Date>()
            .map_err(|error| Trouble::usage(t!("cli.roster.date", value = text)).because(error))
    });
    let asked = asked.transpose()?;
    let desk = OpenDesk::open(setting)?.with_copy()?;
    let at = asked.map_or_else(|| desk.now(), Timestamp::start_of);
    let roster = read(&desk, at)?;
    let overview = overview(&desk, &roster, at, area);
    let night = asked.unwrap_or(overview.night);
    let (_, policy) = desk.store.policy();
    let marked: Vec<(&PostView, Mark)> = overview
        .posts
        .iter()
        .map(|post| {
            let (mark, _) = coverage(
                &overview.watch,
                (post.id, &post.post),
                night,
                &policy.roster,
            );
            (post, mark)
        })
        .collect();
    if args.json {
        output::json(&view::Night::of(night, &marked))?;
        return Ok(Exit::Done);
    }
    let places = desk.store.places();
    output::line(&t!("roster.night-of", date = night))?;
    let mut rest = marked.as_slice();
    while let Some((first, _)) = rest.first() {
        let town = first.area.town();
        let end = rest.partition_point(|(post, _)| post.area.town() == town);
        let (own, others) = rest.split_at(end);
        let strip: String = own.iter().map(|(_, mark)| words::mark(*mark)).collect();
        output::line(&format!("{}  {strip}", names::town(first.area, &places)))?;
        rest = others;
    }
    let legend: Vec<String> = Mark::ALL
        .into_iter()
        .map(|mark| format!("{}={}", words::mark(mark), words::mark_means(mark)))
        .collect();
    output::line(&legend.join("  "))?;
    Ok(Exit::Done)
}
