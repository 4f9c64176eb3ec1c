//! The list to pick from that belongs to a field: areas, categories, ways of
//! resolving, units and people.

use super::dialog;
use super::effect::Effect;
use super::form::{Chosen, PickWhat, Slot};
use super::saved::SavedList;
use super::words::names::{self, Places};
use crate::domain::area::AreaCode;
use crate::domain::codes::{Category, Method};
use crate::domain::ids::RecordId;
use crate::domain::record::Body;
use crate::i18n::{self, Language, t};
use crate::store::view::{Pick, QueueRow};
use crate::text::fold::fold_search;
use crate::text::pinyin::Word;
use crate::tui::widgets::picker::{Choice, PickerState};

/// Rows that a list offers at most; whoever wants more types another letter.
pub const PICK_ROWS_MAX: usize = 200;

/// A row that can be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub code: String,
    /// What is put into the field.
    pub label: String,
    /// What stands beside it in the list.
    pub aside: String,
    /// What the filter is compared with.
    key: String,
}

/// Whether a row is taken without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// The officer chooses.
    Asked,
    /// The first answer is taken if it is one row alone.
    TheOnlyOne,
}

/// The open list.
#[derive(Clone, Debug)]
pub struct Picker {
    pub slot: Slot,
    pub what: PickWhat,
    pub state: PickerState<String>,
    /// Everything that can be offered; for units and people what was found.
    rows: Vec<Row>,
    /// Rows that were marked, for when they are no longer among the found.
    seen: Vec<Row>,
    serial: u64,
    pub taking: Taking,
    /// Units and people of this area are offered first.
    near: Option<AreaCode>,
    /// The lists that are offered.
    lists: Vec<ListRow>,
}

/// A list that is offered.
#[derive(Clone, Debug)]
pub struct ListRow {
    /// As it is shown, with its number.
    pub name: String,
    /// Its own name, where it is the officer's.
    pub own: Option<String>,
    pub list: SavedList,
}

/// The row that saves the present list.
const SAVE: &str = "save";

impl Picker {
    /// Opens the list of a field, with what is in the field marked.
    pub fn open(
        slot: Slot,
        what: PickWhat,
        places: &Places,
        near: Option<AreaCode>,
    ) -> (Self, Vec<Effect>) {
        let choice = match what {
            PickWhat::Holders => Choice::Several,
            PickWhat::Area
            | PickWhat::Category
            | PickWhat::Method
            | PickWhat::Holder
            | PickWhat::Case
            | PickWhat::Able
            | PickWhat::Phrase
            | PickWhat::List => Choice::One,
        };
        let rows = match what {
            PickWhat::Area => areas(places),
            PickWhat::Category => categories(),
            PickWhat::Method => methods(),
            PickWhat::Holder
            | PickWhat::Holders
            | PickWhat::Case
            | PickWhat::Able
            | PickWhat::Phrase
            | PickWhat::List => Vec::new(),
        };
        let mut picker = Self {
            slot,
            what,
            state: PickerState::new(choice),
            rows,
            seen: Vec::new(),
            serial: 0,
            taking: Taking::Asked,
            near,
            lists: Vec::new(),
        };
        let effects = picker.filter();
        (picker, effects)
    }

    /// A list of phrases for a typed field.
    /// The list of people who can be asked, with the reason beside each.
    pub fn of_able(slot: Slot, people: Vec<(Chosen, String)>) -> Self {
        let row = |(chosen, why): (Chosen, String)| Row {
            key: fold_search(&chosen.label).into_owned(),
            code: chosen.code,
            label: chosen.label,
            aside: why,
        };
        let mut picker = Self {
            slot,
            what: PickWhat::Able,
            state: PickerState::new(Choice::One),
            rows: people.into_iter().map(row).collect(),
            seen: Vec::new(),
            serial: 0,
            taking: Taking::Asked,
            near: None,
            lists: Vec::new(),
        };
        picker.filter();
        picker
    }

    pub fn of_phrases(slot: Slot, phrases: Vec<String>) -> Self {
        let row = |(at, phrase): (usize, String)| Row {
            code: at.to_string(),
            key: fold_search(&phrase).into_owned(),
            label: phrase,
            aside: String::new(),
        };
        let mut picker = Self {
            slot,
            what: PickWhat::Phrase,
            state: PickerState::new(Choice::One),
            rows: phrases.into_iter().enumerate().map(row).collect(),
            seen: Vec::new(),
            serial: 0,
            taking: Taking::Asked,
            near: None,
            lists: Vec::new(),
        };
        picker.filter();
        picker
    }

    /// How many rows there are without a filter.
    pub fn all(&self) -> usize {
        self.rows.len()
    }

    /// Whether its rows are numbered where numbers choose: those that have a
    /// code of digits are found by that instead.
    pub const fn is_numbered(&self) -> bool {
        match self.what {
            PickWhat::Holder | PickWhat::Holders | PickWhat::Able | PickWhat::Phrase => true,
            PickWhat::Area
            | PickWhat::Category
            | PickWhat::Method
            | PickWhat::List
            | PickWhat::Case => false,
        }
    }

    /// Says the rows in the language that is selected now.
    pub fn reword(&mut self, places: &Places) {
        let fresh = match self.what {
            PickWhat::Area => areas(places),
            PickWhat::Category => categories(),
            PickWhat::Method => methods(),
            // Names of units and people are what they are.
            PickWhat::Holder
            | PickWhat::Holders
            | PickWhat::Case
            | PickWhat::Able
            | PickWhat::Phrase
            | PickWhat::List => return,
        };
        self.rows = fresh;
        self.filter();
    }

    /// Opens the list of lists; its last row saves the present one.
    pub fn lists(lists: Vec<ListRow>) -> Self {
        let (mut picker, _) = Self::open(Slot::List, PickWhat::List, &Places::new(), None);
        picker.rows = lists.iter().map(list_row).collect();
        picker.lists = lists;
        picker.filter();
        picker
    }

    /// The list under the highlight; none on the row that saves.
    pub fn chosen_list(&self) -> Option<&ListRow> {
        let code = self.state.highlighted()?;
        self.lists.iter().find(|row| row.name == *code)
    }

    /// Offers what fits the typed words.
    pub fn filter(&mut self) -> Vec<Effect> {
        match self.what {
            PickWhat::Holder | PickWhat::Holders => {
                self.serial += 1;
                vec![Effect::FindHolders {
                    serial: self.serial,
                    text: self.state.filter.text().trim().to_owned(),
                    near: self.near,
                }]
            }
            PickWhat::List => {
                self.filter_lists();
                Vec::new()
            }
            PickWhat::Case => {
                self.serial += 1;
                vec![Effect::FindCases {
                    serial: self.serial,
                    text: self.state.filter.text().trim().to_owned(),
                    near: self.near,
                }]
            }
            PickWhat::Area
            | PickWhat::Category
            | PickWhat::Method
            | PickWhat::Able
            | PickWhat::Phrase => {
                let typed = fold_search(self.state.filter.text()).into_owned();
                let words: Vec<&str> = typed.split_whitespace().collect();
                let rows = self
                    .rows
                    .iter()
                    .filter(|row| words.iter().all(|word| row.key.contains(word)))
                    .take(PICK_ROWS_MAX)
                    .map(|row| row.code.clone())
                    .collect();
                self.state.set_rows(rows);
                Vec::new()
            }
        }
    }

    fn filter_lists(&mut self) {
        let typed = self.state.filter.text().trim().to_owned();
        let word = Word::new(&fold_search(&typed));
        let mut rows: Vec<String> = self
            .rows
            .iter()
            .filter(|row| row.code != SAVE)
            .filter(|row| word.is_written_in(&row.key) || word.sounds_in(&row.key))
            .map(|row| row.code.clone())
            .collect();
        rows.push(SAVE.to_owned());
        self.rows.retain(|row| row.code != SAVE);
        self.rows.push(Row {
            code: SAVE.to_owned(),
            label: t!("list.save", name = typed).into_owned(),
            aside: String::new(),
            key: String::new(),
        });
        self.state.set_rows(rows);
    }

    /// Takes the units and people that were found.
    pub fn take_holders(&mut self, serial: u64, picks: &[Pick]) {
        if serial != self.serial {
            return;
        }
        self.rows = picks.iter().filter_map(holder_row).collect();
        self.state
            .set_rows(self.rows.iter().map(|row| row.code.clone()).collect());
    }

    /// Takes the incidents that were found; `own` is not offered to itself.
    pub fn take_cases(&mut self, serial: u64, own: Option<RecordId>, cases: &[QueueRow]) {
        if serial != self.serial {
            return;
        }
        self.rows = cases
            .iter()
            .filter(|case| Some(case.id) != own)
            .filter_map(case_row)
            .collect();
        self.state
            .set_rows(self.rows.iter().map(|row| row.code.clone()).collect());
    }

    /// Marks or unmarks the highlighted row.
    pub fn toggle(&mut self) {
        if let Some(row) = self
            .state
            .highlighted()
            .and_then(|code| self.row(code))
            .cloned()
            && !self.seen.contains(&row)
        {
            self.seen.push(row);
        }
        self.state.toggle();
    }

    /// What is chosen.
    pub fn chosen(&self) -> Vec<Chosen> {
        self.state
            .chosen()
            .iter()
            .filter_map(|code| self.row(code))
            .map(|row| Chosen {
                code: row.code.clone(),
                label: row.label.clone(),
            })
            .collect()
    }

    pub fn row(&self, code: &str) -> Option<&Row> {
        self.rows
            .iter()
            .chain(&self.seen)
            .find(|row| row.code == code)
    }
}

/// What a picked code is called, where that depends on the language.
pub fn label_of(what: PickWhat, code: &str) -> Option<String> {
    match what {
        PickWhat::Category => Category::from_code(code).map(category_label),
        PickWhat::Method => Method::from_code(code).map(|own| names::method(own).to_owned()),
        PickWhat::Area
        | PickWhat::Holder
        | PickWhat::Holders
        | PickWhat::Case
        | PickWhat::Able
        | PickWhat::Phrase
        | PickWhat::List => None,
    }
}

fn list_row(row: &ListRow) -> Row {
    Row {
        code: row.name.clone(),
        label: row.name.clone(),
        aside: match &row.own {
            Some(_) => row.list.filter.clone(),
            None => String::new(),
        },
        key: fold_search(&row.name).into_owned(),
    }
}

fn areas(places: &Places) -> Vec<Row> {
    places
        .keys()
        .map(|area| {
            let label = names::place_path(*area, places);
            Row {
                code: area.to_string(),
                key: fold_search(&format!("{label} {area}")).into_owned(),
                aside: area.to_string(),
                label,
            }
        })
        .collect()
}

fn categories() -> Vec<Row> {
    Category::all()
        .map(|category| {
            let label = category_label(category);
            Row {
                code: category.code().to_owned(),
                key: fold_search(&format!(
                    "{} {label} {}",
                    category.code(),
                    category.name_en()
                ))
                .into_owned(),
                aside: category.code().to_owned(),
                label,
            }
        })
        .collect()
}

/// A category with the one above it.
fn category_label(category: Category) -> String {
    let name = names::category(category);
    match (category.parent(), i18n::current()) {
        (Some(parent), Language::Chinese) => format!("{} {name}", names::category(parent)),
        // Two English names would not fit side by side.
        (Some(parent), Language::English) => format!("{}: {name}", names::category_short(parent)),
        (None, _) => name.to_owned(),
    }
}

fn methods() -> Vec<Row> {
    Method::ALL
        .iter()
        .map(|method| Row {
            code: method.code().to_owned(),
            label: names::method(*method).to_owned(),
            aside: method.code().to_owned(),
            key: fold_search(&format!("{} {}", method.code(), names::method(*method))).into_owned(),
        })
        .collect()
}

/// The code is the whole target: an act on it says what its author saw.
/// A case as it stands in a field: code and label.
pub fn chosen_case(case: &QueueRow) -> Option<(String, String)> {
    case_row(case).map(|row| (row.code, row.label))
}

fn case_row(case: &QueueRow) -> Option<Row> {
    let incident = &case.incident;
    let target = dialog::seen(case.id, incident);
    let number = names::number(case.id, incident);
    Some(Row {
        code: serde_json::to_string(&target).ok()?,
        label: format!("{number} {}", names::title(incident)),
        aside: names::standing(incident),
        key: String::new(),
    })
}

fn holder_row(pick: &Pick) -> Option<Row> {
    let record = &pick.record;
    let (code, label, aside) = match &record.body {
        Body::Unit(unit) => (record.id.to_string(), unit.name.clone(), unit.phone.clone()),
        Body::Person(person) => (
            format!("{}/{}", person.unit, record.id),
            format!("{} {}", pick.unit_name, person.name),
            person.post.clone(),
        ),
        Body::Incident(_)
        | Body::Entry(_)
        | Body::Place(_)
        | Body::Post(_)
        | Body::Rota(_)
        | Body::Policy(_)
        | Body::Officer(_)
        | Body::LogLine(_)
        | Body::DutyShift(_)
        | Body::Handover(_)
        | Body::Warning(_)
        | Body::Unknown { .. } => return None,
    };
    Some(Row {
        code,
        label: label.trim().to_owned(),
        aside,
        key: String::new(),
    })
}
