//! A desk as a program of somebody's own would play it: its keys, its order,
//! and whatever it likes to send.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::json;
use std::net::SocketAddr;
use uuid::Uuid;

use zhiban::domain::command::Target;
use zhiban::domain::ids::{CommandId, DeviceId, OfficerId};
use zhiban::domain::incident::act::Act;
use zhiban::domain::policy::PolicyVersion;
use zhiban::domain::record::Rev;
use zhiban::domain::time::Timestamp;
use zhiban::wire::command::WireCommand;
use zhiban::wire::feed::FeedId;
use zhiban::wire::proof::{Digest, Mac};
use zhiban::wire::session::{SignedIn, resume_statement, station_statement};

use crate::http::{Answer, Request};
use crate::scene::PASSWORD;

pub struct Desk {
    pub id: DeviceId,
    key: Ed25519KeyPair,
    dseq: u64,
    chain: Digest,
}

/// An officer at a desk, or one with a token alone.
#[derive(Clone)]
pub struct Seat {
    pub account: String,
    pub token: String,
    pub officer: OfficerId,
    secret: [u8; 32],
}

impl Desk {
    pub fn new() -> Self {
        let mut seed = [0; 32];
        let random = ring::rand::SystemRandom::new();
        ring::rand::SecureRandom::fill(&random, &mut seed).unwrap();
        Self {
            id: DeviceId::new(Uuid::now_v7()),
            key: Ed25519KeyPair::from_seed_unchecked(&seed).unwrap(),
            dseq: 0,
            chain: Digest::ZERO,
        }
    }

    fn station(&self, account: &str, at: Timestamp) -> serde_json::Value {
        let statement = station_statement(account, self.id, at);
        json!({
            "device": self.id,
            "name": "一号席",
            "public_key": BASE64.encode(self.key.public_key()),
            "at": at,
            "signature": BASE64.encode(self.key.sign(statement.as_bytes())),
        })
    }

    /// The answer to a sign-in with the password, at this desk.
    pub fn enrol(&self, at: SocketAddr, account: &str, now: Timestamp) -> Answer {
        let mut station = self.station(account, now);
        station["store_key"] = BASE64.encode([9; 32]).into();
        let body = json!({"account": account, "password": PASSWORD, "station": station});
        Request::new("POST", "/v1/sessions", None)
            .body(body.to_string())
            .send(at)
    }

    /// An officer who signs in here, and may.
    pub fn sit(&self, at: SocketAddr, account: &str, now: Timestamp) -> Seat {
        let answer = self.enrol(at, account, now);
        assert_eq!(answer.status, 201, "{}", answer.text());
        let signed_in: SignedIn = serde_json::from_slice(&answer.body).unwrap();
        let secret = signed_in.desk.unwrap().device_secret;
        Seat {
            account: account.to_owned(),
            token: signed_in.token,
            officer: signed_in.officer.id,
            secret: BASE64.decode(secret).unwrap().try_into().unwrap(),
        }
    }

    /// The answer to the proof that stands in for a password.
    pub fn resume(&self, at: SocketAddr, seat: &Seat, now: Timestamp) -> Answer {
        let statement = resume_statement(&seat.account, self.id, now);
        let body = json!({
            "account": seat.account,
            "resume": {"mac": Mac::of(&seat.secret, statement.as_bytes())},
            "station": self.station(&seat.account, now),
        });
        Request::new("POST", "/v1/sessions", None)
            .body(body.to_string())
            .send(at)
    }

    /// The next command of this desk, with any id and any author.
    pub fn command(
        &mut self,
        (seat, feed, made_at): (&Seat, FeedId, Timestamp),
        id: CommandId,
        author: OfficerId,
        (targets, act): (Vec<Target>, Act),
    ) -> WireCommand {
        self.dseq += 1;
        let mut command = WireCommand {
            id,
            dseq: self.dseq,
            prev: self.chain,
            feed,
            targets,
            act: act.into(),
            author,
            made_at,
            offset_ms: 0,
            policy: PolicyVersion(Rev(1)),
            signed_as: None,
            mac: Mac([0; 32]),
        };
        command.mac = Mac::of(&seat.secret, &command.signed_bytes().unwrap());
        self.chain = command.link().unwrap();
        command
    }

    /// The answer to a push, as the device says or pretends to be.
    pub fn push(at: SocketAddr, seat: &Seat, device: DeviceId, commands: &[WireCommand]) -> Answer {
        let body = json!({"device": device, "commands": commands}).to_string();
        Request::new("POST", "/v1/commands", Some(&seat.token))
            .body(body)
            .send(at)
    }
}
