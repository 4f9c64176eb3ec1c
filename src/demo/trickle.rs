//! What comes in while somebody looks on: an incident every 30 to 90 seconds,
//! by a duty officer who is not the one at the screen.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::acting::{Acting, Behalf};
use super::case::{self, Filling};
use super::network::Network;
use super::places::Places;
use super::plan::{Origin, Plan, Step};
use super::rng::{Part, Rng};
use crate::domain::alarm::Rank;
use crate::domain::command::{Command, Target};
use crate::domain::ids::{CommandId, OfficerId, RecordId};
use crate::domain::policy::PolicyVersion;
use crate::domain::record::Rev;
use crate::domain::time::{Minutes, Timestamp};
use crate::service::{Service, ServiceError};

/// Who takes what comes in.
pub const REGISTRAR: &str = "duty2";
/// From one incident to the next, in seconds: at least and at most.
const EVERY_S: (u64, u64) = (30, 90);
/// The first comes sooner, so that nobody has to wait for it.
const FIRST_S: u64 = 15;
/// From one red one to the next, in minutes.
const RED_EVERY: Minutes = Minutes(5);

/// Incidents that come in until this is dropped.
#[derive(Debug)]
pub struct Trickle {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Trickle {
    /// Lets incidents come in at `service`.
    ///
    /// # Errors
    /// When nobody is there to take them, or no thread can be started.
    pub fn start(service: &Service, seed: u64) -> Result<Self, ServiceError> {
        let registrar = service
            .account_list()?
            .into_iter()
            .find(|line| line.officer.account == REGISTRAR)
            .map(|line| line.officer)
            .ok_or_else(|| crate::service::AccountError::Unknown(REGISTRAR.to_owned()))?;
        let (stop, stopped) = channel();
        let service = service.clone();
        let mut source = Source::new(seed, registrar.unit.id, registrar.id, service.now());
        let thread = std::thread::Builder::new()
            .name("zhiban-trickle".to_owned())
            .spawn(move || run(&service, &mut source, &stopped))
            .map_err(ServiceError::Start)?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Trickle {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of incoming incidents panicked");
        }
    }
}

fn run(service: &Service, source: &mut Source, stopped: &Receiver<()>) {
    let mut wait = Duration::from_secs(FIRST_S);
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(wait) {
        let (author, command) = source.next(service.now());
        if let Err(error) = service.act_as(author, &command, command.made_at) {
            tracing::warn!(%error, "an incoming incident could not be registered");
        }
        wait = source.pause();
    }
}

/// Makes the commands.
struct Source {
    rng: Rng,
    places: Places,
    network: Network,
    author: OfficerId,
    last_red: Option<Timestamp>,
    index: u32,
}

impl Source {
    fn new(
        seed: u64,
        centre: crate::domain::ids::UnitId,
        author: OfficerId,
        now: Timestamp,
    ) -> Self {
        let places = Places::made(seed);
        let moment = u64::try_from(now.as_millis()).unwrap_or(0);
        Self {
            // Another start brings other incidents.
            rng: Rng::stream(seed, Part::Trickle, moment),
            network: Network::made(seed, &places, centre),
            places,
            author,
            last_red: None,
            index: 0,
        }
    }

    fn pause(&mut self) -> Duration {
        Duration::from_secs(self.rng.between(EVERY_S.0, EVERY_S.1))
    }

    fn next(&mut self, now: Timestamp) -> (OfficerId, Command) {
        let case = &case::all()[case::draw(&mut self.rng)];
        let count = self.places.villages().count() as u64;
        let at = usize::try_from(self.rng.below(count)).unwrap_or(0);
        let village = self.places.villages().nth(at);
        let village = village.unwrap_or(&self.places.towns[0].own).clone();
        let mut rank = case.draw_rank(&mut self.rng);
        let red_lately = self
            .last_red
            .is_some_and(|last| now < last.saturating_add(RED_EVERY));
        if rank == Rank::Urgent && red_lately {
            rank = Rank::Watch;
        }
        if rank == Rank::Urgent {
            self.last_red = Some(now);
        }
        self.index += 1;
        let plan = Plan {
            index: self.index,
            case,
            area: village.area,
            village: village.name.clone(),
            rank,
            origin: Origin::District,
            steps: Vec::new(),
        };
        let filling = Filling::drawn(&mut self.rng, &village.name);
        let acting = Acting {
            plan: &plan,
            filling: &filling,
            network: &self.network,
            incident: None,
            on_behalf: Behalf::Own,
            moment: now,
        };
        let act = acting.of(Step::RegisterOpen, &mut self.rng);
        let command = Command {
            id: CommandId::new(super::ids::next(&mut self.rng, now)),
            targets: vec![Target::new_incident(RecordId::new(super::ids::next(
                &mut self.rng,
                now,
            )))],
            act: act.into(),
            author: self.author,
            made_at: now,
            policy: PolicyVersion(Rev(1)),
        };
        (self.author, command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::prepare::{Earlier, Wanted, prepare};
    use crate::domain::incident::act::Act;
    use crate::service::ActOutcome;

    #[test]
    fn what_comes_in_is_accepted_and_red_at_most_every_five_minutes() {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-11-23T03:05:00+08:00".parse().unwrap();
        let wanted = Wanted {
            seed: Some(5),
            incidents: Some(3),
            people: None,
            earlier: Earlier::Use,
            now,
        };
        let service = prepare(folder.path(), wanted).unwrap().service;
        let accounts = service.account_list().unwrap();
        let registrar = accounts
            .iter()
            .find(|line| line.officer.account == REGISTRAR)
            .unwrap();
        let officer = &registrar.officer;
        let mut source = Source::new(5, officer.unit.id, officer.id, now);
        let mut reds = Vec::new();
        for minute in 0..120 {
            let at = now.saturating_add(Minutes(minute));
            let (author, command) = source.next(at);
            if let Some(Act::Register(args)) = command.act.incident()
                && args.rank == Rank::Urgent
            {
                reds.push(minute);
            }
            let outcome = service.act_as(author, &command, at).unwrap();
            assert!(
                matches!(
                    outcome,
                    ActOutcome::Accepted {
                        number: Some(_),
                        ..
                    }
                ),
                "{outcome:?}"
            );
            let pause = source.pause().as_secs();
            assert!((EVERY_S.0..=EVERY_S.1).contains(&pause));
        }
        assert!(!reds.is_empty());
        assert!(
            reds.windows(2).all(|pair| pair[1] - pair[0] >= RED_EVERY.0),
            "{reds:?}"
        );
    }
}
