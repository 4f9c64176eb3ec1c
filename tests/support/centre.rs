//! A real service on the loopback, with accounts, filled by real commands.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use uuid::Uuid;

use zhiban::domain::act::AnyAct;
use zhiban::domain::alarm::Rank;
use zhiban::domain::area::AreaCode;
use zhiban::domain::command::{Command, Target};
use zhiban::domain::ids::{CommandId, OfficerId, RecordId};
use zhiban::domain::incident::act::{Act, Answer, Note, Register};
use zhiban::domain::incident::{Channel, Source};
use zhiban::domain::officer::{Grant, Role};
use zhiban::domain::policy::{Policy, PolicyVersion};
use zhiban::domain::record::{Kind, Rev};
use zhiban::domain::time::Timestamp;
use zhiban::service::{
    ActOutcome, DATABASE_FILE, Init, Listen, NewAccount, Running, Service, ServiceOptions,
};
use zhiban::sync::address::Pin;
use zhiban::sync::clock::Clock;
use zhiban::wire::feed::{ChangesPage, FeedId};

pub const DISTRICT: &str = "420607";
pub const TOWN: &str = "420607102";
pub const OTHER_TOWN: &str = "420607103";
pub const PASSWORD: &str = "a good password";
/// Heartbeats come fast, because a fake clock may run ahead of them.
const HEARTBEAT_MS: u64 = 100;

/// A running service.
pub struct Centre {
    pub service: Service,
    running: Option<Running>,
    clock: Arc<dyn Clock>,
    officer: OfficerId,
    folder: TempDir,
}

pub fn area(code: &str) -> AreaCode {
    code.parse().unwrap()
}

pub fn target(id: RecordId) -> Target {
    Target {
        kind: Kind::Incident,
        id,
        base_rev: Rev(1),
        seen: None,
    }
}

pub fn new_note(text: &str) -> Act {
    Act::Note(Note {
        entry: RecordId::new(Uuid::now_v7()),
        text: text.to_owned(),
        corrects: None,
    })
}

pub fn registration(title: &str) -> Act {
    registration_in(TOWN, title)
}

pub fn registration_in(place: &str, title: &str) -> Act {
    Act::Register(Box::new(Register {
        area: area(place),
        category: "0201".parse().unwrap(),
        rank: Rank::Urgent,
        title: title.to_owned(),
        place: "三岔路口".to_owned(),
        summary: "争水".to_owned(),
        scale: None,
        people_count: None,
        occurred_at: None,
        source: Source {
            channel: Channel::Telephone,
            name: String::new(),
            phone: "10012340001".to_owned(),
        },
        parties: Vec::new(),
        sealed: Vec::new(),
        answer: Answer::Nobody,
    }))
}

impl Centre {
    /// A service with two duty officers (`a`, `b`), one of a town (`town`), and
    /// one who acts at the centre itself.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        zhiban::service::tls::install_provider();
        let folder = tempfile::tempdir().unwrap();
        let options = options(&clock);
        let init = Init {
            district: area(DISTRICT),
            district_name: "襄州区".to_owned(),
            centre_name: "区综治中心".to_owned(),
            policy: Policy::shipped(),
            admin_account: "admin".to_owned(),
            admin_name: "管理员".to_owned(),
            admin_password: PASSWORD.to_owned(),
            tls_names: Vec::new(),
        };
        let (service, _) = Service::init(folder.path(), &init, options).unwrap();
        for (account, place) in [("a", DISTRICT), ("b", DISTRICT), ("town", TOWN)] {
            add(&service, account, place);
        }
        let officer = add(&service, "centre", DISTRICT);
        let running = service.spawn(Listen::loopback()).unwrap();
        Self {
            service,
            running: Some(running),
            clock,
            officer,
            folder,
        }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.running.as_ref().unwrap().addr()
    }

    /// Serves with TLS from now on, somewhere else; its certificate's pin.
    pub fn serve_with_tls(&mut self) -> Pin {
        self.running.take().unwrap().stop();
        let listen = Listen::TlsAt(([127, 0, 0, 1], 0).into());
        self.running = Some(self.service.spawn(listen).unwrap());
        Pin(self.service.pin().unwrap())
    }

    /// Where it serves, as a desk is told.
    pub fn url(&self) -> String {
        self.running.as_ref().unwrap().url().to_owned()
    }

    /// Where its data is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Serves no more; another process may take the folder over.
    pub fn stop(&mut self) {
        self.running.take().unwrap().stop();
    }

    /// Copies what it has now.
    pub fn backup(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        self.service.backup(&path).unwrap();
        path
    }

    /// Stops it, puts a backup in the place of what it has, and starts it
    /// again, somewhere else.
    pub fn roll_back(&mut self, backup: &Path) {
        self.running.take().unwrap().stop();
        let folder = self.folder.path();
        for tail in ["", "-wal", "-shm"] {
            // The tails are not always there.
            let _ = std::fs::remove_file(folder.join(format!("{DATABASE_FILE}{tail}")));
        }
        std::fs::copy(backup, folder.join(DATABASE_FILE)).unwrap();
        self.service = Service::open(folder, options(&self.clock)).unwrap();
        self.running = Some(self.service.spawn(Listen::loopback()).unwrap());
    }

    pub fn feed(&self) -> FeedId {
        self.service.feed()
    }

    /// An act of theirs; it must be accepted.
    pub fn act(&self, targets: Vec<Target>, act: impl Into<AnyAct>) -> CommandId {
        let at = self.clock.now();
        let command = Command {
            id: CommandId::new(Uuid::now_v7()),
            targets,
            act: act.into(),
            author: self.officer,
            made_at: at,
            policy: PolicyVersion(Rev(1)),
        };
        match self.service.act_as(self.officer, &command, at).unwrap() {
            ActOutcome::Accepted { .. } => command.id,
            ActOutcome::Refused(refused) => panic!("the centre's own act: {refused:?}"),
        }
    }

    /// Registers an incident of the town at the centre.
    pub fn register(&self, title: &str) -> RecordId {
        self.register_in(TOWN, title)
    }

    /// Registers an incident of that rank at the centre.
    pub fn register_ranked(&self, rank: Rank, title: &str) -> RecordId {
        let id = RecordId::new(Uuid::now_v7());
        let mut act = registration(title);
        if let Act::Register(args) = &mut act {
            args.rank = rank;
        }
        self.act(vec![Target::new_incident(id)], act);
        id
    }

    /// Registers an incident at the centre.
    pub fn register_in(&self, place: &str, title: &str) -> RecordId {
        let id = RecordId::new(Uuid::now_v7());
        let act = registration_in(place, title);
        self.act(vec![Target::new_incident(id)], act);
        id
    }

    /// Writes a note at the centre.
    pub fn note(&self, on: RecordId, text: &str) -> CommandId {
        self.act(vec![target(on)], new_note(text))
    }

    /// All changes of the district's feed, as this token may see them.
    pub fn changes(&self, token: &str) -> ChangesPage {
        let mut all: Option<ChangesPage> = None;
        loop {
            let after = all
                .as_ref()
                .and_then(|page| page.changes.last())
                .map_or(0, |change| change.seq.0);
            let path = format!(
                "http://{}/v1/feeds/{}/changes?epoch={}&after={after}&limit=1000",
                self.addr(),
                self.feed(),
                self.service.epoch(),
            );
            let page: ChangesPage = zhiban::sync::handle::block_on(async {
                let client = reqwest::Client::builder().no_proxy().build().unwrap();
                let answer = client.get(path).bearer_auth(token).send().await.unwrap();
                answer.json().await.unwrap()
            })
            .unwrap();
            let more = page.more;
            match &mut all {
                None => all = Some(page),
                Some(all) => all.changes.extend(page.changes),
            }
            if !more {
                return all.unwrap();
            }
        }
    }
}

fn options(clock: &Arc<dyn Clock>) -> ServiceOptions {
    let clock = Arc::clone(clock);
    ServiceOptions {
        clock: Arc::new(move || clock.now()),
        heartbeat_ms: HEARTBEAT_MS,
        // Small pages, so that catching up takes several.
        page_changes_max: 20,
        ..ServiceOptions::default()
    }
}

fn add(service: &Service, account: &str, place: &str) -> OfficerId {
    let new = NewAccount {
        id: None,
        account: account.to_owned(),
        name: account.to_owned(),
        password: PASSWORD.to_owned(),
        grants: vec![Grant {
            role: Role::DutyOfficer,
            area: area(place),
        }],
        unit: None,
    };
    service.account_add(&new).unwrap().id
}

/// A moment by its wall clock in the district.
pub fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}
