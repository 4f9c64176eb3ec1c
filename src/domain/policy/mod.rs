//! What a county may set. A policy is a record in the district's feed, so both
//! ends apply the same one, and a command names the version it was made under.
//!
//! Everything that domain.md marks as local practice is here and not in code.
//! The figures that ship are proposals (domain.md §3.1, behaviour.md B3, B4).

use serde::{Deserialize, Serialize};

use super::alarm::Rank;
use super::calendar::{HolidayTable, Limit};
use super::extra::Extra;
use super::incident::stage::Stage;
use super::record::Rev;
use super::roster::code::CodeHours;
use super::time::Minutes;

/// The policy that ships, as data.
const DEFAULT_TOML: &str = include_str!("default.toml");

/// The most bytes of a policy file.
pub const POLICY_FILE_BYTES_MAX: usize = 1024 * 1024;
/// The most ends that a snooze may be offered.
pub const SNOOZE_PRESETS_MAX: usize = 20;
/// The most shifts of a day.
pub const SHIFTS_MAX: usize = 24;
/// The longest time over which duplicates are suggested: a week.
pub const DUPLICATES_WITHIN_MAX: Minutes = Minutes(7 * 24 * 60);
/// The longest time that a rule looks back: 31 days.
pub const RULE_WITHIN_MAX: Minutes = Minutes(31 * 24 * 60);
/// The fewest times that are "again and again", and the fewest people that are
/// many.
pub const WARNING_FROM_MIN: u32 = 2;
/// The longest name of a level or a shift, in characters.
pub const NAME_MAX_CHARS: usize = 40;

/// What a county has set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// The ranks in use, highest first; at most four.
    pub levels: Vec<LevelSpec>,
    /// Days off and adjusted working days.
    pub holidays: HolidayTable,
    /// How long an enrolled desk may work and deliver without a password.
    pub offline_window: Minutes,
    /// Closed records older than this leave the workstations.
    pub keep_closed_days: u32,
    /// The ends that a snooze may be given.
    pub snooze_presets: Vec<Minutes>,
    /// The longest snooze.
    pub snooze_max: Minutes,
    /// The hour at which "until morning" ends, Asia/Shanghai.
    pub morning_hour: u8,
    /// The shifts of the centre, for the frame of the screen.
    pub shifts: Vec<ShiftSpec>,
    /// Deadlines after the handling itself: checking, following up, striking
    /// off.
    pub afterwards: Afterwards,
    /// Within which time two reports may be one matter.
    #[serde(default)]
    pub duplicates: Duplicates,
    /// From a whistle until the called units shall have reported in.
    #[serde(default = "report_in_within")]
    pub report_in_within: Limit,
    /// From when to when the codes of the roster last.
    #[serde(default)]
    pub roster: CodeHours,
    /// When the built-in rules raise a warning.
    #[serde(default)]
    pub warnings: WarningRules,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What a policy of before the whistles says of them.
const fn report_in_within() -> Limit {
    Limit::Minutes(120)
}

/// One rank as a county names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelSpec {
    /// The rank it stands for.
    pub rank: Rank,
    /// The county's word, in Chinese (`红`).
    pub name: String,
    /// The same for an English screen.
    pub name_en: String,
    /// The colour beside the word.
    pub colour: Colour,
    /// How it sounds.
    pub ring: Ring,
    /// Whether it may be put off.
    pub snooze: SnoozeRule,
    /// After how long without an act an acknowledgement asks to be renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ack_expires: Option<Minutes>,
    /// From registration to assignment or acceptance.
    pub triage_within: Limit,
    /// From assignment to acceptance.
    pub accept_within: Limit,
    /// From acceptance to the end of the work.
    pub finish_within: Limit,
}

/// Limits of the stages after the work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Afterwards {
    /// From "finished" to verified or sent back.
    pub check_within: Limit,
    /// From verified to followed up.
    pub follow_up_within: Limit,
    /// From followed up to struck off.
    pub strike_off_within: Limit,
}

/// Within which time after each other two reports are suggested as one matter
/// (behaviour.md B5). A policy from before suggests by what ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duplicates {
    /// The same place and category.
    pub within: Minutes,
    /// The same place, whatever it is about.
    pub at_one_place_within: Minutes,
}

impl Default for Duplicates {
    fn default() -> Self {
        Self {
            within: Minutes(60),
            at_one_place_within: Minutes(10),
        }
    }
}

/// When the built-in rules raise a warning (domain.md §3.1: three times is
/// "repeated"; §1.3: from fifty people on a matter is counted apart). A case that is overdue is warned of at
/// its own rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WarningRules {
    /// How long after a deadline a case is still warned of. What has been late
    /// for longer is no early warning: it stands in the queue as overdue.
    pub overdue_within: Minutes,
    /// How often a kind of matter at one place is too often.
    pub repeat_times: u16,
    /// Within which time.
    pub repeat_within: Minutes,
    /// How grave that is.
    pub repeat_rank: Rank,
    /// From how many people on.
    pub people_from: u32,
    /// How grave that is; a case that is as grave already is not warned of.
    pub people_rank: Rank,
}

impl Default for WarningRules {
    fn default() -> Self {
        Self {
            overdue_within: Minutes(24 * 60),
            repeat_times: 3,
            repeat_within: Minutes(7 * 24 * 60),
            repeat_rank: Rank::Watch,
            people_from: 50,
            people_rank: Rank::Urgent,
        }
    }
}

/// The colours a county may use for a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// 红.
    Red,
    /// 橙.
    Orange,
    /// 黄.
    Yellow,
    /// 蓝.
    Blue,
    /// 绿.
    Green,
}

/// How an alarm sounds until it is acknowledged (terminal.md §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ring {
    /// Again and again, for a bounded time.
    Repeat,
    /// Once.
    Once,
    /// Never at night.
    Silent,
}

/// Whether an alarm may be put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SnoozeRule {
    /// No.
    Never,
    /// With a reason.
    WithReason,
    /// Yes.
    Freely,
}

/// A shift of the centre; one that ends before it starts crosses midnight and
/// belongs to the day on which it starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftSpec {
    /// The shift's name (`夜`).
    pub name: String,
    /// The same for an English screen.
    pub name_en: String,
    /// Start, as minutes after midnight in Asia/Shanghai.
    pub starts: u16,
    /// End, as minutes after midnight in Asia/Shanghai.
    pub ends: u16,
}

/// Which edition of the policy a command was made under: the policy record's
/// revision, with 0 for the one that ships.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PolicyVersion(pub Rev);

/// Why a policy cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The file is not TOML of this shape; the text says where.
    #[error("policy file: {0}")]
    Shape(String),
    /// There must be one to four ranks.
    #[error("a policy has one to four levels, this one has {0}")]
    LevelCount(usize),
    /// A rank is named twice, or the list is not highest first.
    #[error("level {0} is listed twice or out of order (highest first)")]
    LevelOrder(Rank),
    /// A list is longer than a screen could offer.
    #[error("{what}: at most {max}, this policy has {got}")]
    TooMany {
        /// Which list.
        what: &'static str,
        /// How many it has.
        got: usize,
        /// How many it may have.
        max: usize,
    },
    /// A name or a text that is to be a name is too long.
    #[error("a name has at most {NAME_MAX_CHARS} characters: {0}...")]
    LongName(String),
    /// Suggestions over a longer time would be a list of everything.
    #[error("duplicates: at most {max} minutes are looked at, this is {got}")]
    DuplicatesWindow {
        /// The longest time.
        max: u32,
        /// What the policy says.
        got: u32,
    },
    /// A rule that would warn of everything, or look at everything.
    #[error("warnings: {what} must be {min} to {max}, this is {got}")]
    WarningRule {
        /// Which setting.
        what: &'static str,
        /// The least.
        min: u32,
        /// The most.
        max: u32,
        /// What the policy says.
        got: u32,
    },
    /// The morning begins at no hour of the day.
    #[error("morning_hour: 0 to 23 is expected, this is {0}")]
    MorningHour(u8),
    /// The file is too large.
    #[error("policy file: at most {POLICY_FILE_BYTES_MAX} bytes are read, this has {0}")]
    FileTooLarge(usize),
    /// A code's hour is outside the day.
    #[error("roster, `{0}`: minutes after midnight must be below 1440")]
    CodeHour(&'static str),
    /// A shift's hour is outside the day.
    #[error("shift `{0}`: minutes after midnight must be below 1440")]
    ShiftHour(String),
}

impl Policy {
    /// The policy that ships with the program.
    ///
    /// # Panics
    /// Never: the embedded file is parsed by a test.
    #[must_use]
    pub fn shipped() -> Self {
        Self::from_toml(DEFAULT_TOML).expect("the embedded policy is valid; a test parses it")
    }

    /// Reads a policy from TOML, with the holiday table that ships when the
    /// text has none.
    ///
    /// # Errors
    /// Names the place in the text, or the rule that is broken.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        if text.len() > POLICY_FILE_BYTES_MAX {
            return Err(PolicyError::FileTooLarge(text.len()));
        }
        let mut table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| PolicyError::Shape(error.to_string()))?;
        if !table.contains_key("holidays") {
            let shipped = toml::Value::try_from(HolidayTable::shipped())
                .map_err(|error| PolicyError::Shape(error.to_string()))?;
            table.insert("holidays".to_owned(), shipped);
        }
        let policy: Self = table
            .try_into()
            .map_err(|error| PolicyError::Shape(error.to_string()))?;
        policy.check()?;
        Ok(policy)
    }

    /// Checks what the types cannot.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), PolicyError> {
        if self.levels.is_empty() || self.levels.len() > 4 {
            return Err(PolicyError::LevelCount(self.levels.len()));
        }
        if let Some(pair) = self
            .levels
            .windows(2)
            .find(|pair| pair[0].rank <= pair[1].rank)
        {
            return Err(PolicyError::LevelOrder(pair[1].rank));
        }
        for (what, got, max) in [
            (
                "snooze_presets",
                self.snooze_presets.len(),
                SNOOZE_PRESETS_MAX,
            ),
            ("shifts", self.shifts.len(), SHIFTS_MAX),
        ] {
            if got > max {
                return Err(PolicyError::TooMany { what, got, max });
            }
        }
        let windows = self
            .duplicates
            .within
            .max(self.duplicates.at_one_place_within);
        if windows > DUPLICATES_WITHIN_MAX {
            return Err(PolicyError::DuplicatesWindow {
                max: DUPLICATES_WITHIN_MAX.0,
                got: windows.0,
            });
        }
        if let Some(code) = self.roster.outside_the_day() {
            return Err(PolicyError::CodeHour(code.name()));
        }
        self.warnings.check()?;
        if self.morning_hour > 23 {
            return Err(PolicyError::MorningHour(self.morning_hour));
        }
        let levels = self.levels.iter().flat_map(|it| [&it.name, &it.name_en]);
        let shifts = self.shifts.iter().flat_map(|it| [&it.name, &it.name_en]);
        if let Some(name) = levels.chain(shifts).find(|name| is_long(name)) {
            return Err(PolicyError::LongName(name.chars().take(20).collect()));
        }
        match self
            .shifts
            .iter()
            .find(|shift| shift.starts >= 1440 || shift.ends >= 1440)
        {
            Some(shift) => Err(PolicyError::ShiftHour(shift.name.clone())),
            None => Ok(()),
        }
    }

    /// The level for a rank; a rank that the county does not use is treated as
    /// the next higher one it does use, else as its highest.
    ///
    /// # Panics
    /// Never for a policy that passed [`Policy::check`].
    #[must_use]
    pub fn level(&self, rank: Rank) -> &LevelSpec {
        self.levels
            .iter()
            .rev()
            .find(|level| level.rank >= rank)
            .or_else(|| self.levels.first())
            .expect("a checked policy has at least one level")
    }

    /// Whether the county uses this rank.
    #[must_use]
    pub fn uses(&self, rank: Rank) -> bool {
        self.levels.iter().any(|level| level.rank == rank)
    }

    /// The next rank below `rank` that the county uses.
    #[must_use]
    pub fn next_lower(&self, rank: Rank) -> Option<Rank> {
        self.levels
            .iter()
            .map(|level| level.rank)
            .find(|lower| *lower < rank)
    }

    /// The time that a stage may take at a rank; `None` where no clock runs.
    #[must_use]
    pub fn limit(&self, stage: Stage, rank: Rank) -> Option<Limit> {
        let level = self.level(rank);
        match stage {
            Stage::New => Some(level.triage_within),
            Stage::Assigned => Some(level.accept_within),
            Stage::Handling => Some(level.finish_within),
            Stage::PendingCheck => Some(self.afterwards.check_within),
            Stage::Verified => Some(self.afterwards.follow_up_within),
            Stage::FollowedUp | Stage::AwaitingSignature => Some(self.afterwards.strike_off_within),
            Stage::Closed => None,
        }
    }
}

impl WarningRules {
    fn check(&self) -> Result<(), PolicyError> {
        let within = (1, RULE_WITHIN_MAX.0);
        let from = (WARNING_FROM_MIN, u32::MAX);
        for (what, got, (min, max)) in [
            ("repeat_times", u32::from(self.repeat_times), from),
            ("overdue_within", self.overdue_within.0, within),
            ("repeat_within", self.repeat_within.0, within),
            ("people_from", self.people_from, from),
        ] {
            if !(min..=max).contains(&got) {
                return Err(PolicyError::WarningRule {
                    what,
                    min,
                    max,
                    got,
                });
            }
        }
        Ok(())
    }
}

fn is_long(name: &str) -> bool {
    // Bytes first: counting the characters of a huge text is work too.
    name.len() > NAME_MAX_CHARS * char::MAX.len_utf8() || name.chars().count() > NAME_MAX_CHARS
}

#[cfg(test)]
mod tests;
