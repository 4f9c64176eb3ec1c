//! The table that the bench prints, and what it is asked for.

use std::time::Duration;

/// A measure beside its budget.
pub struct Row {
    pub what: String,
    pub budget: String,
    pub ours: String,
    pub beside: String,
    pub holds: bool,
}

/// See the module.
pub struct Table {
    rows: Vec<String>,
    load_before: String,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            load_before: load(),
        }
    }
}

impl Table {
    /// Adds a row, and shows it at once: a run takes minutes.
    pub fn add(&mut self, row: Row) {
        let Row {
            what,
            budget,
            ours,
            beside,
            holds,
        } = row;
        let holds = if holds { "holds" } else { "MISSES" };
        let line = format!("| {what} | {budget} | {ours} | {beside} | {holds} |");
        eprintln!("{line}");
        self.rows.push(line);
    }

    /// The whole, for a note.
    pub fn print(&self) {
        println!("load before {}, after {}\n", self.load_before, load());
        println!("| measure | budget | ours | beside it, same run | |");
        println!("|---|---|---|---|---|");
        for row in &self.rows {
            println!("{row}");
        }
    }
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split_whitespace().next();
    first.unwrap_or("unknown").to_owned()
}

/// A number from the environment.
pub fn size(name: &str, usual: usize) -> usize {
    let given = std::env::var(name).ok();
    given.map_or(usual, |text| text.parse().expect("a number"))
}

/// How many a second.
#[allow(clippy::cast_precision_loss, reason = "figures for people")]
pub fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
