//! Reads Rust just far enough: comments, texts, and where tests begin.

/// A piece of a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Code between comments and texts, whitespace kept.
    Code(String),
    /// The inside of a string or character literal, and its line.
    Literal(String, usize),
}

/// Whether all of the file is tests.
pub fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/")
        || path.ends_with("/tests.rs")
        || path.ends_with("_tests.rs")
        || path.contains("/tests/")
        || path.ends_with("/testing.rs")
}

/// The pieces of `text`, without comments and without `#[cfg(test)]` items.
pub fn product(text: &str) -> Vec<Piece> {
    without_tests(pieces(text))
}

/// The pieces of `text`, without comments.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut reader = Reader {
        rest: text,
        line: 1,
        code: String::new(),
        pieces: Vec::new(),
    };
    while reader.step() {}
    reader.end_code();
    reader.pieces
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    code: String,
    pieces: Vec<Piece>,
}

impl Reader<'_> {
    fn step(&mut self) -> bool {
        if self.rest.is_empty() {
            return false;
        }
        if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.skip(end);
        } else if self.rest.starts_with("/*") {
            let end = block_comment(self.rest);
            self.skip(end);
        } else if let Some(hashes) = raw_start(self.rest, &self.code) {
            let open = self.rest.find('"').unwrap_or(0) + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            let inside = self.rest[open..]
                .find(&close)
                .unwrap_or(self.rest.len() - open);
            self.literal(open, inside, close.len());
        } else if self.rest.starts_with('"') {
            let inside = escaped_end(&self.rest[1..], '"');
            self.literal(1, inside, 1);
        } else if let Some(inside) = char_literal(self.rest) {
            self.literal(1, inside, 1);
        } else {
            let next = self.rest.chars().next().map_or(0, char::len_utf8);
            self.code.push_str(&self.rest[..next]);
            self.skip(next);
        }
        true
    }

    fn skip(&mut self, bytes: usize) {
        let (gone, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += gone.matches('\n').count();
        self.rest = rest;
    }

    fn literal(&mut self, open: usize, inside: usize, close: usize) {
        self.end_code();
        let text = self.rest[open..open + inside].to_owned();
        self.pieces.push(Piece::Literal(text, self.line));
        self.skip(open + inside + close);
    }

    fn end_code(&mut self) {
        if !self.code.is_empty() {
            let code = std::mem::take(&mut self.code);
            self.pieces.push(Piece::Code(code));
        }
    }
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The hashes of a raw string that begins here; not in the middle of a word.
fn raw_start(rest: &str, code: &str) -> Option<usize> {
    if code.ends_with(|before: char| before.is_alphanumeric() || before == '_') {
        return None;
    }
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn escaped_end(text: &str, end: char) -> usize {
    let mut escaped = false;
    for (at, found) in text.char_indices() {
        match found {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            found if found == end => return at,
            _ => {}
        }
    }
    text.len()
}

/// The inside of a character literal; a lifetime is none.
fn char_literal(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let first = inside.chars().next()?;
    if first == '\\' {
        return Some(escaped_end(inside, '\''));
    }
    inside[first.len_utf8()..]
        .starts_with('\'')
        .then(|| first.len_utf8())
}

/// Drops every item under `#[cfg(test)]`: up to its `;`, or to the brace that
/// closes its body.
fn without_tests(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut kept = Vec::new();
    let mut dropping: Option<usize> = None;
    for piece in pieces {
        let Piece::Code(mut code) = piece else {
            if dropping.is_none() {
                kept.push(piece);
            }
            continue;
        };
        let mut out = String::new();
        loop {
            if let Some(depth) = dropping {
                let (rest, after) = drop_item(&code, depth);
                dropping = rest;
                let Some(after) = after else { break };
                code = after;
            }
            let Some(at) = code.find("#[cfg(test)]") else {
                out.push_str(&code);
                break;
            };
            out.push_str(&code[..at]);
            code = code[at + "#[cfg(test)]".len()..].to_owned();
            dropping = Some(0);
        }
        kept.push(Piece::Code(out));
    }
    kept
}

/// Reads on at brace depth `depth`: what is still open, and the code after the
/// item if it ends here.
fn drop_item(code: &str, mut depth: usize) -> (Option<usize>, Option<String>) {
    for (at, found) in code.char_indices() {
        match found {
            '{' => depth += 1,
            '}' if depth <= 1 => return (None, Some(code[at + 1..].to_owned())),
            '}' => depth -= 1,
            ';' if depth == 0 => return (None, Some(code[at + 1..].to_owned())),
            _ => {}
        }
    }
    (Some(depth), None)
}

#[test]
fn comments_and_tests_are_left_out_and_texts_found() {
    let text = "// one \"a\"\nlet a = \"b\\\"c\"; /* \"d\" /* \"e\" */ */ let r = r#\"f\"g\"#;\n\
                fn life<'a>(x: &'a str) -> char { '\\'' }\n\
                #[cfg(test)]\nmod tests { fn x() { \"h\"; } }\nconst Z: &str = \"i\";\n\
                #[cfg(test)]\nmod more;\nconst C: char = '中';";
    let literals: Vec<(String, usize)> = product(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Literal(text, line) => Some((text, line)),
            Piece::Code(_) => None,
        })
        .collect();
    let expected = [("b\\\"c", 2), ("f\"g", 2), ("\\'", 3), ("i", 6), ("中", 9)];
    let expected: Vec<(String, usize)> = expected
        .iter()
        .map(|(text, line)| ((*text).to_owned(), *line))
        .collect();
    assert_eq!(literals, expected);
}
