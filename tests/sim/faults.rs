//! What can go wrong in a night, and the plan of a seed: what, where, from
//! when, until when.

use super::world::Dice;

/// One kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing passes in either direction.
    Partition,
    /// What the desk sends is lost.
    OneWayUp,
    /// What the centre sends is lost.
    OneWayDown,
    /// Everything waits on the way and then comes at once.
    Hold,
    /// Everything takes long.
    Delay,
    /// Now and then the line breaks.
    Drop,
    /// Requests are delivered twice, also much later.
    Duplicate,
    /// Requests overtake one another.
    Reorder,
    /// The centre does the work and its answer is lost.
    Swallow,
    /// The answer comes after the desk has given up.
    Late,
    /// Answers end in the middle, also inside a compressed snapshot.
    Truncate,
    /// A proxy holds the stream's bytes back.
    Buffer,
    /// A captive portal answers everything with a page.
    Portal,
    /// 429 with a wait.
    Storm429,
    /// 503 without one.
    Storm503,
    /// The workstation's process dies and is started again.
    CrashDesk,
    /// The centre's process dies and is started again.
    CrashCentre,
    /// A second program works on the same profile.
    SecondProgram,
    /// The desk's clock is an hour off.
    ClockHour,
    /// The desk's clock is a year off.
    ClockYear,
    /// The desk's clock jumps backwards again and again.
    ClockBack,
    /// Every token ends, in mid-stream too.
    TokenEnds,
    /// The officer leaves and comes back.
    SignOut,
    /// The officer's grants shrink to the town, and grow again.
    Grants,
    /// The account is taken out of use, for good.
    Disabled,
    /// The centre comes back from a backup, with a new epoch.
    Restore,
    /// The centre comes back from a backup and nobody says so, until an
    /// operator begins a new epoch.
    Rollback,
    /// The desk's files are copied to another machine, which works too; for
    /// good.
    Clone,
    /// The desk's disk is full.
    DiskFull,
    /// A step of the store fails.
    StoreFails,
    /// A step of the engine fails.
    EngineFails,
    /// A step of the centre fails.
    CentreFails,
    /// Much happens at once at the centre: slow streams fall behind.
    Burst,
}

/// Every kind, in the order of the report.
pub const KINDS: [Kind; 33] = [
    Kind::Partition,
    Kind::OneWayUp,
    Kind::OneWayDown,
    Kind::Hold,
    Kind::Delay,
    Kind::Drop,
    Kind::Duplicate,
    Kind::Reorder,
    Kind::Swallow,
    Kind::Late,
    Kind::Truncate,
    Kind::Buffer,
    Kind::Portal,
    Kind::Storm429,
    Kind::Storm503,
    Kind::CrashDesk,
    Kind::CrashCentre,
    Kind::SecondProgram,
    Kind::ClockHour,
    Kind::ClockYear,
    Kind::ClockBack,
    Kind::TokenEnds,
    Kind::SignOut,
    Kind::Grants,
    Kind::Disabled,
    Kind::Restore,
    Kind::Rollback,
    Kind::Clone,
    Kind::DiskFull,
    Kind::StoreFails,
    Kind::EngineFails,
    Kind::CentreFails,
    Kind::Burst,
];

/// What a fault occupies: two that occupy the same do not run together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The network between a desk and the centre.
    Link,
    /// What answers on the way.
    Way,
    /// The desk's process and clock.
    Desk,
    /// The officer's account.
    Account,
    /// The centre.
    Centre,
    /// The steps that fail.
    Steps,
}

impl Kind {
    pub const fn place(self) -> Place {
        match self {
            Self::Partition
            | Self::OneWayUp
            | Self::OneWayDown
            | Self::Hold
            | Self::Delay
            | Self::Drop => Place::Link,
            Self::Duplicate
            | Self::Reorder
            | Self::Swallow
            | Self::Late
            | Self::Truncate
            | Self::Buffer
            | Self::Portal
            | Self::Storm429
            | Self::Storm503 => Place::Way,
            Self::CrashDesk
            | Self::SecondProgram
            | Self::ClockHour
            | Self::ClockYear
            | Self::ClockBack
            | Self::SignOut
            | Self::Clone => Place::Desk,
            Self::Grants | Self::Disabled => Place::Account,
            Self::CrashCentre | Self::TokenEnds | Self::Restore | Self::Rollback | Self::Burst => {
                Place::Centre
            }
            Self::DiskFull | Self::StoreFails | Self::EngineFails | Self::CentreFails => {
                Place::Steps
            }
        }
    }

    /// Whether a desk can be left with it for ever.
    pub const fn may_stay(self) -> bool {
        matches!(
            self,
            Self::Partition
                | Self::OneWayUp
                | Self::OneWayDown
                | Self::Hold
                | Self::Swallow
                | Self::Late
                | Self::Truncate
                | Self::Buffer
                | Self::Portal
                | Self::Storm429
                | Self::Storm503
                | Self::Duplicate
                | Self::CrashDesk
                | Self::ClockYear
        ) || !self.heals()
    }

    /// Whether it can be undone.
    pub const fn heals(self) -> bool {
        !matches!(self, Self::Disabled | Self::Clone)
    }

    const fn concerns_everybody(self) -> bool {
        matches!(self.place(), Place::Centre | Place::Steps)
    }
}

/// A fault of the plan.
#[derive(Clone, Debug)]
pub struct Fault {
    pub kind: Kind,
    /// Which desk; one that concerns everybody has the first.
    pub desk: usize,
    pub from_ms: u64,
    /// When it heals; never, for a victim of the liveness mode.
    pub until_ms: Option<u64>,
}

impl Fault {
    /// Whether a desk's line may be worse for it. Much work, another session
    /// or another start make no line worse.
    pub fn concerns(&self, desk: usize) -> bool {
        let harmless = matches!(
            self.kind,
            Kind::Burst | Kind::TokenEnds | Kind::SignOut | Kind::CrashDesk
        );
        !harmless && (self.desk == desk || self.kind.concerns_everybody())
    }
}

/// Whether every fault heals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All faults heal, then it is quiet, and everything must come together.
    Safety,
    /// Some never heal for somebody; the others must get on.
    Liveness,
}

/// The faults of a night of this length.
pub fn plan(dice: &mut Dice, mode: Mode, desks: usize, span_ms: u64) -> Vec<Fault> {
    let kinds: Vec<Kind> = KINDS.into_iter().filter(|kind| is_wanted(*kind)).collect();
    let count = dice.between(2, 9);
    let healing: Vec<Kind> = kinds.iter().copied().filter(|kind| kind.heals()).collect();
    let alone = dice.permille(200);
    let only = dice.one_of(&healing).copied();
    let mut faults: Vec<Fault> = Vec::new();
    for _ in 0..count {
        let drawn = dice.one_of(&healing).copied();
        let Some(kind) = (if alone { only } else { drawn }) else {
            continue;
        };
        let from_ms = dice.between(5_000, span_ms * 9 / 10);
        let long = if dice.permille(300) {
            span_ms / 2
        } else {
            span_ms / 8
        };
        let mut fault = Fault {
            kind,
            desk: if kind.concerns_everybody() {
                0
            } else {
                usize::try_from(dice.below(desks as u64)).unwrap_or(0)
            },
            from_ms,
            until_ms: Some((from_ms + dice.between(1_000, long.max(2_000))).min(span_ms)),
        };
        // Nobody may notice for long.
        if fault.kind == Kind::Rollback && dice.permille(500) {
            fault.until_ms = Some(span_ms);
        }
        if faults.iter().all(|other| !clash(other, &fault)) {
            faults.push(fault);
        }
    }
    if mode == Mode::Liveness {
        stays(dice, &mut faults, &kinds, desks, span_ms);
    }
    faults.sort_by_key(|fault| fault.from_ms);
    faults
}

/// The last desk, and perhaps the one before it, is left with something.
fn stays(dice: &mut Dice, faults: &mut Vec<Fault>, kinds: &[Kind], desks: usize, span_ms: u64) {
    let staying: Vec<Kind> = kinds
        .iter()
        .copied()
        .filter(|kind| kind.may_stay())
        .collect();
    let victims = if desks > 2 && dice.permille(400) {
        2
    } else {
        1
    };
    for victim in desks.saturating_sub(victims)..desks {
        let Some(kind) = dice.one_of(&staying).copied() else {
            continue;
        };
        let fault = Fault {
            kind,
            desk: victim,
            from_ms: dice.between(5_000, span_ms),
            until_ms: None,
        };
        faults.retain(|other| !clash(other, &fault));
        faults.push(fault);
    }
}

/// `ZHIBAN_SIM_ONLY=Restore,Hold` makes no other faults.
fn is_wanted(kind: Kind) -> bool {
    std::env::var("ZHIBAN_SIM_ONLY").map_or(true, |only| {
        only.split(',').any(|name| name == format!("{kind:?}"))
    })
}

fn clash(one: &Fault, other: &Fault) -> bool {
    let ends = |fault: &Fault| fault.until_ms.unwrap_or(u64::MAX);
    let meets = one.from_ms <= ends(other) && other.from_ms <= ends(one);
    let same_place = one.kind.place() == other.kind.place();
    meets && same_place && (one.desk == other.desk || one.kind.concerns_everybody())
}
