//! The part of a detail page that tells how the work is steered: who was told
//! and called, supervision, more time, how it ended, what belongs to it.

use super::detail::{Text, fact, say};
use crate::domain::incident::ending::{CaseLink, Ending};
use crate::domain::incident::extension::{Answer, Extension};
use crate::domain::incident::stage::Supervision;
use crate::domain::incident::whistle::Whistle;
use crate::domain::incident::{Incident, Signature};
use crate::i18n::t;
use crate::tui::app::model::Model;
use crate::tui::app::words::{names, time};
use crate::tui::theme::Role;

/// Who was told, and who of them has read it.
pub fn copies(incident: &Incident) -> String {
    let told = |holder: &crate::domain::unit::Holder| {
        let unit = holder.unit.id;
        let read = incident.readings.iter().any(|it| it.unit == unit);
        let name = names::holder(holder);
        if read {
            t!("detail.read", name = name).into_owned()
        } else {
            name
        }
    };
    let all: Vec<String> = incident.copies.iter().map(told).collect();
    all.join(&t!("screen.list-comma"))
}

/// All of it.
pub fn say_all(model: &Model, incident: &Incident, text: &mut Text) {
    if let Some(triage) = &incident.triage {
        fact(text, &t!("verb.triage"), &signed(model, triage));
    }
    supervision(model, incident, text);
    for whistle in &incident.whistles {
        self::whistle(model, whistle, text);
    }
    for extension in &incident.extensions {
        self::extension(model, extension, text);
    }
    ended(model, incident, text);
    cases(model, &t!("field.merged"), &incident.merged, text);
    if let Some(fold) = incident.fold.as_ref().filter(|_| incident.is_open()) {
        let was = t!("detail.was-merged", into = names::case(&fold.into));
        say(text, Role::Text, was);
    }
    cases(model, &t!("field.links"), &incident.links, text);
}

/// Who, when, and the words.
fn signed(model: &Model, by: &Signature) -> String {
    let head = format!("{} {}", by.by.name, time::both(by.at, model.now));
    if by.text.trim().is_empty() {
        head
    } else {
        format!("{head} {}", by.text)
    }
}

fn supervision(model: &Model, incident: &Incident, text: &mut Text) {
    if incident.supervision == Supervision::None {
        return;
    }
    let level = names::supervision(incident.supervision);
    let by = incident.supervisions.last();
    let by = by.map_or_else(String::new, |made| signed(model, &made.by));
    fact(text, &t!("verb.supervise"), &format!("{level} {by}"));
}

fn whistle(model: &Model, whistle: &Whistle, text: &mut Text) {
    let head = t!(
        "detail.whistle",
        unit = whistle.by.name,
        made = signed(model, &whistle.made),
        by = time::both(whistle.answer_by, model.now)
    );
    fact(text, &t!("verb.whistle"), &head);
    for called in &whistle.called {
        let presence = names::presence(whistle.presence(called, model.now));
        let mut words = format!("  {} {presence}", names::holder(&called.unit));
        if let Some(reported) = &called.reported {
            words = format!("{words} {}", signed(model, reported));
        }
        if let Some(rated) = &called.rated {
            let mark = names::mark(rated.mark);
            words = format!("{words} {}{mark} {}", t!("detail.rated"), rated.by.text);
        }
        say(text, Role::Text, words.trim_end().to_owned());
    }
}

fn extension(model: &Model, extension: &Extension, text: &mut Text) {
    let asked = t!(
        "detail.extension",
        days = extension.days,
        asked = signed(model, &extension.asked)
    );
    let answer = match &extension.answer {
        None => t!("detail.extension-open").into_owned(),
        Some(answer) => {
            let by = signed(model, &answer.by);
            match answer.what {
                Answer::Granted(days) => t!("detail.extension-granted", days = days, by = by),
                Answer::Refused => t!("detail.extension-refused", by = by),
                Answer::Lapsed => t!("detail.extension-lapsed", by = by),
            }
            .into_owned()
        }
    };
    fact(
        text,
        &t!("verb.ask-extension"),
        &format!("{asked} {answer}"),
    );
}

fn ended(model: &Model, incident: &Incident, text: &mut Text) {
    let Some(ended) = incident.ended() else {
        return;
    };
    let words = match &ended {
        // The two signatures say it.
        Ending::StruckOff => return,
        Ending::Voided { said } => signed(model, said),
        Ending::ReturnedToPolice {
            said,
            confirmed_with,
        } => {
            let with = match confirmed_with.as_str() {
                "" => t!("detail.police-unconfirmed"),
                with => t!("detail.police-confirmed", with = with),
            };
            format!("{with} {}", signed(model, said))
        }
        Ending::Merged { into } => {
            let by = incident.fold.as_ref();
            let by = by.map_or_else(String::new, |fold| signed(model, &fold.by));
            format!("{} {by}", names::case(into))
        }
    };
    fact(text, &names::ending(&ended), &words);
}

fn cases(model: &Model, name: &str, links: &[CaseLink], text: &mut Text) {
    for link in links {
        let words = format!("{} {}", names::case(&link.case), signed(model, &link.by));
        fact(text, name, &words);
    }
}
