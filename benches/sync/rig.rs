//! A centre filled by the demonstration, and desks without a screen.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use uuid::Uuid;

use crate::keys::{press, shows};

use zhiban::demo::prepare::{Access, Earlier, Mark, Wanted, prepare};
use zhiban::domain::alarm::Rank;
use zhiban::domain::command::{Command, Target};
use zhiban::domain::ids::{CommandId, OfficerId, RecordId};
use zhiban::domain::incident::act::{Act, Answer, Note, Register};
use zhiban::domain::incident::{Channel, Source};
use zhiban::domain::officer::Role;
use zhiban::domain::policy::PolicyVersion;
use zhiban::domain::record::{Kind, Rev};
use zhiban::domain::time::Minutes;
use zhiban::service::{ActOutcome, Listen, Running, Service};
use zhiban::store::desk::{Desk, Unlocked};
use zhiban::store::handle::{Executor, Identity, NewAct, Store, StoreEvent};
use zhiban::store::view::{Anchor, Filter, Sort};
use zhiban::sync::api::Api;
use zhiban::sync::clock::{Clock, SystemClock};
use zhiban::sync::engine::{Outcome, Parts};
use zhiban::sync::entropy::SystemEntropy;
use zhiban::sync::handle::{EngineHandle, RunOn, block_on, sync_once};
use zhiban::sync::http::Http;
use zhiban::sync::seat::DeskSeat;
use zhiban::sync::session::sign_in;
use zhiban::sync::status::LinkState;
use zhiban::tui::app::headless::Headless;
use zhiban::wire::command::{PUSH_COMMANDS_MAX, Push, Verdict};
use zhiban::wire::feed::FeedId;
use zhiban::wire::session::SignedIn;

/// How long anything may take before the bench gives up.
const PATIENCE: Duration = Duration::from_mins(2);
/// Rows of a page of the queue.
const PAGE_ROWS: usize = 50;
/// Columns and rows of the screen: enough for the facts above the timeline.
const SCREEN: (u16, u16) = (100, 60);

/// See the module.
pub struct Centre {
    service: Service,
    running: Running,
    mark: Mark,
    officer: OfficerId,
    demo: PathBuf,
    folder: TempDir,
}

/// The folder of a desk, and the way to its service.
pub struct Place {
    folder: TempDir,
    url: String,
}

/// An officer at a desk.
pub struct Seat {
    pub store: Store,
    unlocked: Unlocked,
    signed_in: SignedIn,
    engine: Option<EngineHandle>,
    folder: PathBuf,
    url: String,
}

fn wanted(incidents: u32) -> Wanted {
    Wanted {
        seed: None,
        incidents: Some(incidents),
        people: None,
        earlier: Earlier::Use,
        now: SystemClock::new().now(),
    }
}

fn note(text: String) -> Act {
    Act::Note(Note {
        entry: RecordId::new(Uuid::now_v7()),
        text,
        corrects: None,
    })
}

impl Centre {
    pub fn new(incidents: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kept = std::env::var_os("ZHIBAN_BENCH_DEMO").map(PathBuf::from);
        let demo = kept.unwrap_or_else(|| folder.path().join("demo"));
        let began = Instant::now();
        let prepared = prepare(&demo, wanted(incidents)).unwrap();
        eprintln!("{incidents} incidents made in {:.1?}", began.elapsed());
        let running = prepared.service.spawn(Listen::loopback()).unwrap();
        let mut centre = Self {
            service: prepared.service,
            running,
            mark: prepared.mark,
            officer: OfficerId::new(Uuid::nil()),
            demo,
            folder,
        };
        let place = Place::new(centre.url());
        // Another officer than the one who watches.
        centre.officer = place.sign_in(centre.duty(1)).signed_in.officer.id;
        centre
    }

    /// Stops, and starts on what is there; how long the start took until the
    /// first answer.
    pub fn restart(self) -> (Self, Duration) {
        let Self {
            service,
            running,
            mark,
            officer,
            demo,
            folder,
        } = self;
        running.stop();
        drop(service);
        let began = Instant::now();
        let prepared = prepare(&demo, wanted(mark.incidents)).unwrap();
        let running = prepared.service.spawn(Listen::loopback()).unwrap();
        let ready = block_on(async { api(running.url()).time().await }).unwrap();
        assert!(ready.unwrap().is_some());
        let took = began.elapsed();
        let centre = Self {
            service: prepared.service,
            running,
            mark,
            officer,
            demo,
            folder,
        };
        (centre, took)
    }

    pub fn url(&self) -> &str {
        self.running.url()
    }

    pub fn addr(&self) -> SocketAddr {
        self.running.addr()
    }

    pub fn feed(&self) -> FeedId {
        self.service.feed()
    }

    /// One of the district's two duty officers.
    pub fn duty(&self, which: usize) -> &Access {
        let district = self.service.district();
        let mut duties = self
            .mark
            .accounts
            .iter()
            .filter(|access| access.role == Role::DutyOfficer && access.area == district);
        duties.nth(which).expect("a district has two duty officers")
    }

    /// A note, committed and told when this returns.
    pub fn note(&self, on: RecordId, words: &str) {
        let at = self.service.now();
        let command = Command {
            id: CommandId::new(Uuid::now_v7()),
            targets: vec![target(on)],
            act: note(format!("{words}，双方情绪平稳")).into(),
            author: self.officer,
            made_at: at,
            policy: PolicyVersion(Rev(1)),
        };
        let outcome = self.service.act_as(self.officer, &command, at).unwrap();
        assert!(
            matches!(outcome, ActOutcome::Accepted { .. }),
            "{outcome:?}"
        );
    }
}

fn target(id: RecordId) -> Target {
    Target {
        kind: Kind::Incident,
        id,
        base_rev: Rev(1),
        seen: None,
    }
}

/// The first rows of the queue, as a screen asks for them.
pub fn first_page(store: &Store) -> Vec<RecordId> {
    let page = store.queue(Filter::default(), Sort::default(), Anchor::First, PAGE_ROWS);
    let rows = page.wait().unwrap().rows;
    rows.iter().map(|row| row.1.id).collect()
}

/// The workstation's own model and drawing, with an incident opened.
pub struct Screen {
    desk: Headless,
    events: Receiver<StoreEvent>,
}

impl Screen {
    pub fn open(seat: &Seat) -> Self {
        let events = seat.store.subscribe();
        let clock = Arc::new(SystemClock::new());
        let mut desk = Headless::open(seat.store.clone(), clock, SCREEN);
        desk.settle();
        press(&mut desk, "o");
        desk.settle();
        Self { desk, events }
    }

    /// The incident that is opened.
    pub fn opened(&self) -> RecordId {
        self.desk.opened().expect("one is opened")
    }

    /// Opens the next one of the queue.
    pub fn go_on(&mut self) {
        let before = self.opened();
        for key in ["<esc>", "j", "o"] {
            press(&mut self.desk, key);
            self.desk.settle();
        }
        assert_ne!(self.opened(), before);
    }

    /// Waits until the words are drawn, at the top of the timeline.
    pub fn wait_for(&mut self, words: &str) {
        loop {
            self.desk.settle();
            if shows(&self.desk, words) {
                return;
            }
            if self.events.recv_timeout(PATIENCE).is_err() {
                eprintln!("{}", self.desk.screen().join("\n"));
                unreachable!("{words} never came");
            }
        }
    }
}

impl Place {
    pub fn new(url: &str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            url: url.to_owned(),
        }
    }

    pub fn sign_in(&self, access: &Access) -> Seat {
        let now = SystemClock::new().now();
        let path = self.folder.path();
        let enrolment = Desk::enrol_new(path, "一号席", &self.url, None).unwrap();
        let station = enrolment.station(&access.account, now).unwrap();
        let api = api(&self.url);
        let signed_in = block_on(sign_in(
            &api,
            &access.account,
            &access.password,
            Some(station),
        ))
        .unwrap()
        .unwrap();
        let window = Minutes(72 * 60);
        let (_, unlocked) = enrolment
            .finish(&signed_in, &access.password, now, window)
            .unwrap();
        let store = self.open(unlocked.identity());
        Seat {
            store,
            unlocked,
            signed_in,
            engine: None,
            folder: path.to_owned(),
            url: self.url.clone(),
        }
    }
}

impl Place {
    pub fn open(&self, identity: Identity) -> Store {
        Store::open(self.folder.path(), identity, Executor::Threads).unwrap()
    }

    /// What lies in the folder.
    pub fn bytes(&self) -> u64 {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().metadata().unwrap().len())
            .sum()
    }
}

fn api(url: &str) -> Api {
    Api::new(Arc::new(Http::new(url.parse().unwrap(), None)))
}

impl Seat {
    fn parts(&self) -> Parts {
        Parts {
            store: self.store.clone(),
            transport: Arc::new(Http::new(self.url.parse().unwrap(), None)),
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy::new()),
            seat: Arc::new(DeskSeat::open(&self.folder, self.unlocked.clone()).unwrap()),
            folder: self.folder.clone(),
        }
    }

    pub fn sync_once(&self) -> Outcome {
        sync_once(self.parts(), Some(&self.signed_in)).unwrap()
    }

    /// The snapshot as it comes over the wire.
    pub fn snapshot_bytes(&self, feed: FeedId) -> Vec<u8> {
        let api = api(&self.url);
        block_on(async {
            let mut streaming = api.snapshot(&self.signed_in.token, feed).await.unwrap();
            let mut bytes = Vec::new();
            while let Some(chunk) = streaming.chunks.next().await {
                bytes.extend(chunk.unwrap());
            }
            bytes
        })
        .unwrap()
    }

    pub fn go_live(&mut self) {
        let engine = EngineHandle::start(self.parts(), Some(&self.signed_in), RunOn::Own);
        self.engine = Some(engine.unwrap());
        let began = Instant::now();
        while self.link() != LinkState::Live {
            assert!(began.elapsed() < PATIENCE, "never live");
            std::thread::yield_now();
        }
    }

    pub fn link(&self) -> LinkState {
        self.engine.as_ref().unwrap().status().link
    }

    pub fn leave(mut self) {
        if let Some(engine) = self.engine.take() {
            engine.stop();
        }
    }

    pub fn waiting(&self) -> usize {
        self.store.outbox().wait().unwrap().len()
    }

    pub fn identity(&self) -> Identity {
        self.unlocked.identity()
    }

    /// Writes so many notes on incidents of the copy.
    pub fn write(&self, count: usize) {
        let on = first_page(&self.store);
        for number in 0..count {
            let text = format!("第{number}次联系，已告知村委会，暂无新情况");
            self.submit(target(on[number % on.len()]), note(text));
        }
    }

    /// Registers so many incidents, at a desk that has no copy yet.
    pub fn register(&self, count: usize) {
        let area = self.signed_in.officer.unit.area;
        for number in 0..count {
            let act = Act::Register(Box::new(Register {
                area,
                category: "0202".parse().unwrap(),
                rank: Rank::Notice,
                title: format!("宅基地边界起争执{number}"),
                place: "三岔村二组".to_owned(),
                summary: String::new(),
                scale: None,
                people_count: None,
                occurred_at: None,
                source: Source {
                    channel: Channel::Telephone,
                    name: "村民".to_owned(),
                    phone: String::new(),
                },
                parties: Vec::new(),
                sealed: Vec::new(),
                answer: Answer::Nobody,
            }));
            let id = RecordId::new(Uuid::now_v7());
            self.submit(Target::new_incident(id), act);
        }
    }

    fn submit(&self, target: Target, act: Act) {
        let act = NewAct {
            targets: vec![target],
            act: act.into(),
            made_at: SystemClock::new().now(),
            offset_ms: 0,
        };
        self.store.submit(act).wait().unwrap();
    }

    /// Sends everything that waits, as fast as answers come, without storing
    /// what is answered: it is the service that is measured.
    pub fn push_all(&self) {
        let api = api(&self.url);
        let commands = self.store.pending(usize::MAX >> 1).wait().unwrap();
        block_on(async {
            for batch in commands.chunks(PUSH_COMMANDS_MAX) {
                let push = Push {
                    device: self.store.device(),
                    commands: batch.to_vec(),
                };
                let reply = api.push(&self.signed_in.token, &push).await.unwrap();
                for result in reply.results {
                    let accepted = matches!(result.verdict, Verdict::Accepted { .. });
                    assert!(accepted, "{:?}", result.verdict);
                }
            }
        })
        .unwrap();
    }
}
