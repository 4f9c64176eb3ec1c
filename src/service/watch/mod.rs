//! The clock of the centre: runs the built-in rules of
//! [`domain::warning::rules`](crate::domain::warning::rules) over the records,
//! as the service's own account.
//!
//! It keeps of each case what the rules need ([`Ground`]), follows the feed, and
//! hands what is news to the sequencer like anybody's act. It may run at several
//! replicas of one storage: what one has raised is known to the other, by the
//! record's id, and changes nothing.

mod ground;

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use self::ground::Ground;
use super::Service;
use super::core::{Core, Stopping};
use super::feed::sequencer::{Ask, Outcome};
use super::storage::StorageError;
use crate::domain::act::AnyAct;
use crate::domain::command::{Arrival, Command, Target};
use crate::domain::duty;
use crate::domain::duty::act::{LogAdd, Told};
use crate::domain::duty::line::Means;
use crate::domain::extra::Extra;
use crate::domain::ids::{CommandId, DeviceId};
use crate::domain::officer::{Grant, Officer, Role};
use crate::domain::record::{Body, Kind, Record, Rev};
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::unit::UnitRef;
use crate::domain::warning::rules::{self, Proposal};
use crate::domain::warning::told::Line;
use crate::wire::feed::FeedId;

/// Acts of the rules in one turn; the rest comes in the next.
pub const ACTS_PER_TURN_MAX: usize = 50;
/// From one look at the feed's head to the next, in milliseconds.
const LOOK_EVERY_MS: u64 = 2_000;
/// Without any change the rules run as often: deadlines pass by themselves.
const RUN_EVERY: Minutes = Minutes(1);
/// The account's name; nobody can sign in by it.
const ACCOUNT: &str = "rules";

/// Whether the service runs the rules by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Watching {
    /// Only when it is asked to: for whoever counts changes.
    #[default]
    WhenAsked,
    /// Once per change and minute, while it serves.
    ByItself,
}

/// What a turn did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// Acts that were written.
    pub acts: usize,
    /// Whether there is more to do at once.
    pub more: More,
}

/// Whether there is more to do at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum More {
    /// No.
    #[default]
    Nothing,
    /// Yes.
    Something,
}

/// The rules of one centre, and what they know.
pub struct Watch {
    core: Arc<Core>,
    ground: Ground,
    ran_at: Option<Timestamp>,
}

impl Service {
    /// Rules over this service's records that have looked at nothing yet.
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch::new(Arc::clone(&self.core))
    }
}

impl Watch {
    pub(super) fn new(core: Arc<Core>) -> Self {
        Self {
            ground: Ground::of(FeedId::Area(core.district)),
            core,
            ran_at: None,
        }
    }

    /// One bounded turn: reads on, and does what is news.
    ///
    /// # Errors
    /// When the storage fails; what was written stays.
    pub fn turn(&mut self) -> Result<Turned, StorageError> {
        self.turn_at(self.core.now())
    }

    /// As [`Watch::turn`], as if it were that moment: for a demonstration that
    /// has a past.
    ///
    /// # Errors
    /// As [`Watch::turn`].
    pub fn turn_at(&mut self, now: Timestamp) -> Result<Turned, StorageError> {
        let read = self.core.storage.read(|view| self.ground.read(view))?;
        if read.more == More::Something {
            return Ok(Turned {
                acts: 0,
                more: More::Something,
            });
        }
        let idle = self.ran_at.is_some_and(|ran| {
            read.changes == 0 && now >= ran && now < ran.saturating_add(RUN_EVERY)
        });
        if idle {
            return Ok(Turned::default());
        }
        let proposals = self.ground.proposals(now);
        let mut turned = Turned::default();
        if proposals.len() > ACTS_PER_TURN_MAX {
            turned.more = More::Something;
        } else {
            self.ran_at = Some(now);
        }
        let author = self.author()?;
        for proposal in proposals.iter().take(ACTS_PER_TURN_MAX) {
            if *self.core.stopping.borrow() == Stopping::Now {
                return Ok(turned);
            }
            turned.acts += self.carry_out(proposal, &author, now)?;
        }
        // What was written comes back by the feed, and is told in the log then,
        // as what desks and other replicas wrote is.
        if turned.acts > 0 {
            turned.more = More::Something;
        }
        self.tell(&author, now)?;
        Ok(turned)
    }

    /// Writes what befell warnings into the log of the centre.
    fn tell(&mut self, author: &Officer, now: Timestamp) -> Result<(), StorageError> {
        let feed = self.ground.feed;
        for line in self.ground.untold(now) {
            if *self.core.stopping.borrow() == Stopping::Now {
                break;
            }
            let known = self.core.storage.read(|view| view.record(feed, line.id))?;
            if known.is_none() {
                self.write(&line, author, now)?;
            }
            self.ground.has_told(line.id);
        }
        Ok(())
    }

    fn write(&self, line: &Line, author: &Officer, now: Timestamp) -> Result<(), StorageError> {
        let command = Command {
            id: CommandId::new(rules::uuid_of(&format!("zhiban-rule-line-1\n{}", line.id))),
            targets: vec![Target {
                kind: Kind::LogLine,
                id: line.id,
                base_rev: Rev::NONE,
                seen: None,
            }],
            act: AnyAct::Duty(duty::act::Act::LogAdd(Box::new(LogAdd {
                area: author.unit.area,
                what: Told::Warned(Box::new(line.warned.clone())),
                text: String::new(),
                by: Means::Program,
                about: line.warned.subject.case(),
                corrects: None,
                keeps: None,
            }))),
            author: author.id,
            made_at: line.at,
            policy: self.ground.version,
        };
        let ask = Ask {
            command: &command,
            feed: self.ground.feed,
            author,
            at: line.at,
            arrival: Some(Arrival {
                at: now,
                device: DeviceId::new(Uuid::nil()),
            }),
        };
        match self.core.decide(&ask)? {
            Outcome::Accepted { .. } => {}
            // Another replica was a moment quicker.
            Outcome::Refused(why) => tracing::debug!(?why, line = %line.id, "a line is there"),
        }
        Ok(())
    }

    /// Does what a rule wants; how many changes that made.
    fn carry_out(
        &mut self,
        proposal: &Proposal,
        author: &Officer,
        now: Timestamp,
    ) -> Result<usize, StorageError> {
        let command = self.command(proposal, author, now)?;
        let ask = Ask {
            command: &command,
            feed: self.ground.feed,
            author,
            at: now,
            arrival: None,
        };
        Ok(match self.core.decide(&ask)? {
            Outcome::Accepted { changes, .. } => {
                if changes.is_empty() {
                    self.look_at(proposal)?;
                }
                changes.len()
            }
            Outcome::Refused(why) => {
                // Only what a newer program wrote can stand against it.
                tracing::warn!(?why, warning = %proposal.on, "a rule's act was refused");
                self.ground.put_aside(proposal.on);
                0
            }
        })
    }

    /// It was known already: to another replica, or from before this start.
    fn look_at(&mut self, proposal: &Proposal) -> Result<(), StorageError> {
        let feed = self.ground.feed;
        let ids = [Some(proposal.on), proposal.case];
        for id in ids.into_iter().flatten() {
            let stored = self.core.storage.read(|view| view.record(feed, id))?;
            if let Some(stored) = stored {
                self.ground.learn(serde_json::from_str(&stored.doc)?);
            }
        }
        Ok(())
    }

    fn command(
        &self,
        proposal: &Proposal,
        author: &Officer,
        now: Timestamp,
    ) -> Result<Command, StorageError> {
        let feed = self.ground.feed;
        let stored = |id| self.core.storage.read(|view| view.record(feed, id));
        let mut targets = vec![Target {
            kind: Kind::Warning,
            id: proposal.on,
            base_rev: stored(proposal.on)?.map_or(Rev::NONE, |stored| stored.rev),
            seen: None,
        }];
        if let Some(case) = proposal.case
            && let Some(stored) = stored(case)?
        {
            let record: Record = serde_json::from_str(&stored.doc)?;
            targets.push(Target::seen(&record));
        }
        // Two replicas that want the same thing say it in the same words.
        let said = serde_json::to_string(&proposal.act)?;
        let id = rules::uuid_of(&format!("zhiban-rule-1\n{}\n{said}", proposal.on));
        Ok(Command {
            id: CommandId::new(id),
            targets,
            act: AnyAct::Warning(proposal.act.clone()),
            author: author.id,
            made_at: now,
            policy: self.ground.version,
        })
    }

    /// The account that the rules act by: it is in no table, so nobody signs in
    /// by it, and it may do what a duty officer of the district may.
    fn author(&self) -> Result<Officer, StorageError> {
        let (core, feed) = (&self.core, self.ground.feed);
        let stored = core
            .storage
            .read(|view| view.record(feed, core.centre.into()))?;
        let unit = match stored {
            Some(stored) => serde_json::from_str::<Record>(&stored.doc)?,
            None => {
                return Err(StorageError::Corrupt {
                    what: "unit of the centre",
                });
            }
        };
        let name = match unit.body {
            Body::Unit(unit) => unit.name,
            _ => String::new(),
        };
        Ok(Officer {
            id: rules::account(),
            account: ACCOUNT.to_owned(),
            // Whoever shows it has the words.
            name: String::new(),
            unit: UnitRef {
                id: core.centre,
                name,
                area: core.district,
            },
            person: None,
            grants: vec![Grant {
                role: Role::DutyOfficer,
                area: core.district,
            }],
            grant_version: 0,
            extra: Extra::new(),
        })
    }
}

/// Runs the rules as long as the service serves; ends never by itself.
pub(super) async fn run(core: Arc<Core>) {
    if core.options.watching == Watching::WhenAsked {
        std::future::pending::<()>().await;
    }
    let mut watch = Watch::new(Arc::clone(&core));
    loop {
        let turn = core.blocking(move |_| {
            let turned = watch.turn();
            Ok::<_, StorageError>((watch, turned))
        });
        let turned = match turn.await {
            Ok((back, turned)) => {
                watch = back;
                turned
            }
            Err(error) => {
                tracing::error!(%error, "the rules lost their thread and begin anew");
                watch = Watch::new(Arc::clone(&core));
                Ok(Turned::default())
            }
        };
        match turned {
            Ok(Turned {
                more: More::Something,
                ..
            }) => tokio::task::yield_now().await,
            Ok(_) => tokio::time::sleep(Duration::from_millis(LOOK_EVERY_MS)).await,
            Err(error) => {
                tracing::error!(%error, "the rules could not run");
                tokio::time::sleep(Duration::from_millis(LOOK_EVERY_MS)).await;
            }
        }
    }
}
