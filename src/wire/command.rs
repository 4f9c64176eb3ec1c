//! Commands on the wire, and the verdicts on them.

use serde::{Deserialize, Serialize};

use super::bounds;
use super::feed::{FeedId, Seq};
use super::proof::{Digest, Mac};
use crate::domain::command::{Command, Target};
use crate::domain::ids::{CommandId, DeviceId, OfficerId};
use crate::domain::incident::act::Act;
use crate::domain::incident::number::IncidentNumber;
use crate::domain::incident::refusal::Refusal;
use crate::domain::policy::PolicyVersion;
use crate::domain::time::Timestamp;

/// The most commands of one push.
pub const PUSH_COMMANDS_MAX: usize = 100;
/// The most bytes of one push.
pub const PUSH_BYTES_MAX: usize = 256 * 1024;
/// The most records that one command may name.
pub const TARGETS_MAX: usize = 100;

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
/// The order of the fields is part of the contract: the MAC and the device's
/// chain are taken over the JSON text of everything but `mac`.
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
    pub act: Act,
    /// Who says so.
    pub author: OfficerId,
    /// When, by the workstation's corrected clock.
    pub made_at: Timestamp,
    /// What the workstation added to its own clock, in milliseconds.
    pub offset_ms: i64,
    /// The policy that the screen applied.
    pub policy: PolicyVersion,
    /// HMAC under the author's secret on this device.
    pub mac: Mac,
}

/// Everything but the MAC, in the same order: what is signed and chained.
#[derive(Serialize)]
struct Signed<'a> {
    id: CommandId,
    dseq: u64,
    prev: &'a Digest,
    feed: FeedId,
    targets: &'a [Target],
    #[serde(flatten)]
    act: &'a Act,
    author: OfficerId,
    made_at: Timestamp,
    offset_ms: i64,
    policy: PolicyVersion,
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
    verb: String,
    args: serde_json::Value,
    author: OfficerId,
    made_at: Timestamp,
    offset_ms: i64,
    policy: PolicyVersion,
    mac: Mac,
}

impl<'de> Deserialize<'de> for WireCommand {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let strict = Strict::deserialize(deserializer)?;
        if strict.targets.len() > TARGETS_MAX {
            return Err(D::Error::custom(format!("targets: at most {TARGETS_MAX}")));
        }
        let act = serde_json::json!({"verb": strict.verb, "args": strict.args});
        let act =
            Act::deserialize(act).map_err(|error| D::Error::custom(format!("args: {error}")))?;
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
            mac: strict.mac,
        })
    }
}

impl WireCommand {
    /// The bytes that the MAC and the device's chain are taken over.
    ///
    /// # Errors
    /// Never for a command that was read or built by this program; kept as an
    /// error so that nothing here can panic.
    pub fn signed_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Signed {
            id: self.id,
            dseq: self.dseq,
            prev: &self.prev,
            feed: self.feed,
            targets: &self.targets,
            act: &self.act,
            author: self.author,
            made_at: self.made_at,
            offset_ms: self.offset_ms,
            policy: self.policy,
        })
    }

    /// The device's chain after this command: what the `prev` of its next
    /// command must be. Before the first one it is [`Digest::ZERO`].
    ///
    /// # Errors
    /// As [`WireCommand::signed_bytes`].
    pub fn link(&self) -> Result<Digest, serde_json::Error> {
        Ok(self.prev.link(&self.signed_bytes()?))
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
