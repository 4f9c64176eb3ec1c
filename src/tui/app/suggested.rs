//! What may be the same matter as the incident that is being written down or
//! is open: asked of the store whenever the matter changes, one question at a
//! time, and shown with its reasons. Nothing is ever merged from here.

use super::dialog::{Dialog, Kind, Saving};
use super::form::Slot;
use super::model::Detail;
use crate::domain::area::AreaCode;
use crate::domain::codes::Category;
use crate::domain::ids::RecordId;
use crate::domain::incident::alike::{self, Matter};
use crate::domain::time::Timestamp;
use crate::store::alike::{Suggestion, folded};

/// For whom suggestions are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuggestFor {
    /// The new incident of the dialog with this number.
    Dialog(u64),
    /// The opened incident.
    Detail(RecordId),
}

/// Where and what a matter is; when does not change it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct About {
    area: AreaCode,
    place: String,
    category: Category,
}

impl About {
    fn of(matter: &Matter) -> Self {
        Self {
            area: matter.area,
            place: matter.place.clone(),
            category: matter.category,
        }
    }
}

/// Whether the store has been asked and not answered yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Question {
    #[default]
    Answered,
    UnderWay,
}

/// What was found for one incident.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suggested {
    about: Option<About>,
    question: Question,
    pub found: Vec<Suggestion>,
    /// How many of them have been opened from here.
    opened: usize,
}

impl Suggested {
    /// Whether `matter` is to be asked about now; it counts as asked then.
    pub fn wants(&mut self, matter: &Matter) -> bool {
        let about = About::of(matter);
        if self.question == Question::UnderWay || self.about.as_ref() == Some(&about) {
            return false;
        }
        self.about = Some(about);
        self.question = Question::UnderWay;
        true
    }

    /// Something in the copy has changed: the answer may be another one.
    pub fn outdate(&mut self) {
        self.about = None;
    }

    /// The store's answer.
    pub fn take(&mut self, found: Vec<Suggestion>) {
        self.question = Question::Answered;
        self.found = found;
    }

    /// The store could not answer; the next change asks again.
    pub fn fail(&mut self) {
        self.question = Question::Answered;
    }

    /// Nothing to compare: the area or the category is not known.
    pub fn clear(&mut self) {
        self.about = None;
        self.found.clear();
    }

    /// The next one to look at, round and round.
    pub fn next(&mut self) -> Option<RecordId> {
        let count = self.found.len();
        let at = self.opened.checked_rem(count)?;
        self.opened = at + 1;
        self.found.get(at).map(|found| found.row.id)
    }
}

/// The matter of a new incident, once its area and category are known, and the
/// record that is not to be suggested to itself.
pub fn of_form(dialog: &Dialog, now: Timestamp) -> Option<(Matter, RecordId)> {
    let Kind::New { id, saving } = &dialog.kind else {
        return None;
    };
    let at = match saving {
        Saving::Not | Saving::Registering => now,
        Saving::Saved(aim) | Saving::Amending(aim) => aim.incident.registered_at,
    };
    let form = &dialog.form;
    let matter = Matter {
        area: form.code(Slot::Area)?.parse().ok()?,
        place: folded(form.text(Slot::Place)),
        category: Category::from_code(form.code(Slot::Category)?)?,
        at,
    };
    Some((matter, *id))
}

/// The matter of the opened incident, while it may still be one with another.
pub fn of_detail(detail: &Detail) -> Option<Matter> {
    let record = &detail.shown.as_ref()?.record;
    let incident = record.incident()?;
    alike::may_be_suggested(incident).then(|| Matter::of(record.area, incident, folded))
}
