//! Forms as plain values: fields, the focus, and how they become a draft.
//!
//! One form type serves sign-in, every verb's dialog and the new incident. It
//! knows nothing of records; [`super::dialog`] builds forms and reads them.

use crate::tui::widgets::InputState;

/// Names a field of a form; the name is part of drafts and of text keys.
macro_rules! slots {
    ($($variant:ident $name:literal;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Slot { $($variant,)+ }

        impl Slot {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

slots! {
    Service "service";
    Pin "pin";
    Account "account";
    Password "password";
    Channel "channel";
    SourceName "source-name";
    SourcePhone "source-phone";
    OccurredAt "occurred-at";
    PartyFirst "party-first";
    PartySecond "party-second";
    PartyThird "party-third";
    Rank "rank";
    Category "category";
    Area "area";
    Place "place";
    Title "title";
    Summary "summary";
    PeopleCount "people-count";
    Scale "scale";
    Task "task";
    Schedule "schedule";
    Path "path";
    Owner "owner";
    Lead "lead";
    Assist "assist";
    Copies "copies";
    Due "due";
    Words "words";
    Until "until";
    Reason "reason";
    Text "text";
    Direction "direction";
    CallWith "call-with";
    CallPhone "call-phone";
    CallOutcome "call-outcome";
    Outcome "outcome";
    Method "method";
    BehalfOf "behalf-of";
    BehalfBy "behalf-by";
    FollowUp "follow-up";
    Missing "missing";
    Marked "marked";
    ConflictFirst "conflict-first";
    ConflictSecond "conflict-second";
    ConflictHolds "conflict-holds";
    ConflictWay "conflict-way";
    ConflictMeans "conflict-means";
    Emergency "emergency";
    To "to";
    Called "called";
    CalledUnit "called-unit";
    Mark "mark";
    Supervision "supervision";
    Days "days";
    Request "request";
    Police "police";
    Other "other";
    OtherOne "other-one";
    Stays "stays";
    Digits "digits";
    List "list";
    Relief "relief";
    TakeOff "take-off";
    ReportedBy "reported-by";
    PostName "post-name";
    PostKind "post-kind";
    NeedDay "need-day";
    NeedNight "need-night";
    Name "name";
    Post "post";
    Phone "phone";
    BackupPhone "backup-phone";
    Specialities "specialities";
    Languages "languages";
    OnCall "on-call";
    Hours "availability";
    Shift "shift";
    Leader "leader";
    Sound "sound";
    Told "told";
    Instruction "instruction";
    CallBack "call-back";
    Expected "expected";
    Orders "orders";
    Equipment "equipment";
    OtherWords "other-words";
}

impl Slot {
    /// The field's name in the chosen language.
    pub fn label(self) -> String {
        crate::i18n::text(&format!("field.{}", self.name())).into_owned()
    }
}

/// One of a few, shown side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Code and label of each.
    pub options: Vec<(String, String)>,
    /// Which one is chosen.
    pub at: Option<usize>,
}

/// What a list to pick from offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickWhat {
    Area,
    Category,
    Method,
    /// One unit, with or without a person.
    Holder,
    /// Several units or people.
    Holders,
    /// Words that are put into a typed text.
    Phrase,
    /// A saved list; belongs to no field.
    List,
    /// Another incident.
    Case,
    /// Somebody who can be asked to fill a gap.
    Able,
}

/// One thing that was picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub code: String,
    pub label: String,
}

/// What stands in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Typed.
    Text(InputState),
    /// Chosen among a few.
    Choice(Choice),
    /// Picked from a list.
    Pick(PickWhat, Vec<Chosen>),
    /// Only told; never has the focus.
    Told(String),
}

/// Whether a field must be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Must,
    May,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub slot: Slot,
    pub value: Value,
    pub need: Need,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Rows of a typed text on the screen.
    pub rows: u16,
    /// Helps while it is empty.
    pub hint: String,
}

impl Field {
    fn new(slot: Slot, value: Value) -> Self {
        Self {
            slot,
            value,
            need: Need::May,
            error: None,
            rows: 1,
            hint: String::new(),
        }
    }

    pub fn line(slot: Slot, chars_max: usize) -> Self {
        Self::new(slot, Value::Text(InputState::line(chars_max)))
    }

    pub fn secret(slot: Slot, chars_max: usize) -> Self {
        Self::new(slot, Value::Text(InputState::secret(chars_max)))
    }

    pub fn block(slot: Slot, chars_max: usize, rows: u16) -> Self {
        Self {
            rows,
            ..Self::new(slot, Value::Text(InputState::block(chars_max)))
        }
    }

    pub fn choice(slot: Slot, options: Vec<(String, String)>, at: Option<usize>) -> Self {
        Self::new(slot, Value::Choice(Choice { options, at }))
    }

    pub fn pick(slot: Slot, what: PickWhat) -> Self {
        Self::new(slot, Value::Pick(what, Vec::new()))
    }

    pub fn told(slot: Slot, text: impl Into<String>) -> Self {
        Self::new(slot, Value::Told(text.into()))
    }

    #[must_use]
    pub fn must(self) -> Self {
        Self {
            need: Need::Must,
            ..self
        }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: hint.into(),
            ..self
        }
    }

    /// The same field with a text in it.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        if let Value::Text(input) = &mut self.value {
            input.set_text(text);
        }
        self
    }

    /// The same field with something picked.
    #[must_use]
    pub fn with_chosen(mut self, code: impl Into<String>, label: impl Into<String>) -> Self {
        if let Value::Pick(_, chosen) = &mut self.value {
            chosen.push(Chosen {
                code: code.into(),
                label: label.into(),
            });
        }
        self
    }

    /// Whether nothing has been put in.
    pub fn is_empty(&self) -> bool {
        match &self.value {
            Value::Text(input) => input.text().trim().is_empty(),
            Value::Choice(choice) => choice.at.is_none(),
            Value::Pick(_, chosen) => chosen.is_empty(),
            Value::Told(_) => false,
        }
    }

    /// Whether both say the same, wherever the caret is.
    pub fn says_the_same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Text(one), Value::Text(two)) => one.text() == two.text(),
            (one, two) => one == two,
        }
    }

    const fn takes_focus(&self) -> bool {
        !matches!(self.value, Value::Told(_))
    }
}

/// Fields and which one has the focus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pub fields: Vec<Field>,
    pub focus: usize,
}

/// Where the focus goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    Next,
    Previous,
}

impl Form {
    /// A form with the focus on its first field that takes it.
    pub fn new(fields: Vec<Field>) -> Self {
        let focus = fields.iter().position(Field::takes_focus).unwrap_or(0);
        Self { fields, focus }
    }

    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    pub fn focused_mut(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.focus)
    }

    pub fn field(&self, slot: Slot) -> Option<&Field> {
        self.fields.iter().find(|field| field.slot == slot)
    }

    pub fn field_mut(&mut self, slot: Slot) -> Option<&mut Field> {
        self.fields.iter_mut().find(|field| field.slot == slot)
    }

    /// Whether there is such a field and nothing has been put into it.
    pub fn is_blank(&self, slot: Slot) -> bool {
        self.field(slot).is_some_and(Field::is_empty)
    }

    /// Chooses for a field that is picked.
    pub fn choose(&mut self, slot: Slot, code: String, label: String) {
        if let Some(Value::Pick(_, chosen)) = self.field_mut(slot).map(|field| &mut field.value) {
            *chosen = vec![Chosen { code, label }];
        }
    }

    /// The typed text of a field, without blanks around it.
    pub fn text(&self, slot: Slot) -> &str {
        match self.field(slot).map(|field| &field.value) {
            Some(Value::Text(input)) => input.text().trim(),
            Some(Value::Choice(_) | Value::Pick(..) | Value::Told(_)) | None => "",
        }
    }

    /// The code of what was chosen or picked first.
    pub fn code(&self, slot: Slot) -> Option<&str> {
        match &self.field(slot)?.value {
            Value::Choice(choice) => choice
                .at
                .and_then(|at| choice.options.get(at))
                .map(|(code, _)| code.as_str()),
            Value::Pick(_, chosen) => chosen.first().map(|one| one.code.as_str()),
            Value::Text(_) | Value::Told(_) => None,
        }
    }

    /// Everything that was picked.
    pub fn picked(&self, slot: Slot) -> &[Chosen] {
        match self.field(slot).map(|field| &field.value) {
            Some(Value::Pick(_, chosen)) => chosen,
            Some(Value::Text(_) | Value::Choice(_) | Value::Told(_)) | None => &[],
        }
    }

    /// Puts the focus on a field, if the form has it and it takes the focus.
    pub fn focus_on(&mut self, slot: Slot) {
        if let Some(index) = self
            .fields
            .iter()
            .position(|field| field.slot == slot && field.takes_focus())
        {
            self.focus = index;
        }
    }

    /// Moves the focus round.
    pub fn step(&mut self, step: Move) {
        let count = self.fields.len();
        for distance in 1..=count {
            let index = match step {
                Move::Next => (self.focus + distance) % count,
                Move::Previous => (self.focus + count - distance) % count,
            };
            if self.fields.get(index).is_some_and(Field::takes_focus) {
                self.focus = index;
                return;
            }
        }
    }

    /// Whether the focus is on the last field that takes it.
    pub fn at_last(&self) -> bool {
        self.fields
            .iter()
            .skip(self.focus + 1)
            .all(|field| !field.takes_focus())
    }

    /// Whether the focus is on the first field that takes it.
    pub fn at_first(&self) -> bool {
        let mut before = self.fields.iter().take(self.focus);
        before.all(|field| !field.takes_focus())
    }

    /// Forgets what was wrong.
    pub fn clear_errors(&mut self) {
        for field in &mut self.fields {
            field.error = None;
        }
    }

    /// Puts another text into a field that only tells.
    pub fn tell(&mut self, slot: Slot, text: String) {
        if let Some(Value::Told(told)) = self.field_mut(slot).map(|field| &mut field.value) {
            *told = text;
        }
    }

    /// Marks a field and puts the focus on it, if it is the first one.
    pub fn fail(&mut self, slot: Slot, why: impl Into<String>) {
        let first = self.fields.iter().all(|field| field.error.is_none());
        if let Some(field) = self.field_mut(slot) {
            field.error = Some(why.into());
            if first {
                self.focus_on(slot);
            }
        }
    }

    /// Marks every field that must be filled and is not.
    pub fn check_filled(&mut self, why: &str) -> Filled {
        let empty: Vec<Slot> = self
            .fields
            .iter()
            .filter(|field| field.need == Need::Must && field.is_empty())
            .map(|field| field.slot)
            .collect();
        for slot in &empty {
            self.fail(*slot, why);
        }
        if empty.is_empty() {
            Filled::Yes
        } else {
            Filled::No
        }
    }
}

/// Whether all that must be filled is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    Yes,
    No,
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
