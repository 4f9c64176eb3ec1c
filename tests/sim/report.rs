//! Many nights: shared out to processes, because fail points are a process's
//! own, and counted together in the end.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use super::{checker, night, outline};

/// Processes that live through nights at the same time.
const CREW: u64 = 2;
/// Which share of the seeds is a process's: `0/2`.
const PART: &str = "ZHIBAN_SIM_PART";
/// Begins a line that is counted and not shown.
const COUNT: &str = "#count ";

/// What is counted, by name.
pub type Counts = BTreeMap<String, u64>;

/// Lives through the nights of these seeds; whether all held.
pub fn nights(seeds: std::ops::Range<u64>) -> bool {
    let part = std::env::var(PART).ok();
    let part = part.and_then(|text| {
        let (share, of) = text.split_once('/')?;
        Some((share.parse::<u64>().ok()?, of.parse::<u64>().ok()?))
    });
    match part {
        Some((share, of)) => {
            let (held, counts) = one_after_another(seeds.filter(|seed| seed % of == share));
            for (name, count) in counts {
                println!("{COUNT}{count} {name}");
            }
            held
        }
        None if seeds.end - seeds.start < CREW * 2 => {
            let (held, counts) = one_after_another(seeds);
            tell(&counts);
            held
        }
        None => {
            let (held, counts) = shared_out();
            tell(&counts);
            held
        }
    }
}

/// The nights of some seeds in this process.
fn one_after_another(seeds: impl Iterator<Item = u64>) -> (bool, Counts) {
    let mut counts = Counts::new();
    let mut held = true;
    for seed in seeds {
        let outline = outline::Outline::of(seed);
        let outcome = night::live_through(outline.clone(), false);
        let found = checker::check(&outcome.history);
        let kinds: Vec<_> = outline.faults.iter().map(|fault| fault.kind).collect();
        println!(
            "seed {seed} trace {} ({} lines, {} acts, {:?}, {kinds:?})",
            outcome.hash,
            outcome.lines,
            outcome.history.acts.len(),
            outline.mode,
        );
        for violation in &found {
            println!("{violation}");
        }
        held &= found.is_empty();
        let mut add = |name: String, count| *counts.entry(name).or_default() += count;
        add("seeds".to_owned(), 1);
        add("violations".to_owned(), found.len() as u64);
        add("simulated ms".to_owned(), outcome.history.ended_ms);
        add("acts".to_owned(), outcome.history.acts.len() as u64);
        for (fault, count) in outcome.faults {
            add(format!("fault {fault}"), count);
        }
        for (what, count) in outcome.tally {
            add(format!("fault ({what})"), count);
        }
    }
    for (point, count) in zhiban::fault::table() {
        counts.insert(format!("point {point}"), count);
    }
    (held, counts)
}

/// The same nights in several processes, whose words pass through here.
fn shared_out() -> (bool, Counts) {
    let crew: Vec<_> = (0..CREW)
        .map(|share| thread::spawn(move || one_of_the_crew(share)))
        .collect();
    let mut held = true;
    let mut counts = Counts::new();
    for member in crew {
        let (well, counted) = member.join().unwrap();
        held &= well;
        for (name, count) in counted {
            *counts.entry(name).or_default() += count;
        }
    }
    (held, counts)
}

fn one_of_the_crew(share: u64) -> (bool, Counts) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "nights_hold", "--nocapture"])
        .env(PART, format!("{share}/{CREW}"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut counts = Counts::new();
    for line in BufReader::new(process.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        match line
            .strip_prefix(COUNT)
            .and_then(|rest| rest.split_once(' '))
        {
            Some((count, name)) => {
                *counts.entry(name.to_owned()).or_default() += count.parse::<u64>().unwrap();
            }
            None if line.starts_with("seed ") || line.starts_with("VIOLATION") => {
                println!("{line}");
            }
            None => {}
        }
    }
    (process.wait().unwrap().success(), counts)
}

/// The hash of a seed's trace as another process has it.
pub fn trace_in_another_process(seed: u64) -> Option<String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "nights_hold", "--nocapture"])
        .env("ZHIBAN_SIM_SEED", seed.to_string())
        .env_remove("ZHIBAN_SIM_TRACE")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, rest) = text.split_once(&format!("seed {seed} trace "))?;
    Some(rest.split(' ').next()?.to_owned())
}

/// The end of the report: how much, which faults, which fail points.
fn tell(counts: &Counts) {
    let of = |name: &str| counts.get(name).copied().unwrap_or(0);
    println!(
        "{} seeds, {} acts, {}.{} simulated hours, {} violations",
        of("seeds"),
        of("acts"),
        of("simulated ms") / 3_600_000,
        of("simulated ms") / 360_000 % 10,
        of("violations"),
    );
    println!("faults made:");
    for (name, count) in counts {
        if let Some(fault) = name.strip_prefix("fault ") {
            println!("{count:>9} {fault}");
        }
    }
    let all = all_points();
    let reached: Vec<(&String, u64)> = all
        .iter()
        .map(|point| (point, of(&format!("point {point}"))))
        .collect();
    let some = reached.iter().filter(|(_, count)| *count > 0).count();
    println!(
        "fail points reached: {some} of {} ({} %)",
        all.len(),
        some * 100 / all.len().max(1)
    );
    for (point, count) in reached {
        println!("{count:>9} {point}");
    }
}

/// The names of all fail points in the sources.
fn all_points() -> Vec<String> {
    let mut points = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && !path.ends_with("fault.rs")
            {
                points.extend(points_of(&std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    points.sort();
    points.dedup();
    points
}

fn points_of(text: &str) -> Vec<String> {
    text.split("fail_point!(")
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
        .map(str::to_owned)
        .collect()
}
