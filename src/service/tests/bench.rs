//! A service to test against, and a desk that talks to it as a workstation
//! would.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use uuid::Uuid;

use crate::domain::act::AnyAct;
use crate::domain::alarm::Rank;
use crate::domain::area::AreaCode;
use crate::domain::command::Target;
use crate::domain::ids::{CommandId, DeviceId, OfficerId, RecordId};
use crate::domain::incident::act::{Act, Answer, Note, Register};
use crate::domain::incident::party::{AgeClass, Party, SealedParty};
use crate::domain::incident::{Channel, Source};
use crate::domain::officer::{Grant, Role};
use crate::domain::policy::{Policy, PolicyVersion};
use crate::domain::record::Rev;
use crate::domain::time::Timestamp;
use crate::service::{Init, Listen, NewAccount, Running, Service, ServiceOptions};
use crate::wire::command::{CommandResult, PushReply, Verdict, WireCommand};
use crate::wire::feed::{ChangesPage, FeedId};
use crate::wire::problem::Problem;
use crate::wire::proof::{Digest, Mac};
use crate::wire::session::{
    Resume, SignIn, SignedIn, Station, resume_statement, station_statement,
};

pub const DISTRICT: &str = "420607";
pub const TOWN: &str = "420607102";
pub const OTHER_TOWN: &str = "420607103";
pub const PASSWORD: &str = "a good password";
/// 2026-11-23 03:00 in Xiangyang.
pub const NIGHT: i64 = 1_795_374_000_000;

pub fn area(code: &str) -> AreaCode {
    code.parse().unwrap()
}

/// Accounts by role and place.
const CAST: [(&str, Role, &str); 8] = [
    ("duty", Role::DutyOfficer, DISTRICT),
    ("duty2", Role::DutyOfficer, DISTRICT),
    ("leader", Role::Leader, DISTRICT),
    ("handler", Role::Handler, TOWN),
    ("mediator", Role::Mediator, TOWN),
    ("elsewhere", Role::DutyOfficer, OTHER_TOWN),
    ("auditor", Role::Auditor, DISTRICT),
    ("wall", Role::Wall, DISTRICT),
];

/// A running service with accounts of every role.
pub struct Bench {
    pub clock: Arc<AtomicI64>,
    pub running: Option<Running>,
    pub service: Service,
    pub folder: TempDir,
    pub http: reqwest::Client,
    made: Mutex<BTreeSet<String>>,
}

pub fn options(clock: &Arc<AtomicI64>) -> ServiceOptions {
    let clock = Arc::clone(clock);
    ServiceOptions {
        clock: Arc::new(move || Timestamp::from_millis(clock.load(Ordering::SeqCst))),
        ..ServiceOptions::default()
    }
}

pub fn init() -> Init {
    Init {
        district: area(DISTRICT),
        district_name: "襄州区".to_owned(),
        centre_name: "区综治中心".to_owned(),
        policy: Policy::shipped(),
        admin_account: "admin".to_owned(),
        admin_name: "管理员".to_owned(),
        admin_password: PASSWORD.to_owned(),
        tls_names: Vec::new(),
    }
}

impl Bench {
    pub fn new() -> Self {
        Self::with(|_| ())
    }

    pub fn with(adjust: impl FnOnce(&mut ServiceOptions)) -> Self {
        let clock = Arc::new(AtomicI64::new(NIGHT));
        let mut options = options(&clock);
        adjust(&mut options);
        let folder = tempfile::tempdir().unwrap();
        let (service, _) = Service::init(folder.path(), &init(), options).unwrap();
        crate::service::tls::install_provider();
        let running = service.spawn(Listen::loopback()).unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let bench = Self {
            clock,
            running: Some(running),
            service,
            folder,
            http,
            made: Mutex::default(),
        };
        bench.ensure("duty");
        bench
    }

    /// Makes the account if it is one of the cast and not there yet; a hash
    /// takes its time, and few tests need everybody.
    fn ensure(&self, account: &str) {
        if !self.made.lock().unwrap().insert(account.to_owned()) {
            return;
        }
        let Some((_, role, place)) = CAST.iter().find(|(name, ..)| *name == account) else {
            return;
        };
        self.service
            .account_add(&NewAccount {
                id: None,
                account: account.to_owned(),
                name: account.to_owned(),
                password: PASSWORD.to_owned(),
                grants: vec![Grant {
                    role: *role,
                    area: area(place),
                }],
                unit: None,
            })
            .unwrap();
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.as_ref().unwrap().url())
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(Ordering::SeqCst))
    }

    pub fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    pub fn feed(&self) -> FeedId {
        self.service.feed()
    }

    pub async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: impl Into<reqwest::Body>,
    ) -> reqwest::Response {
        let mut request = self.http.post(self.url(path)).body(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    pub async fn get(&self, path: &str, token: &str) -> reqwest::Response {
        self.http
            .get(self.url(path))
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
    }

    pub async fn get_json<T: DeserializeOwned>(&self, path: &str, token: &str) -> T {
        let response = self.get(path, token).await;
        assert!(response.status().is_success(), "{path}: {response:?}");
        response.json().await.unwrap()
    }

    pub async fn sign_in(&self, request: &SignIn) -> Result<SignedIn, Problem> {
        self.ensure(&request.account);
        let body = serde_json::to_string(request).unwrap();
        let response = self.post("/v1/sessions", None, body).await;
        if response.status() == 201 {
            Ok(response.json().await.unwrap())
        } else {
            Err(problem(response).await)
        }
    }

    /// Signs in without a desk, as a script does.
    pub async fn script(&self, account: &str) -> SignedIn {
        self.sign_in(&password(account, PASSWORD)).await.unwrap()
    }

    pub async fn page(&self, token: &str, after: u64, limit: usize) -> ChangesPage {
        let path = format!(
            "/v1/feeds/{}/changes?epoch={}&after={after}&limit={limit}",
            self.feed(),
            self.service.epoch()
        );
        self.get_json(&path, token).await
    }
}

pub async fn problem(response: reqwest::Response) -> Problem {
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let status = response.status().as_u16();
    let problem: Problem = response.json().await.unwrap();
    assert_eq!(problem.status, status);
    problem
}

pub fn password(account: &str, password: &str) -> SignIn {
    SignIn {
        account: account.to_owned(),
        password: Some(password.to_owned()),
        resume: None,
        station: None,
    }
}

/// A desk: keys, and the place in its own sequence.
#[derive(Clone)]
pub struct Desk {
    pub id: DeviceId,
    pub key: Arc<Ed25519KeyPair>,
    pub store_key: [u8; 32],
    pub dseq: u64,
    pub chain: Digest,
}

/// An officer at a desk.
#[derive(Clone)]
pub struct Seat {
    pub token: String,
    pub officer: OfficerId,
    pub account: String,
    pub secret: [u8; 32],
}

impl Desk {
    pub fn new() -> Self {
        let seed: [u8; 32] =
            crate::service::secrets::random_bytes(&crate::service::secrets::system_random())
                .unwrap();
        Self {
            id: DeviceId::new(Uuid::now_v7()),
            key: Arc::new(Ed25519KeyPair::from_seed_unchecked(&seed).unwrap()),
            store_key: [9; 32],
            dseq: 0,
            chain: Digest::ZERO,
        }
    }

    pub fn station(&self, account: &str, at: Timestamp) -> Station {
        let statement = station_statement(account, self.id, at);
        Station {
            device: self.id,
            name: "一号席".to_owned(),
            public_key: BASE64.encode(self.key.public_key()),
            store_key: Some(BASE64.encode(self.store_key)),
            at,
            signature: BASE64.encode(self.key.sign(statement.as_bytes())),
        }
    }

    pub async fn sit(&self, bench: &Bench, account: &str) -> Seat {
        let mut request = password(account, PASSWORD);
        request.station = Some(self.station(account, bench.now()));
        let signed_in = bench.sign_in(&request).await.unwrap();
        let desk = signed_in.desk.unwrap();
        assert_eq!(desk.store_key, BASE64.encode(self.store_key));
        Seat {
            token: signed_in.token,
            officer: signed_in.officer.id,
            account: account.to_owned(),
            secret: BASE64
                .decode(desk.device_secret)
                .unwrap()
                .try_into()
                .unwrap(),
        }
    }

    pub fn proof(&self, seat: &Seat, at: Timestamp) -> SignIn {
        let statement = resume_statement(&seat.account, self.id, at);
        let mut station = self.station(&seat.account, at);
        station.store_key = None;
        SignIn {
            account: seat.account.clone(),
            password: None,
            resume: Some(Resume {
                mac: Mac::of(&seat.secret, statement.as_bytes()),
            }),
            station: Some(station),
        }
    }

    /// A command in order.
    pub fn command(
        &mut self,
        bench: &Bench,
        seat: &Seat,
        targets: Vec<Target>,
        act: impl Into<AnyAct>,
    ) -> WireCommand {
        self.dseq += 1;
        let mut command = WireCommand {
            id: CommandId::new(Uuid::now_v7()),
            dseq: self.dseq,
            prev: self.chain,
            feed: bench.feed(),
            targets,
            act: act.into(),
            author: seat.officer,
            made_at: bench.now(),
            offset_ms: 0,
            policy: PolicyVersion(Rev(1)),
            signed_as: None,
            mac: Mac([0; 32]),
        };
        command.mac = Mac::of(&seat.secret, &command.signed_bytes().unwrap());
        self.chain = command.link().unwrap();
        command
    }

    pub fn register(&mut self, bench: &Bench, seat: &Seat, place: &str) -> (RecordId, WireCommand) {
        let id = RecordId::new(Uuid::now_v7());
        let command = self.command(
            bench,
            seat,
            vec![Target::new_incident(id)],
            Act::Register(Box::new(registration(place))),
        );
        (id, command)
    }

    pub fn note(&mut self, bench: &Bench, seat: &Seat, on: RecordId) -> WireCommand {
        let target = Target {
            kind: crate::domain::record::Kind::Incident,
            id: on,
            base_rev: Rev(1),
            seen: None,
        };
        let act = Act::Note(Note {
            entry: RecordId::new(Uuid::now_v7()),
            text: "到场了解情况".to_owned(),
            corrects: None,
        });
        self.command(bench, seat, vec![target], act)
    }

    pub async fn push(
        &self,
        bench: &Bench,
        seat: &Seat,
        commands: &[WireCommand],
    ) -> Vec<CommandResult> {
        let body = serde_json::json!({"device": self.id, "commands": commands}).to_string();
        let response = bench.post("/v1/commands", Some(&seat.token), body).await;
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
        let reply: PushReply = response.json().await.unwrap();
        reply.results
    }

    pub async fn push_one(&self, bench: &Bench, seat: &Seat, command: &WireCommand) -> Verdict {
        let mut results = self.push(bench, seat, std::slice::from_ref(command)).await;
        assert_eq!(results.len(), 1);
        let result = results.remove(0);
        assert_eq!(result.id, command.id);
        result.verdict
    }
}

pub const PARTY_PHONE: &str = "13900000001";
pub const CALLER_PHONE: &str = "13900000002";
pub const DOC_NO: &str = "420607201501010011";
pub const MINOR: &str = "赵小满";

pub fn registration(place: &str) -> Register {
    Register {
        area: area(place),
        category: "0201".parse().unwrap(),
        rank: Rank::Urgent,
        title: "邻里纠纷".to_owned(),
        place: "三岔路口".to_owned(),
        summary: "赵家与钱家争水".to_owned(),
        scale: None,
        people_count: Some(3),
        occurred_at: None,
        source: Source {
            channel: Channel::Telephone,
            name: "孙来电".to_owned(),
            phone: CALLER_PHONE.to_owned(),
        },
        parties: vec![Party {
            name: MINOR.to_owned(),
            age: AgeClass::Minor,
            phone: PARTY_PHONE.to_owned(),
            part: String::new(),
        }],
        sealed: vec![SealedParty {
            party: 0,
            name: String::new(),
            doc_no: DOC_NO.to_owned(),
        }],
        answer: Answer::Nobody,
    }
}

pub fn accepted(verdict: &Verdict) -> Vec<u64> {
    match verdict {
        Verdict::Accepted { written, .. } => written.iter().map(|at| at.seq.0).collect(),
        other => unreachable!("expected accepted, got {other:?}"),
    }
}
