//! The workstation is killed while its officer writes notes.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use zhiban::domain::time::Timestamp;
use zhiban::store::desk::{Desk, Unlocked};
use zhiban::store::handle::{Executor, Store};

use crate::dice::{Death, Dice, points};
use crate::evidence::{self, Words};
use crate::prepared::Centre;
use crate::support::station::seed;
use crate::support::{PATIENCE, until_true};
use crate::term::Term;
use crate::{Restarts, kills};

/// Within this after the first key the process is killed from outside.
const ACTING: Duration = Duration::from_millis(250);
/// Notes of one life; a point that they do not reach is not waited for.
const NOTES_MAX: usize = 5;
/// Every so many lives the officer leaves half a note behind.
const DRAFT_EVERY: usize = 5;
/// Where the storing of an act can end: before it is on the disk, and after.
const AROUND_STORING: [&str; 2] = ["store.submit.before-outbox", "store.submit.between-files"];
/// What this test's notes begin with; the district has others.
const MARK: &str = "note-";
const SAVE: &str = "\x13";
const SAVE_HINT: &str = "Ctrl-S 提交";

/// What the officer did, and what the screen said to it.
#[derive(Default)]
struct Night {
    typed: usize,
    confirmed: BTreeSet<String>,
    /// The half note of the life before.
    draft: Option<String>,
    died_at_points: usize,
}

#[test]
fn e15_power_cut_at_the_workstation() {
    let dice = Dice::new(seed());
    let centre = Centre::start();
    let desk = tempfile::tempdir().unwrap();
    let points = points(&["store", "sync"]);
    enrol(&centre, desk.path());
    let unlocked = unlock(&centre, desk.path());
    let mut night = Night::default();
    let mut restarts = Restarts::default();
    for life in 0..kills() {
        // Half a note is handed in first thing: now and then that is the end.
        let storing = AROUND_STORING.get(dice.below(2 * AROUND_STORING.len()));
        let death = match storing {
            Some(point) if night.draft.is_some() => Death::At(format!("{point}:1")),
            _ => dice.death(&points, ACTING),
        };
        let mut term = start(&centre, desk.path(), &death);
        if let Some(took) = enter(&mut term, &centre) {
            restarts.add(took);
            live(&mut term, &mut night, &death, &unlocked, desk.path(), life);
        }
        end(term, &death, &mut night);
        check(&mut night, &unlocked, desk.path());
    }
    settle(&centre, desk.path(), &night);
    println!(
        "{} lives, {} ended at a fail point; {} notes typed, {} confirmed on screen",
        kills(),
        night.died_at_points,
        night.typed,
        night.confirmed.len()
    );
    restarts.tell("the workstation");
}

/// The first start, with the network; left in peace.
fn enrol(centre: &Centre, desk: &Path) {
    let mut term = start(centre, desk, &Death::After(Duration::ZERO));
    assert!(enter(&mut term, centre).is_some());
    term.wait_for("●在线");
    term.send("\x11");
    assert!(term.wait_for_end().success());
}

fn unlock(centre: &Centre, folder: &Path) -> Unlocked {
    let mut desk = Desk::open(folder).unwrap().unwrap();
    // Within the offline window of the sign-in that has just been.
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let now = Timestamp::from_millis(now.as_millis().try_into().unwrap());
    desk.unlock(&centre.account, &centre.password, now).unwrap()
}

fn start(centre: &Centre, desk: &Path, death: &Death) -> Term {
    let settings = desk.join("settings");
    let mut env = vec![("ZHIBAN_DATA", desk), ("ZHIBAN_CONFIG", settings.as_path())];
    if let Death::At(point) = death {
        env.push((zhiban::fault::DIE_AT, Path::new(point)));
    }
    Term::start(&["--service", &centre.url, "--no-probe"], &env)
}

/// Signs in; how long it took from the password to the queue. None if the
/// process died on the way.
fn enter(term: &mut Term, centre: &Centre) -> Option<Duration> {
    watch(term, "the gate", |screen| {
        screen.replace(' ', "").contains("口令")
    })?;
    if !term.screen().contains(&centre.account) {
        term.send(&centre.account);
        term.send("\t");
    }
    term.send(&centre.password);
    watch(term, "the password", |screen| screen.contains("****"))?;
    let began = Instant::now();
    term.send("\r");
    watch(term, "the queue", |screen| {
        screen.contains('>') && !screen.contains("****")
    })?;
    Some(began.elapsed())
}

/// Waits for the screen; none when the process has died meanwhile.
fn watch(term: &mut Term, what: &str, wanted: impl Fn(&str) -> bool) -> Option<()> {
    look(term, None, what, wanted)
}

/// As [`watch`], and none when `until` has come.
fn look(
    term: &mut Term,
    until: Option<Instant>,
    what: &str,
    wanted: impl Fn(&str) -> bool,
) -> Option<()> {
    let began = Instant::now();
    loop {
        if wanted(&term.screen()) {
            return Some(());
        }
        if term.has_ended() || until.is_some_and(|until| Instant::now() >= until) {
            return None;
        }
        assert!(
            began.elapsed() < PATIENCE,
            "waited for {what}; the screen is\n{}",
            term.screen()
        );
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

/// Writes notes until it is over.
fn live(
    term: &mut Term,
    night: &mut Night,
    death: &Death,
    unlocked: &Unlocked,
    desk: &Path,
    life: usize,
) {
    let until = match death {
        Death::After(span) => Some(Instant::now() + *span),
        Death::At(_) => None,
    };
    if term.has_ended() {
        return;
    }
    term.try_send("o");
    if watch(term, "the detail", |screen| screen.contains("时间线")).is_none() {
        return;
    }
    if let Some(draft) = night.draft.take() {
        // What was half written is in its dialog again.
        term.try_send("n");
        if watch(term, &draft, |screen| screen.contains(&draft)).is_none() {
            // It died again before anybody could look.
            night.draft = Some(draft);
            return;
        }
        term.try_send(SAVE);
        if is_confirmed(term, None, &draft) {
            night.confirmed.insert(draft);
        } else {
            // Stored or still half written: the files say which.
            night.draft = Some(draft);
        }
    }
    for _ in 0..NOTES_MAX {
        if note(term, night, until).is_none() {
            return;
        }
    }
    if life.is_multiple_of(DRAFT_EVERY) {
        half_a_note(term, night, unlocked, desk);
    }
}

fn next_words(night: &mut Night) -> String {
    night.typed += 1;
    format!("{MARK}{:05}.", night.typed)
}

fn note(term: &mut Term, night: &mut Night, until: Option<Instant>) -> Option<()> {
    let words = next_words(night);
    term.try_send("n");
    look(term, until, "a dialog", |screen| screen.contains(SAVE_HINT))?;
    term.try_send(&words);
    look(term, until, &words, |screen| screen.contains(&words))?;
    term.try_send(SAVE);
    if is_confirmed(term, until, &words) {
        night.confirmed.insert(words);
        return Some(());
    }
    None
}

/// Whether the screen shows the note as taken: its dialog is closed, and its
/// words stand in the timeline.
fn is_confirmed(term: &mut Term, until: Option<Instant>, words: &str) -> bool {
    look(term, until, "the note in the timeline", |screen| {
        !screen.contains('┌') && screen.contains(words)
    })
    .is_some()
}

/// Types half a note and waits until it is on the disk.
fn half_a_note(term: &mut Term, night: &mut Night, unlocked: &Unlocked, desk: &Path) {
    let words = next_words(night);
    term.try_send("n");
    if watch(term, "a dialog", |screen| screen.contains(SAVE_HINT)).is_none() {
        return;
    }
    term.try_send(&words);
    let store = Store::open(desk, unlocked.identity(), Executor::Inline).unwrap();
    until_true("the half note is on the disk", || {
        let drafts = store.drafts().wait().unwrap();
        term.has_ended() || drafts.iter().any(|draft| draft.json.contains(&words))
    });
    let drafts = store.drafts().wait().unwrap();
    if drafts.iter().any(|draft| draft.json.contains(&words)) {
        night.draft = Some(words);
    }
}

fn end(mut term: Term, death: &Death, night: &mut Night) {
    if term.has_ended() {
        if let Death::At(_) = death {
            night.died_at_points += 1;
        }
    } else {
        term.signal("KILL");
    }
    let status = term.wait_for_end();
    assert!(!status.success(), "it ended by itself: {status:?}");
}

/// The files are whole, every confirmed note is in them, and what was half
/// written is there once: as a draft or as a note.
fn check(night: &mut Night, unlocked: &Unlocked, desk: &Path) {
    let identity = unlocked.identity();
    let mut found = Words::new();
    for file in files(desk) {
        evidence::assert_whole(&file, Some(&identity.store_key));
        let is_outbox = file.file_name().unwrap() == "outbox.db";
        let more = if is_outbox {
            evidence::in_outbox(&file, &identity.store_key)
        } else {
            evidence::in_replica(&file, &identity.store_key)
        };
        found.extend(more);
    }
    let lost: Vec<_> = night
        .confirmed
        .iter()
        .filter(|words| !found.contains_key(*words))
        .collect();
    assert!(
        lost.is_empty(),
        "confirmed on the screen and gone: {lost:?}"
    );
    let draft = half_written(unlocked, desk);
    if let Some(words) = &night.draft {
        let is_draft = draft.as_ref() == Some(words);
        assert_ne!(
            is_draft,
            found.contains_key(words),
            "{words} half written; the draft now: {draft:?}"
        );
    }
    night.draft = draft;
}

/// The words of the half note on the disk: those of the next life's dialog.
fn half_written(unlocked: &Unlocked, desk: &Path) -> Option<String> {
    let store = Store::open(desk, unlocked.identity(), Executor::Inline).unwrap();
    let drafts = store.drafts().wait().unwrap();
    drafts.iter().find_map(|draft| {
        let words = &draft.json[draft.json.find(MARK)?..];
        words.split('"').next().map(ToOwned::to_owned)
    })
}

fn files(desk: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(desk).unwrap();
    let files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|tail| tail == "db"))
        .collect();
    assert_eq!(files.len(), 2, "one outbox and one copy: {files:?}");
    files
}

/// Lets everything be delivered; then each note is in the feed once.
fn settle(centre: &Centre, desk: &Path, night: &Night) {
    let mut term = start(centre, desk, &Death::After(Duration::ZERO));
    enter(&mut term, centre).expect("the last start");
    let feed = centre.database();
    until_true("everything is delivered", || {
        let there = evidence::in_feed(&feed);
        night
            .confirmed
            .iter()
            .all(|words| there.contains_key(words))
    });
    term.wait_for("●在线");
    term.wait("nothing waits", |screen| screen.contains("待发0"));
    let there = evidence::in_feed(&feed);
    let doubled: Vec<_> = there
        .iter()
        .filter(|(words, times)| words.starts_with(MARK) && **times > 1)
        .collect();
    assert!(doubled.is_empty(), "happened twice: {doubled:?}");
    term.signal("TERM");
    assert!(term.wait_for_end().success());
}
