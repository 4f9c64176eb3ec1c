//! Documents that are nearly right: a valid one with some edits, first to its
//! tree, then to its text. Raw bytes would die at the first brace.

use serde_json::{Map, Number, Value, json};

use super::draw::Draw;

/// The first byte of an input whose other bytes are the document itself.
pub const RAW: u8 = 0;
/// Edits of one document.
const EDITS_MAX: usize = 12;
/// Levels that one edit may add.
const NESTED_LEVELS_MAX: usize = 140;
/// Copies of an element that one edit may make.
const COPIES_MAX: usize = 130;
/// Values that all copies of one edit may have together.
const COPIED_PARTS_MAX: usize = 2_000;

/// What has broken readers before.
const WORDS: [&str; 24] = [
    "",
    " ",
    "\0",
    "\u{7f}",
    "\u{1b}[2J",
    "\u{9b}31m",
    "\r\n",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "\u{fffd}",
    "\u{10ffff}",
    "=1+1",
    "../../x",
    "null",
    "0",
    "-1",
    "9007199254740993",
    "00000000-0000-0000-0000-000000000000",
    "420607",
    "420607101201",
    "incident",
    "值班",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
];

/// The document's text: raw when the first byte says so, an edited seed
/// otherwise.
pub fn text(draw: &mut Draw<'_>, seeds: &[Value]) -> Vec<u8> {
    let how = draw.byte();
    if how == RAW {
        return draw.rest().to_vec();
    }
    let text_edits = usize::from(how) % 4;
    let value = edited(draw, seeds);
    let mut text = serde_json::to_vec(&value).expect("a tree is written");
    for _ in 1..text_edits.max(1) {
        edit_text(&mut text, draw);
    }
    text
}

/// A seed with edits, as a tree.
pub fn edited(draw: &mut Draw<'_>, seeds: &[Value]) -> Value {
    let mut value = seeds[draw.below(seeds.len())].clone();
    let edits = draw.below(EDITS_MAX + 1);
    for _ in 0..edits {
        if draw.is_spent() {
            break;
        }
        edit(&mut value, draw, seeds);
    }
    value
}

/// Edits one place of the tree: goes down as drawn, and stops somewhere.
fn edit(value: &mut Value, draw: &mut Draw<'_>, seeds: &[Value]) {
    let children = match value {
        Value::Array(items) => items.len(),
        Value::Object(map) => map.len(),
        _ => 0,
    };
    let at = draw.below(children + 1);
    match value {
        Value::Array(items) if at < children => edit(&mut items[at], draw, seeds),
        Value::Object(map) if at < children => {
            let (_, child) = map.iter_mut().nth(at).expect("counted");
            edit(child, draw, seeds);
        }
        _ => change(value, draw, seeds),
    }
}

fn change(value: &mut Value, draw: &mut Draw<'_>, seeds: &[Value]) {
    match draw.below(9) {
        0 => *value = scalar(draw),
        1 => remove(value, draw),
        2 => add(value, draw),
        3 => *value = part(&seeds[draw.below(seeds.len())], draw),
        4 => reword(value, draw),
        5 => nudge(value, draw),
        6 => repeat(value, draw),
        7 => rename(value, draw, seeds),
        _ => nest(value, draw),
    }
}

fn scalar(draw: &mut Draw<'_>) -> Value {
    match draw.below(12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(u64::MAX),
        5 => json!(i64::MIN),
        6 => json!(zhiban::domain::counter::COUNTER_MAX),
        7 => Number::from_f64(1e308).map_or(Value::Null, Value::Number),
        8 => json!([]),
        9 => json!({}),
        10 => json!("x".repeat(1 << draw.below(14))),
        _ => json!(draw.of(&WORDS)),
    }
}

fn remove(value: &mut Value, draw: &mut Draw<'_>) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let at = draw.below(items.len());
            items.remove(at);
        }
        Value::Object(map) if !map.is_empty() => {
            let at = draw.below(map.len());
            let name = map.keys().nth(at).expect("counted").clone();
            map.shift_remove(&name);
        }
        _ => *value = Value::Null,
    }
}

fn add(value: &mut Value, draw: &mut Draw<'_>) {
    let new = scalar(draw);
    match value {
        Value::Array(items) => items.push(new),
        Value::Object(map) => {
            map.insert(format!("zz-{}", draw.byte()), new);
        }
        _ => *value = new,
    }
}

/// A part of a document, found as [`edit`] finds its place.
fn part(value: &Value, draw: &mut Draw<'_>) -> Value {
    let children = match value {
        Value::Array(items) => items.len(),
        Value::Object(map) => map.len(),
        _ => 0,
    };
    let at = draw.below(children + 1);
    match value {
        Value::Array(items) if at < children => part(&items[at], draw),
        Value::Object(map) if at < children => part(map.values().nth(at).expect("counted"), draw),
        _ => value.clone(),
    }
}

fn reword(value: &mut Value, draw: &mut Draw<'_>) {
    let Value::String(text) = value else {
        *value = json!(draw.of(&WORDS));
        return;
    };
    let mut signs: Vec<char> = text.chars().collect();
    let at = draw.below(signs.len() + 1);
    match draw.below(4) {
        0 => {
            signs.truncate(at);
        }
        1 => {
            let words: Vec<char> = draw.of(&WORDS).chars().collect();
            signs.splice(at..at, words);
        }
        2 => {
            let bytes = draw.some(4);
            let drawn = String::from_utf8_lossy(bytes).into_owned();
            signs.splice(at..at, drawn.chars());
        }
        _ if at < signs.len() => signs[at] = char::from(draw.byte()),
        _ => signs.push(char::from(draw.byte())),
    }
    *text = signs.into_iter().collect();
}

fn nudge(value: &mut Value, draw: &mut Draw<'_>) {
    let step = draw.byte();
    let Some(number) = value.as_i64() else {
        *value = json!(step);
        return;
    };
    *value = match step {
        0 => json!(number.saturating_add(1)),
        1 => json!(number.saturating_sub(1)),
        2 => json!(number.saturating_neg()),
        3 => json!(number.to_string()),
        _ => json!(number.saturating_mul(i64::from(step))),
    };
}

fn repeat(value: &mut Value, draw: &mut Draw<'_>) {
    let Value::Array(items) = value else {
        *value = json!([value.clone()]);
        return;
    };
    if items.is_empty() {
        return;
    }
    let copied = items[draw.below(items.len())].clone();
    // Copies of copies would soon fill the machine.
    let times = draw
        .below(COPIES_MAX)
        .min(COPIED_PARTS_MAX / parts(&copied));
    items.extend(std::iter::repeat_n(copied, times));
}

/// How many values there are in it, itself included.
fn parts(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(parts).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(parts).sum::<usize>(),
        _ => 1,
    }
}

fn rename(value: &mut Value, draw: &mut Draw<'_>, seeds: &[Value]) {
    let Value::Object(map) = value else {
        return;
    };
    if map.is_empty() {
        return;
    }
    let at = draw.below(map.len());
    let name = map.keys().nth(at).expect("counted").clone();
    let other = match &seeds[draw.below(seeds.len())] {
        Value::Object(seed) if !seed.is_empty() => {
            let at = draw.below(seed.len());
            seed.keys().nth(at).expect("counted").clone()
        }
        _ => draw.of(&WORDS).to_owned(),
    };
    if let Some(child) = map.shift_remove(&name) {
        map.insert(other, child);
    }
}

fn nest(value: &mut Value, draw: &mut Draw<'_>) {
    let levels = draw.below(NESTED_LEVELS_MAX);
    let objects = draw.byte() % 2 == 1;
    let mut inner = value.take();
    for _ in 0..levels {
        inner = if objects {
            let mut map = Map::new();
            map.insert("a".to_owned(), inner);
            Value::Object(map)
        } else {
            Value::Array(vec![inner])
        };
    }
    *value = inner;
}

/// What a tree cannot say: names twice, torn texts, half characters.
fn edit_text(text: &mut Vec<u8>, draw: &mut Draw<'_>) {
    let at = draw.below(text.len() + 1);
    match draw.below(6) {
        0 => text.truncate(at),
        1 => {
            let bytes = draw.some(4);
            text.splice(at..at, bytes.iter().copied());
        }
        2 if at < text.len() => text[at] = draw.byte(),
        3 => twice(text, draw),
        4 => {
            let half = draw.of(&[
                r"\ud800",
                r"\udc00",
                r"\u0000",
                r"\ud83d\ude00",
                r"\/",
                r"\x",
                "\u{feff}",
                " ",
            ]);
            text.splice(at..at, half.bytes());
        }
        _ => {
            let tail = draw.of(&["}", " {}", "\n", "\0", ",", "1"]);
            text.extend(tail.bytes());
        }
    }
}

/// Repeats a name of the document with another value, right after a brace.
fn twice(text: &mut Vec<u8>, draw: &mut Draw<'_>) {
    let names: Vec<String> = String::from_utf8_lossy(text)
        .split('"')
        .skip(1)
        .step_by(2)
        .take(64)
        .map(str::to_owned)
        .collect();
    let braces: Vec<usize> = text
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'{')
        .map(|(at, _)| at + 1)
        .collect();
    if names.is_empty() || braces.is_empty() {
        return;
    }
    let name = &names[draw.below(names.len())];
    let at = braces[draw.below(braces.len())];
    let value = draw.of(&["1", "null", "\"x\"", "{}", "[]"]);
    text.splice(at..at, format!("\"{name}\":{value},").bytes());
}
