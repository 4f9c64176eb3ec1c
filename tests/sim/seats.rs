//! The desks of a night, and who else works there.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use zhiban::store::handle::Store;
use zhiban::sync::engine::Engine;
use zhiban::sync::status::Status;

use super::centre::{Centre, OFFICERS};
use super::desk::{Desk, Profile};
use super::history::Seat;
use super::line::{Line, Tally, Way};
use super::world::{DeskClock, Dice, Time, Trace, shared};

/// A store that a second program has opened, on its way to that program.
pub type Handed = Arc<Mutex<Option<Store>>>;

/// Where a second program of a desk runs.
pub fn beside_name(desk: &Desk) -> String {
    format!("{}x", desk.profile.name)
}

/// A desk with its officer.
pub fn desk(
    number: usize,
    seed: u64,
    folder: &Path,
    (time, trace, tally): (&Time, &Trace, &Tally),
    centre: &Centre,
) -> Desk {
    let name = format!("desk{number}");
    let mut dice = Dice::new(seed, &name);
    let (account, _, _) = OFFICERS[number];
    let profile = Profile::new(folder.join(&name), &name, account, &mut dice);
    Desk {
        clock: DeskClock::new(time),
        line: Line {
            desk: name.clone(),
            way: Arc::new(Mutex::new(Way::default())),
            dice: shared(Dice::new(seed, &format!("{name}'s line"))),
            time: time.clone(),
            trace: trace.clone(),
            tally: Arc::clone(tally),
            meddler: centre.meddler.clone(),
            sent: Arc::default(),
        },
        profile,
        trace: trace.clone(),
        running: Arc::default(),
        lives: Arc::default(),
        dice: shared(Dice::new(seed, &format!("{name}'s ids"))),
        leaves: Arc::default(),
        twin_of: None,
        seed,
    }
}

/// Another machine, which a desk's files may be copied to.
pub fn twin(desk: &Desk, original: usize, folder: &Path) -> Desk {
    let name = format!("{}twin", desk.profile.name);
    let dice = |part: &str| shared(Dice::new(desk.seed, &format!("{name}'s {part}")));
    Desk {
        clock: desk.clock.another(),
        line: Line {
            desk: name.clone(),
            way: Arc::default(),
            dice: dice("line"),
            sent: Arc::default(),
            ..desk.line.clone()
        },
        profile: desk.profile.twin(folder.join(&name), &name),
        running: Arc::default(),
        lives: Arc::default(),
        dice: dice("ids"),
        leaves: Arc::default(),
        twin_of: Some(original),
        ..desk.clone()
    }
}

pub fn seat(desk: &Desk) -> Seat {
    let (_, _, area) = OFFICERS
        .into_iter()
        .find(|(account, _, _)| *account == desk.profile.account)
        .unwrap();
    Seat {
        name: desk.profile.name.clone(),
        device: desk.profile.device.to_string(),
        areas: vec![area.to_owned()],
        // A twin should not be there at all.
        must_converge: desk.twin_of.is_none(),
    }
}

/// A second program at a desk: sends what it was given, as the command line
/// does, and ends.
pub async fn second(desk: Desk, handed: Handed) -> turmoil::Result {
    loop {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let Some(store) = handed.lock().unwrap().take() else {
            continue;
        };
        let life = desk
            .lives
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let parts = desk.parts(&store, life);
        drop(store);
        let (_orders, taken) = mpsc::channel(1);
        let (tell, _status) = watch::channel(Status::default());
        let outcome = Engine::new(parts, None, taken, tell).run_once().await;
        desk.trace
            .line(&desk.profile.name, &format!("second program: {outcome:?}"));
    }
}
