//! What keeps the log honest: each line that the centre has taken carries the
//! hash of the one before it and its own. Whoever changes, drops or moves a
//! line breaks the chain there; the closing code, printed on the paper of the
//! handover, tells when the last lines are gone.
//!
//! A link is taken over the line's JSON in a canonical form, with the mark of a
//! telephone number in place of the number: a log can be verified by somebody
//! who is not shown the numbers.

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use serde_json::Value;

use super::line::{LogLine, Place};
use crate::domain::digest::Digest;
use crate::domain::ids::RecordId;
use crate::domain::time::Timestamp;

/// Hexadecimal digits of a link in a closing code: enough that nobody finds
/// another log with the same one, few enough to read aloud.
const CODE_DIGITS: usize = 12;
/// Digits in one group of a closing code.
const CODE_GROUP_DIGITS: usize = 4;

/// The end of a centre's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// The number of the last line; 0 before the first.
    pub no: u64,
    /// Its link.
    pub link: Digest,
}

impl Tail {
    /// Before the first line.
    pub const EMPTY: Self = Self {
        no: 0,
        link: Digest::ZERO,
    };

    /// The place of the next line, which reached the centre at `received_at`.
    #[must_use]
    pub fn place(self, id: RecordId, line: &LogLine, received_at: Timestamp) -> Place {
        let no = self.no.saturating_add(1);
        Place {
            no,
            received_at,
            prev: self.link,
            link: link(self.link, id, line, no, received_at),
        }
    }
}

fn link(prev: Digest, id: RecordId, line: &LogLine, no: u64, received_at: Timestamp) -> Digest {
    let mut said = line.without_number();
    said.place = None;
    let mut text = format!("zhiban-log-1\n{no}\n{}\n{id}\n", received_at.as_millis());
    match serde_json::to_value(&said) {
        Ok(value) => canonical(&value, &mut text),
        // A line is plain data; what could not be written has no link.
        Err(_) => return Digest::ZERO,
    }
    prev.link(text.as_bytes())
}

/// JSON without blanks, the keys of each object in order: the same text,
/// whichever program kept which unknown field where.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (at, key) in keys.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                let _ = write!(out, "{}:", Value::from(key.as_str()));
                canonical(&map[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        plain => {
            let _ = write!(out, "{plain}");
        }
    }
}

/// The end of a log as it stands on paper: the last line's number and the
/// beginning of its link (`128-9F3A-22C1-07BE`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingCode {
    /// The last line's number.
    pub no: u64,
    digits: String,
}

impl ClosingCode {
    /// The code of a log that ends like this.
    #[must_use]
    pub fn of(tail: Tail) -> Self {
        let digits: String = tail.link.to_string().chars().take(CODE_DIGITS).collect();
        Self {
            no: tail.no,
            digits: digits.to_uppercase(),
        }
    }
}

impl fmt::Display for ClosingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.no)?;
        for (at, digit) in self.digits.chars().enumerate() {
            if at % CODE_GROUP_DIGITS == 0 {
                f.write_char('-')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}

/// The text is no closing code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a closing code looks like 128-9F3A-22C1-07BE")]
pub struct CodeError;

impl FromStr for ClosingCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (no, digits) = text.trim().split_once('-').ok_or(CodeError)?;
        let digits: String = digits
            .chars()
            .filter(|sign| *sign != '-' && *sign != ' ')
            .map(|sign| sign.to_ascii_uppercase())
            .collect();
        let hex =
            digits.len() == CODE_DIGITS && digits.chars().all(|sign| sign.is_ascii_hexdigit());
        match no.parse() {
            Ok(no) if hex => Ok(Self { no, digits }),
            Ok(_) | Err(_) => Err(CodeError),
        }
    }
}

/// Something that is wrong with a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The line of that number is not as the centre took it.
    Altered {
        /// Which.
        no: u64,
    },
    /// Lines are not there.
    Missing {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
    /// The line of that number stands where another one belongs.
    Moved {
        /// Which.
        no: u64,
    },
    /// It does not end as the closing code says: the line of that number is
    /// another one.
    OtherEnd {
        /// Which.
        no: u64,
    },
}

/// What a log is held against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchors {
    /// How the log before it ended; without it the first line is number 1.
    pub opening: Option<ClosingCode>,
    /// How it must end.
    pub closing: Option<ClosingCode>,
}

/// What is wrong with these lines, in their order; lines that the centre has
/// not taken yet are passed over.
#[must_use]
pub fn verify(lines: &[(RecordId, LogLine)], anchors: &Anchors) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut wanted = anchors.opening.as_ref().map_or(1, |code| code.no + 1);
    let mut before: Option<Tail> = None;
    let mut end: Option<Tail> = None;
    for (id, line) in lines {
        let Some(place) = line.place else { continue };
        let own = link(place.prev, *id, line, place.no, place.received_at);
        if place.no < wanted {
            faults.push(Fault::Moved { no: place.no });
            continue;
        }
        if place.no > wanted {
            faults.push(Fault::Missing {
                from: wanted,
                to: place.no - 1,
            });
            before = None;
        }
        if own != place.link {
            faults.push(Fault::Altered { no: place.no });
        } else if !follows(place, before, anchors) {
            // The line itself holds, so it is the one before that was made
            // anew, or this one with it.
            faults.push(Fault::Altered {
                no: place.no.saturating_sub(1).max(1),
            });
        }
        let here = Tail {
            no: place.no,
            link: place.link,
        };
        wanted = place.no.saturating_add(1);
        (before, end) = (Some(here), Some(here));
        if let Some(code) = anchors.closing.as_ref().filter(|code| code.no == place.no)
            && *code != ClosingCode::of(here)
        {
            faults.push(Fault::OtherEnd { no: place.no });
        }
    }
    if let Some(code) = &anchors.closing {
        let last = end.map_or(wanted - 1, |end| end.no);
        if last < code.no {
            faults.push(Fault::Missing {
                from: last + 1,
                to: code.no,
            });
        }
    }
    faults
}

/// Whether a line goes on from what stands before it.
fn follows(place: Place, before: Option<Tail>, anchors: &Anchors) -> bool {
    match (before, &anchors.opening) {
        (Some(tail), _) => tail.link == place.prev,
        (None, _) if place.no == 1 => place.prev == Digest::ZERO,
        (None, Some(code)) if code.no + 1 == place.no => {
            ClosingCode::of(Tail {
                no: code.no,
                link: place.prev,
            }) == *code
        }
        // What stood before it is missing, which is said already.
        (None, _) => true,
    }
}
