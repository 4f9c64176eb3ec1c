//! Commands on the wire, and the verdicts on them.

use serde::{Deserialize, Serialize};

use super::bounds;
use super::feed::{FeedId, Seq};
use super::proof::{Digest, Mac};
use crate::domain::act::{AnyAct, AnyVerb};
use crate::domain::command::{Command, Target};
use crate::domain::ids::{CommandId, DeviceId, OfficerId};
use crate::domain::incident::number::IncidentNumber;
use crate::domain::incident::refusal::Refusal;
use crate::domain::policy::PolicyVersion;
use crate::domain::time::Timestamp;

/// The most commands of one push.
pub const PUSH_COMMANDS_MAX: usize = 100;
/// The most bytes of one push.
pub const PUSH_BYTES_MAX: usize = 256 * 1024;
/// The most records that one command may name: a handover names each case
/// whose alarm moves.
pub const TARGETS_MAX: usize = 400;

/// The body of `POST /v1/commands`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// The device that delivers.
    pub device: DeviceId,
    /// Commands, in the order of their dseq.
    pub commands: Vec<WireCommand>,
}

/// A command as it is stored in the outbox and as it travels.
///
/// The order of the fields is part of the contract: the MAC is taken over the
/// JSON text of everything but `signed_as` and `mac`, the device's chain over
/// everything but `mac`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WireCommand {
    /// Its identity.
    pub id: CommandId,
    /// Its number on its device, from 1; at most
    /// [`COUNTER_MAX`](crate::domain::counter::COUNTER_MAX).
    pub dseq: u64,
    /// The hash of the device's command before it.
    pub prev: Digest,
    /// The feed it writes to.
    pub feed: FeedId,
    /// The records it is about.
    pub targets: Vec<Target>,
    /// Verb and arguments.
    #[serde(flatten)]
    pub act: AnyAct,
    /// Who says so.
    pub author: OfficerId,
    /// When, by the workstation's corrected clock.
    pub made_at: Timestamp,
    /// What the workstation added to its own clock, in milliseconds.
    pub offset_ms: i64,
    /// The policy that the screen applied.
    pub policy: PolicyVersion,
    /// What the MAC was made over, where the act was numbered anew since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_as: Option<SignedAs>,
    /// HMAC under the author's secret on this device, or on the one in
    /// `signed_as`.
    pub mac: Mac,
}

/// The place that an act had when its author's MAC was made. Numbering anew
/// (a desk that was copied and is another device now; a service whose latest
/// verdicts were lost) needs no officer to come back and say it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedAs {
    /// The device under which the author's secret was issued.
    pub device: DeviceId,
    /// The number that the act had.
    #[serde(deserialize_with = "bounds::read_counter")]
    pub dseq: u64,
    /// The hash of what came before it.
    pub prev: Digest,
}

/// Everything but the MAC, in the same order: what is signed and chained.
#[derive(Serialize)]
struct Said<'a> {
    id: CommandId,
    dseq: u64,
    prev: &'a Digest,
    feed: FeedId,
    targets: &'a [Target],
    #[serde(flatten)]
    act: &'a AnyAct,
    author: OfficerId,
    made_at: Timestamp,
    offset_ms: i64,
    policy: PolicyVersion,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_as: Option<&'a SignedAs>,
}

// `flatten` and `deny_unknown_fields` exclude each other in serde, so reading
// goes through a strict form that names verb and args.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    id: CommandId,
    #[serde(deserialize_with = "bounds::read_counter")]
    dseq: u64,
    prev: Digest,
    feed: FeedId,
    targets: Vec<Target>,
    verb: AnyVerb,
    args: serde_json::Value,
    author: OfficerId,
    made_at: Timestamp,
    offset_ms: i64,
    policy: PolicyVersion,
    #[serde(default)]
    signed_as: Option<SignedAs>,
    mac: Mac,
}

impl<'de> Deserialize<'de> for WireCommand {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let strict = Strict::deserialize(deserializer)?;
        if strict.targets.len() > TARGETS_MAX {
            return Err(D::Error::custom(format!("targets: at most {TARGETS_MAX}")));
        }
        let act = AnyAct::read(strict.verb, strict.args)
            .map_err(|error| D::Error::custom(format!("args: {error}")))?;
        Ok(Self {
            id: strict.id,
            dseq: strict.dseq,
            prev: strict.prev,
            feed: strict.feed,
            targets: strict.targets,
            act,
            author: strict.author,
            made_at: strict.made_at,
            offset_ms: strict.offset_ms,
            policy: strict.policy,
            signed_as: strict.signed_as,
            mac: strict.mac,
        })
    }
}

impl WireCommand {
    /// The bytes that the MAC is taken over: with the numbers that the act had
    /// when it was signed.
    ///
    /// # Errors
    /// Never for a command that was read or built by this program; kept as an
    /// error so that nothing here can panic.
    pub fn signed_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        match &self.signed_as {
            None => self.bytes(self.dseq, &self.prev, None),
            Some(first) => self.bytes(first.dseq, &first.prev, None),
        }
    }

    /// The device's chain after this command: what the `prev` of its next
    /// command must be. Before the first one it is [`Digest::ZERO`].
    ///
    /// # Errors
    /// As [`WireCommand::signed_bytes`].
    pub fn link(&self) -> Result<Digest, serde_json::Error> {
        let bytes = self.bytes(self.dseq, &self.prev, self.signed_as.as_ref())?;
        Ok(self.prev.link(&bytes))
    }

    fn bytes(
        &self,
        dseq: u64,
        prev: &Digest,
        signed_as: Option<&SignedAs>,
    ) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Said {
            id: self.id,
            dseq,
            prev,
            feed: self.feed,
            targets: &self.targets,
            act: &self.act,
            author: self.author,
            made_at: self.made_at,
            offset_ms: self.offset_ms,
            policy: self.policy,
            signed_as,
        })
    }

    /// Remembers that the numbers are those of `device`, before they or the
    /// device become others.
    pub fn keep_signed_as(&mut self, device: DeviceId) {
        self.signed_as.get_or_insert(SignedAs {
            device,
            dseq: self.dseq,
            prev: self.prev,
        });
    }

    /// The device under which the author's MAC was made, of a command that
    /// `delivered_by` brings.
    #[must_use]
    pub fn signed_on(&self, delivered_by: DeviceId) -> DeviceId {
        self.signed_as.map_or(delivered_by, |first| first.device)
    }

    /// The command as the domain sees it.
    #[must_use]
    pub fn to_domain(&self) -> Command {
        Command {
            id: self.id,
            targets: self.targets.clone(),
            act: self.act.clone(),
            author: self.author,
            made_at: self.made_at,
            policy: self.policy,
        }
    }
}

/// The reply to a push: one result a command, in order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PushReply {
    /// The results.
    pub results: Vec<CommandResult>,
    /// The service's time.
    pub server_time: Timestamp,
}

/// What became of one command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CommandResult {
    /// Which command.
    pub id: CommandId,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// A place in a feed that a command wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Which feed.
    pub feed: FeedId,
    /// Which place.
    pub seq: Seq,
    /// The service's word for everything up to it (see [`super::feed::Mark`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<Digest>,
}

impl Written {
    /// Whether both are the same place.
    #[must_use]
    pub fn is_at(&self, other: &Self) -> bool {
        self.feed == other.feed && self.seq == other.seq
    }
}

/// The service's answer to a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// It took effect now.
    Accepted {
        /// Where it is written.
        written: Vec<Written>,
        /// The number given to a new incident.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<IncidentNumber>,
    },
    /// It had taken effect before; the stored verdict again.
    Duplicate {
        /// Where it is written.
        written: Vec<Written>,
        /// The number given to a new incident.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<IncidentNumber>,
    },
    /// Its author has lost the grant for it since: it took no effect, and its
    /// words were filed with the incident as a late submission. The same
    /// verdict again, however often it is delivered.
    Late {
        /// Where it is written.
        written: Vec<Written>,
    },
    /// A rule stands against it. Kept and shown at the workstation.
    Refused {
        /// Which rule.
        refusal: Refused,
        /// The record as it is now, if the author may see it. A value and not
        /// raw text: serde buffers what stands beside a tag, and a raw text
        /// cannot be read back out of such a buffer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        record: Option<Box<serde_json::Value>>,
    },
    /// The device looks copied or its chain is broken: enrol again.
    Quarantined {
        /// What is wrong, for the log.
        why: String,
    },
    /// Not now; send it again.
    Retry {
        /// After how many milliseconds.
        after_ms: u64,
    },
}

/// Why the service refused a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Refused {
    /// A rule of the domain.
    Rule {
        /// Which.
        rule: Refusal,
    },
    /// The MAC is not the author's: not said by that officer on this device.
    Mac,
    /// The author's account is disabled, or the offline window has passed.
    Author,
    /// The feed is not one that the author may write to.
    Feed,
    /// The command names a policy that the service does not know.
    Policy,
}
