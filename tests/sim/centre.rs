//! The centre: the product's own service in a folder, served on the simulated
//! network, with its clock, its chance and its pace in the night's hands.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, header};
use http_body_util::BodyExt;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use tower::ServiceExt;

use zhiban::domain::area::AreaCode;
use zhiban::domain::command::{Command, Target};
use zhiban::domain::ids::{CommandId, RecordId, UnitId};
use zhiban::domain::incident::act::Act;
use zhiban::domain::officer::{Grant, Officer, Role};
use zhiban::domain::policy::PolicyVersion;
use zhiban::domain::record::Rev;
use zhiban::service::{ActOutcome, Cost, DATABASE_FILE, Service, ServiceOptions, Work};

use super::line::PORT;
use super::meddler::Meddler;
use super::script;
use super::template::TEMPLATE;
use super::world::{Dice, NIGHT, SharedDice, Time, Trace, shared};

pub const DISTRICT: &str = "420607";
pub const TOWN: &str = "420607102";
pub const OTHER_TOWN: &str = "420607103";
pub const PASSWORD: &str = "a good password";
/// Officers at desks; the last one is of the town only.
pub const OFFICERS: [(&str, Role, &str); 4] = [
    ("o0", Role::DutyOfficer, DISTRICT),
    ("o1", Role::DutyOfficer, DISTRICT),
    ("o2", Role::Leader, DISTRICT),
    ("o3", Role::DutyOfficer, TOWN),
];
/// Acts at the centre itself.
pub const LEADER: &str = "leader";
/// Reads the feed in the end.
pub const INSPECTOR: &str = "inspector";
/// Units that work can be given to.
pub const TOWN_UNIT: u128 = 0x71;
pub const VILLAGE_UNIT: u128 = 0x72;
/// Of the area around the district.
pub const CITY_UNIT: u128 = 0x73;
pub const CITY: &str = "4206";
/// The record of a kind that no program knows yet.
pub const UNKNOWN_KIND: &str = "drone-flight";
pub const UNKNOWN_RECORD: u128 = 0x99;
/// How often an operator or an inspector tries what the centre cannot now.
const OPERATOR_TRIES_MAX: usize = 100;
const MANY_AT_ONCE: usize = 200;
const BACKUP_FILE: &str = "backup.db";

/// How the service behaves in this night.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pub page_changes_max: usize,
    pub bus_messages_max: usize,
    pub stream_events_max: usize,
    /// The longest time that work on the disk takes, in milliseconds.
    pub disk_ms: u64,
    /// From one heartbeat of a stream to the next, in milliseconds.
    pub heartbeat_ms: u64,
}

impl Manner {
    /// Whether pages are long enough that no desk lags for them alone.
    pub const fn is_quick(self) -> bool {
        self.page_changes_max >= 7
    }
}

/// The centre as the night holds it.
#[derive(Clone)]
pub struct Centre {
    pub folder: PathBuf,
    pub service: Arc<Mutex<Option<Service>>>,
    pub manner: Manner,
    /// At the next start a new life begins.
    pub restored: Arc<AtomicBool>,
    pub meddler: Meddler,
    /// What was registered so, that nobody has looked for yet.
    pub meddled: Arc<Mutex<Vec<RecordId>>>,
    /// Restarts, so that no two lives share their chance.
    lives: Arc<AtomicU64>,
    seed: u64,
    time: Time,
    trace: Trace,
    dice: SharedDice,
}

pub fn area(code: &str) -> AreaCode {
    code.parse().unwrap()
}

/// How the service is opened; `meddles` is called when something was read that
/// is not yet answered.
pub fn options(
    random: SharedDice,
    time: Option<Time>,
    manner: Manner,
    dice: SharedDice,
    meddles: impl Fn() + Send + Sync + 'static,
) -> ServiceOptions {
    let disk_ms = manner.disk_ms;
    ServiceOptions {
        watching: zhiban::service::watch::Watching::WhenAsked,
        clock: Arc::new(move || {
            time.as_ref().map_or_else(
                || zhiban::domain::time::Timestamp::from_millis(NIGHT - 3_600_000),
                Time::wall,
            )
        }),
        random: Arc::new(move |bytes| {
            random.lock().unwrap().fill(bytes);
            Ok(())
        }),
        work: Work::Inline(Arc::new(move || {
            let pause = dice.lock().unwrap().below(disk_ms + 1);
            if turmoil::in_simulation() {
                meddles();
            }
            Box::pin(async move {
                // Outside of the network nobody waits.
                if pause > 0 && turmoil::in_simulation() {
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
            })
        })),
        password_cost: Cost {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        },
        page_changes_max: manner.page_changes_max,
        bus_messages_max: manner.bus_messages_max,
        stream_events_max: manner.stream_events_max,
        heartbeat_ms: manner.heartbeat_ms,
    }
}

pub fn unit_id(number: u128) -> UnitId {
    UnitId::new(uuid::Uuid::from_u128(number))
}

impl Centre {
    pub fn new(folder: PathBuf, seed: u64, manner: Manner, time: &Time, trace: &Trace) -> Self {
        std::fs::create_dir_all(&folder).unwrap();
        for (name, bytes) in &*TEMPLATE {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
        Self {
            folder,
            service: Arc::default(),
            manner,
            restored: Arc::default(),
            meddler: Meddler::default(),
            meddled: Arc::default(),
            lives: Arc::default(),
            seed,
            time: time.clone(),
            trace: trace.clone(),
            dice: shared(Dice::new(seed, "centre's pace")),
        }
    }

    fn open(&self) -> Service {
        let life = self.lives.fetch_add(1, Ordering::Relaxed);
        let random = shared(Dice::new(self.seed, &format!("centre's life {life}")));
        let dice = Arc::clone(&self.dice);
        let (centre, meddling) = (
            self.clone(),
            Dice::new(self.seed, &format!("meddler {life}")),
        );
        let meddling = shared(meddling);
        let meddles = move || {
            if centre.meddler.is_now() {
                centre.meddles(&mut meddling.lock().unwrap());
            }
        };
        let options = options(random, Some(self.time.clone()), self.manner, dice, meddles);
        let service = Service::open(&self.folder, options).unwrap();
        if self.restored.swap(false, Ordering::Relaxed) {
            let epoch = service.new_epoch().unwrap();
            self.trace.line("centre", &format!("new epoch {epoch}"));
        }
        service
    }

    /// What the host runs.
    pub async fn run(self) -> turmoil::Result {
        let service = self.open();
        *self.service.lock().unwrap() = Some(service.clone());
        self.trace.line("centre", "serves");
        let listener =
            turmoil::net::TcpListener::bind((std::net::Ipv4Addr::UNSPECIFIED, PORT)).await?;
        let router = service.router();
        drop(service);
        loop {
            let (stream, _) = listener.accept().await?;
            let (router, time) = (router.clone(), self.time.clone());
            tokio::spawn(async move {
                let answer =
                    hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
                        let (router, time) = (router.clone(), time.clone());
                        async move {
                            let mut answer = router.oneshot(request.map(Body::new)).await?;
                            dated(&mut answer, &time);
                            Ok::<_, Infallible>(answer)
                        }
                    });
                // A connection that breaks is the other end's to mend.
                drop(
                    hyper::server::conn::http1::Builder::new()
                        .timer(TokioTimer::new())
                        .auto_date_header(false)
                        .serve_connection(TokioIo::new(stream), answer)
                        .await,
                );
            });
        }
    }

    pub fn with<T>(&self, call: impl FnOnce(&Service) -> T) -> Option<T> {
        let service = self.service.lock().unwrap().clone();
        service.map(|service| call(&service))
    }

    /// The centre's leader acts, without a desk; whether it was taken.
    pub fn act(&self, targets: Vec<Target>, act: Act) -> bool {
        let id = CommandId::new(self.dice.lock().unwrap().uuid());
        let verb = act.verb();
        let taken = self.with(|service| {
            let officer = account(service, LEADER)?.id;
            let at = service.now();
            let command = Command {
                id,
                targets,
                act: act.into(),
                author: officer,
                made_at: at,
                policy: PolicyVersion(Rev(1)),
            };
            match service.act_as(officer, &command, at) {
                Ok(ActOutcome::Accepted { .. }) => Some(true),
                Ok(ActOutcome::Refused(_)) | Err(_) => Some(false),
            }
        });
        let taken = taken.flatten().unwrap_or(false);
        self.trace
            .line("centre", &format!("acts {verb} {id} {taken}"));
        taken
    }

    /// The centre registers an incident.
    pub fn register(&self, dice: &mut Dice, words: &str) -> Option<RecordId> {
        let id = RecordId::new(dice.uuid());
        let act = script::registration(dice, words);
        self.act(vec![Target::new_incident(id)], act).then_some(id)
    }

    fn meddles(&self, dice: &mut Dice) {
        let words = format!("间{}", dice.any());
        let made = self.register(dice, &words);
        self.meddled.lock().unwrap().extend(made);
    }

    /// The officer's grants are for this place from now on; whether the centre
    /// could be told.
    pub fn grant(&self, name: &str, place: &str) -> bool {
        let told = self.with(|service| {
            let role = account(service, name)?.grants.first()?.role;
            let area = area(place);
            service.account_grants(name, &[Grant { role, area }]).ok()
        });
        self.trace
            .line("centre", &format!("grants {name} {place} {told:?}"));
        told.flatten().is_some()
    }

    /// The account is out of use from now on; whether the centre could be told.
    pub fn disable(&self, name: &str) -> bool {
        let told = self.with(|service| service.account_disable(name).is_ok());
        self.trace
            .line("centre", &format!("disables {name} {told:?}"));
        told == Some(true)
    }

    /// The areas of an officer's grants, as the centre has them.
    pub fn areas_of(&self, name: &str) -> Option<Vec<String>> {
        let officer = self.with(|service| account(service, name))??;
        let areas = officer.grants.iter().map(|grant| grant.area.to_string());
        Some(areas.collect())
    }

    /// Every session of the officers at desks ends.
    pub fn ends_sessions(&self) {
        for (name, _, _) in OFFICERS {
            self.with(|service| {
                // The same grants again: whoever is signed in must begin anew.
                let officer = account(service, name)?;
                service.account_grants(name, &officer.grants).ok()
            });
        }
        self.trace.line("centre", "ends all sessions");
    }

    /// Other accounts change, one after the other.
    pub fn touches_accounts(&self, times: usize) {
        for _ in 0..times {
            self.with(|service| service.account_passwd("admin", PASSWORD));
        }
    }

    /// Copies the database as it is.
    pub fn backup(&self) -> bool {
        let path = self.folder.join(BACKUP_FILE);
        drop(std::fs::remove_file(&path));
        self.with(|service| service.backup(&path).is_ok())
            .unwrap_or(false)
    }

    /// A new life begins.
    pub fn new_epoch(&self) {
        // Steps of the centre may be failing: an operator tries again.
        let began = self.with(|service| {
            let mut tries = (0..OPERATOR_TRIES_MAX).map(|_| service.new_epoch());
            tries.find_map(Result::ok).expect("one of many is lucky")
        });
        let epoch = began.map(|epoch| epoch.to_string());
        self.trace.line("centre", &format!("new epoch {epoch:?}"));
    }

    /// Puts the backup in the place of what there is; a new life begins with
    /// the next start.
    pub fn restore(&self) {
        self.put_back();
        self.restored.store(true, Ordering::Relaxed);
    }

    /// Puts the backup in the place of what there is, and tells nobody; the
    /// service must stand.
    pub fn put_back(&self) {
        for tail in ["", "-wal", "-shm"] {
            // The tails are not always there.
            drop(std::fs::remove_file(
                self.folder.join(format!("{DATABASE_FILE}{tail}")),
            ));
        }
        std::fs::copy(
            self.folder.join(BACKUP_FILE),
            self.folder.join(DATABASE_FILE),
        )
        .unwrap();
    }

    /// The district's feed as raw JSON, as the inspector reads it over the
    /// public API, or nothing while the service stands.
    pub fn feed_as_json(&self) -> Option<String> {
        // Steps of the centre may be failing: an inspector asks again.
        (0..OPERATOR_TRIES_MAX).find_map(|_| self.feed_asked_once())
    }

    fn feed_asked_once(&self) -> Option<String> {
        let service = self.service.lock().unwrap().clone()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let body = json!({"account": INSPECTOR, "password": PASSWORD});
            let signed_in = call(&service, "POST", "/v1/sessions", None, Some(&body)).await?;
            let token = signed_in["token"].as_str()?.to_owned();
            let epoch = service.epoch();
            let mut changes: Vec<Value> = Vec::new();
            loop {
                let after = changes
                    .last()
                    .map_or(0, |change| change["seq"].as_u64().unwrap());
                let path = format!(
                    "/v1/feeds/{DISTRICT}/changes?epoch={epoch}&after={after}&limit={MANY_AT_ONCE}"
                );
                let page = call(&service, "GET", &path, Some(&token), None).await?;
                changes.extend(page["changes"].as_array()?.iter().cloned());
                if page["more"] != json!(true) {
                    let whole =
                        json!({"epoch": page["epoch"], "head": page["head"], "changes": changes});
                    return Some(whole.to_string());
                }
            }
        })
    }

    /// The number of the district's newest change.
    pub fn head(&self) -> Option<u64> {
        self.head_in(DATABASE_FILE)
    }

    /// The number of the newest change that the backup has.
    pub fn backup_head(&self) -> Option<u64> {
        self.head_in(BACKUP_FILE)
    }

    /// Only a hint for the night; the checker reads for itself.
    fn head_in(&self, file: &str) -> Option<u64> {
        let path = self.folder.join(file);
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let database = rusqlite::Connection::open_with_flags(path, flags).ok()?;
        database
            .query_row("SELECT head FROM feed WHERE id = ?1", [DISTRICT], |row| {
                row.get::<_, i64>(0)
            })
            .ok()
            .and_then(|head| u64::try_from(head).ok())
    }
}

/// An officer's account.
pub fn account(service: &Service, name: &str) -> Option<Officer> {
    let accounts = service.account_list().ok()?;
    let line = accounts
        .into_iter()
        .find(|line| line.officer.account == name)?;
    Some(line.officer)
}

async fn call(
    service: &Service,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Option<Value> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let answer = service
        .router()
        .oneshot(request.body(body).unwrap())
        .await
        .ok()?;
    let bytes = answer.into_body().collect().await.ok()?.to_bytes();
    serde_json::from_slice(&bytes).ok()
}

/// States the night's time: the real one differs from run to run.
fn dated(answer: &mut Response<Body>, time: &Time) {
    let ms = time.wall().as_millis().to_string();
    if let Ok(value) = HeaderValue::from_str(&ms) {
        answer.headers_mut().insert(header::DATE, value);
    }
}
