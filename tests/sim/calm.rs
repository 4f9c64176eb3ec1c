//! The end of a night, when nothing is wrong any more and all have come
//! together: somebody writes, and it must be everywhere at once. What heals
//! itself with the next heartbeat or the next act does not pass for working.

use super::faults::Kind;
use super::line::Way;
use super::night::{AFTERMATH_MS, Night};

/// What desks need to open their streams anew after a goodbye: up to 4 s of
/// rest, and their questions at a slow centre.
const REOPENING_MS: u64 = 9_000;
/// Nobody writes for so long, which is more than a live line may take.
const SILENCE_MS: u64 = 13_000;
/// Heartbeats come at any time before and after.
const SWAY_MS: u64 = 15_000;
/// What an officer does last goes wrong for so long.
const LAST_TROUBLE_MS: u64 = 6_000;
/// Obstacles to a request that leave an open stream alone.
const OBSTACLES: [Kind; 4] = [Kind::Storm503, Kind::Truncate, Kind::Portal, Kind::Late];

impl Night<'_> {
    /// The calm hours, on a fine enough line.
    pub fn calm(&mut self) {
        self.pass(AFTERMATH_MS);
        self.streams_are_met();
        let sway = self.dice.below(SWAY_MS);
        self.pass(sway);
        self.much_at_once();
        self.last_words();
        self.quiet();
    }

    fn pass(&mut self, ms: u64) {
        let until = self.now_ms() + ms;
        while self.now_ms() < until {
            self.step();
        }
    }

    /// All streams end; while one desk opens its own again, the centre writes
    /// once, and then nobody does.
    fn streams_are_met(&mut self) {
        let whole: Vec<usize> = (0..self.desks.len())
            .filter(|number| self.history.seats[*number].must_converge)
            .collect();
        let Some(number) = self.dice.one_of(&whole).copied() else {
            return;
        };
        let name = self.desks[number].profile.name.clone();
        self.centre.meddler.wait_for(&name, &mut self.dice);
        self.centre.ends_sessions();
        self.pass(REOPENING_MS + SILENCE_MS);
    }

    /// More happens at once than the bus keeps, the last of it of no desk's
    /// concern, and then nothing.
    fn much_at_once(&mut self) {
        for _ in 0..self.dice.between(2, 12) {
            self.centre_acts();
        }
        // Each tells the bus twice.
        let kept = self.outline.manner.bus_messages_max;
        self.centre.touches_accounts(kept.min(20) / 2 + 1);
        self.pass(SILENCE_MS);
    }

    /// Each officer does a last thing while nothing gets through, and nobody
    /// does anything after it.
    fn last_words(&mut self) {
        for number in 0..self.desks.len() {
            if !self.history.seats[number].must_converge {
                continue;
            }
            let obstacle = self.dice.one_of(&OBSTACLES).copied();
            let way = match obstacle {
                Some(Kind::Storm503) => Way {
                    storm: Some((503, 1_000, None)),
                    ..Way::default()
                },
                Some(Kind::Truncate) => Way {
                    truncate: 1_000,
                    ..Way::default()
                },
                Some(Kind::Late) => Way {
                    late: 1_000,
                    ..Way::default()
                },
                _ => Way {
                    portal: true,
                    ..Way::default()
                },
            };
            *self.desks[number].line.way.lock().unwrap() = way;
            self.wrong_until[number] = self.now_ms() + LAST_TROUBLE_MS + AFTERMATH_MS;
            self.registers(number);
        }
        self.pass(LAST_TROUBLE_MS);
        for (number, desk) in self.desks.iter().enumerate() {
            if self.history.seats[number].must_converge {
                *desk.line.way.lock().unwrap() = Way::default();
            }
        }
        self.trace.line("night", "calm");
    }
}
