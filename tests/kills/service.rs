//! The service is killed while two desks deliver.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use zhiban::domain::ids::RecordId;
use zhiban::sync::clock::{Clock, SystemClock};

use crate::dice::{Death, Dice, points};
use crate::evidence;
use crate::support::centre::{Centre, new_note};
use crate::support::station::{Place, Seat, seed};
use crate::support::{until, until_true};
use crate::term::zhiban;
use crate::{Restarts, kills};

/// Within this after the desks began to send the process is killed from
/// outside.
const ACTING: Duration = Duration::from_millis(120);
/// Notes of one desk while the service lives once.
const NOTES: usize = 3;

/// `zhiban serve` on a folder, always at the same address.
struct Serving {
    folder: PathBuf,
    addr: SocketAddr,
    child: Option<Child>,
}

impl Serving {
    /// Starts it; how long it took until it said that it serves. None if it
    /// died before.
    fn start(&mut self, death: &Death) -> Option<Duration> {
        let began = Instant::now();
        let mut command = Command::new(zhiban());
        command
            .args(["serve", "--listen", &self.addr.to_string(), "--data"])
            .arg(&self.folder)
            .env("LANG", "zh_CN.UTF-8")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Death::At(point) = death {
            command.env(zhiban::fault::DIE_AT, point);
        }
        let mut child = command.spawn().unwrap();
        let out = child.stdout.take().unwrap();
        self.child = Some(child);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).unwrap();
        line.contains("正在服务").then(|| began.elapsed())
    }

    fn has_ended(&mut self) -> bool {
        self.child.as_mut().unwrap().try_wait().unwrap().is_some()
    }

    fn signal(&self, name: &str) {
        let pid = self.child.as_ref().unwrap().id().to_string();
        let status = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(status.unwrap().success());
    }

    /// Kills it, if it still lives.
    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A loopback port that is free now and stays ours by being used at once.
fn free_addr() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

#[test]
fn e15_power_cut_at_the_service() {
    let dice = Dice::new(seed());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let mut centre = Centre::new(Arc::clone(&clock));
    let on = centre.register("争水");
    centre.stop();
    let mut serving = Serving {
        folder: centre.folder().to_owned(),
        addr: free_addr(),
        child: None,
    };
    let url = format!("http://{}", serving.addr);
    let in_peace = Death::After(Duration::ZERO);
    serving.start(&in_peace).expect("the first start");
    let places = [
        Place::new(&url, Arc::clone(&clock)),
        Place::new(&url, Arc::clone(&clock)),
    ];
    let mut seats = [places[0].sign_in("a"), places[1].sign_in("b")];
    for seat in &mut seats {
        seat.go_live();
        until_true("the incident is there", || seat.has(on));
    }
    let points = points(&["service"]);
    let database = serving.folder.join(zhiban::service::DATABASE_FILE);
    let mut night = Night::new(on);
    for _ in 0..kills() {
        serving.kill();
        evidence::assert_whole(&database, None);
        let death = dice.death(&points, ACTING);
        let Some(took) = serving.start(&death) else {
            night.died_at_points += 1;
            continue;
        };
        night.restarts.add(took);
        night.live(&mut serving, &seats, &death);
        night.see_confirmed(&seats);
    }
    serving.kill();
    evidence::assert_whole(&database, None);
    serving.start(&in_peace).expect("the last start");
    night.stopped_and_going_on(&serving, &seats);
    night.settle(&seats, &database);
    for seat in seats {
        seat.leave();
    }
}

struct Night {
    on: RecordId,
    written: Vec<String>,
    /// Notes that a desk shows as the service's.
    confirmed: std::collections::BTreeSet<String>,
    died_at_points: usize,
    restarts: Restarts,
}

impl Night {
    fn new(on: RecordId) -> Self {
        Self {
            on,
            written: Vec::new(),
            confirmed: std::collections::BTreeSet::new(),
            died_at_points: 0,
            restarts: Restarts::default(),
        }
    }

    /// Both desks write and deliver until the service is dead.
    fn live(&mut self, serving: &mut Serving, seats: &[Seat; 2], death: &Death) {
        for seat in seats {
            seat.engine.as_ref().unwrap().sync_now();
        }
        if let Death::After(span) = death {
            let until = Instant::now() + *span;
            self.write(seats);
            std::thread::park_timeout(until.saturating_duration_since(Instant::now()));
            return;
        }
        self.write(seats);
        // Either it dies on the way, or everything is delivered without the
        // point having been reached that often.
        until_true("dead, or all delivered", || {
            if serving.has_ended() {
                self.died_at_points += 1;
                return true;
            }
            seats.iter().all(|seat| seat.unsent() == 0)
        });
    }

    fn write(&mut self, seats: &[Seat; 2]) {
        for _ in 0..NOTES {
            for seat in seats {
                let words = format!("note-{:05}.", self.written.len());
                seat.act(self.on, new_note(&words));
                self.written.push(words);
            }
        }
    }

    /// Takes down what the desks show as the service's own, and that nothing
    /// of it has vanished again.
    fn see_confirmed(&mut self, seats: &[Seat; 2]) {
        let unsent = seats.iter().map(Seat::unsent).sum::<usize>();
        if unsent > 0 {
            return;
        }
        self.confirmed.extend(self.written.iter().cloned());
    }

    /// A service that stands still and goes on is no other than a slow one.
    fn stopped_and_going_on(&mut self, serving: &Serving, seats: &[Seat; 2]) {
        for seat in seats {
            seat.engine.as_ref().unwrap().sync_now();
        }
        until_true("all delivered", || {
            seats.iter().all(|seat| seat.unsent() == 0)
        });
        serving.signal("STOP");
        self.write(seats);
        assert!(
            seats.iter().all(|seat| seat.unsent() > 0),
            "nobody answered"
        );
        serving.signal("CONT");
    }

    fn settle(&mut self, seats: &[Seat; 2], database: &Path) {
        until_true("everything is delivered", || {
            seats.iter().all(|seat| seat.unsent() == 0)
        });
        let there = evidence::in_feed(database);
        let wrong: Vec<_> = self
            .written
            .iter()
            .map(|words| (words, there.get(words).copied().unwrap_or_default()))
            .filter(|(_, times)| *times != 1)
            .collect();
        assert!(wrong.is_empty(), "not once in the feed: {wrong:?}");
        assert!(self.confirmed.iter().all(|words| there.contains_key(words)));
        assert!(seats.iter().all(|seat| seat.refused() == 0));
        for seat in seats {
            until("the desk shows all of it", || {
                let shown = evidence_of(seat, self.on);
                (shown == self.written.len().min(SHOWN_MAX)).then_some(())
            });
        }
        println!(
            "{} lives, {} ended at a fail point; {} notes written, each once in the feed",
            kills(),
            self.died_at_points,
            self.written.len()
        );
        self.restarts.tell("the service");
    }
}

/// The most lines of a timeline that are asked for.
const SHOWN_MAX: usize = 500;

fn evidence_of(seat: &Seat, on: RecordId) -> usize {
    seat.texts(on).len()
}
