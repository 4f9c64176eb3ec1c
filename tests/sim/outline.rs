//! What a seed decides before a night begins.

use super::centre::{Manner, OFFICERS};
use super::faults::{Fault, Kind, Mode, plan};
use super::world::Dice;

/// Ticks of the simulation with the length of the night that goes with each,
/// in milliseconds: a fine tick shows closer races in a shorter night.
const PACES: [(u64, u64); 3] = [(10, 60_000), (50, 300_000), (100, 600_000)];
/// Heartbeats of a stream: the product's own, and such that come after
/// everything that is judged.
const HEARTBEATS_MS: [u64; 3] = [15_000, 15_000, 30_000];
/// From this tick on a night may have calm hours; finer ones cost too much.
const CALM_TICK_MS: u64 = 50;

/// What a seed decides before the night begins.
#[derive(Clone, Debug)]
pub struct Outline {
    pub seed: u64,
    pub mode: Mode,
    pub desks: usize,
    pub tick_ms: u64,
    pub span_ms: u64,
    pub manner: Manner,
    pub faults: Vec<Fault>,
    /// Whether calm hours follow.
    pub calm: bool,
}

impl Outline {
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "outline");
        let mode = if dice.permille(300) {
            Mode::Liveness
        } else {
            Mode::Safety
        };
        let desks = usize::try_from(dice.between(2, OFFICERS.len() as u64)).unwrap_or(2);
        let (tick_ms, span_ms) = *dice.one_of(&PACES).unwrap();
        let manner = Manner {
            page_changes_max: *dice.one_of(&[1, 2, 7, 20, 2_000]).unwrap(),
            bus_messages_max: *dice.one_of(&[1, 2, 4, 16, 1_024]).unwrap(),
            stream_events_max: *dice.one_of(&[1, 2, 8, 64]).unwrap(),
            disk_ms: *dice.one_of(&[0, 5, 40, 400]).unwrap(),
            heartbeat_ms: *dice.one_of(&HEARTBEATS_MS).unwrap(),
        };
        let faults = plan(&mut dice, mode, desks, span_ms);
        let calm = tick_ms >= CALM_TICK_MS && manner.is_quick();
        Self {
            seed,
            mode,
            desks,
            tick_ms,
            span_ms,
            manner,
            faults,
            calm,
        }
    }

    /// Whether a second program will work at this desk.
    pub fn has_second(&self, number: usize) -> bool {
        self.faults
            .iter()
            .any(|fault| fault.kind == Kind::SecondProgram && fault.desk == number)
    }
}
