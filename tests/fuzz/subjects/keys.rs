//! What a terminal sends: the same keys however the bytes are cut, nothing
//! that is no key, and pastes within their bound; then chords of them.

use crossterm::event::KeyCode;

use zhiban::tui::keys::press::KeyPress;
use zhiban::tui::keys::{Chord, Keymap, PendingKeys};
use zhiban::tui::terminal::decode::{Decoded, Decoder, PASTE_BYTES_MAX};

use super::draw::Draw;

/// Keys of one input whose meaning is looked up.
const KEYS_MAX: usize = 500;

pub fn run(data: &[u8]) {
    let mut draw = Draw::new(data);
    let step = usize::from(draw.byte()) + 1;
    let filler = draw.byte();
    let bytes = filled(draw.rest(), filler);

    let mut decoder = Decoder::default();
    let mut whole = Vec::new();
    decoder.feed(&bytes, &mut whole);
    let mut other = Decoder::default();
    let mut pieces = Vec::new();
    for piece in bytes.chunks(step) {
        other.feed(piece, &mut pieces);
    }
    assert_eq!(whole, pieces, "cuts changed what was typed");
    assert_eq!(decoder.patience(), other.patience());
    decoder.expire(&mut whole);
    assert_eq!(decoder.patience(), None, "something is open for ever");
    assert!(whole.len() <= bytes.len() + 1, "more came than was sent");

    let keymap = shipped();
    let mut pending = PendingKeys::default();
    let contexts = zhiban::tui::keys::Context::ALL;
    for (at, thing) in whole.iter().enumerate().take(KEYS_MAX) {
        match thing {
            Decoded::Key(event) => {
                if let KeyCode::Char(sign) = event.code {
                    assert!(!sign.is_control(), "{sign:?} is no key");
                }
                if let Some(press) = KeyPress::from_event(*event) {
                    chord(press.chord);
                    let context = contexts[(at + usize::from(filler)) % contexts.len()];
                    let _done = pending.press(keymap, context, press);
                    assert!(
                        pending.chords().len() <= zhiban::tui::keys::chord::SEQUENCE_CHORDS_MAX
                    );
                }
            }
            Decoded::Paste(text) => {
                // A byte that is no text becomes the three of U+FFFD.
                assert!(text.len() <= 3 * PASTE_BYTES_MAX);
                assert!(!text.contains('\r'), "line ends are line feeds");
            }
            Decoded::Answer(_) => {}
        }
    }
}

fn shipped() -> &'static Keymap {
    static SHIPPED: std::sync::LazyLock<Keymap> = std::sync::LazyLock::new(Keymap::shipped);
    &SHIPPED
}

/// A chord is written and read to the same, or cannot be written in a file.
fn chord(chord: Chord) {
    if let Ok(read) = chord.to_string().parse::<Chord>() {
        assert_eq!(read, chord, "{chord}");
        assert!(!chord.label().is_empty());
    }
}

/// One of the bytes stands for much: a long paste, an endless sequence.
fn filled(bytes: &[u8], filler: u8) -> Vec<u8> {
    let mut all = Vec::with_capacity(bytes.len());
    for byte in bytes {
        if *byte == filler && filler == 0xFF && all.len() < PASTE_BYTES_MAX + 8 * 1024 {
            all.resize(all.len() + 8 * 1024, b'x');
        } else {
            all.push(*byte);
        }
    }
    all
}

pub fn seeds() -> Vec<Vec<u8>> {
    [
        "gg jk\r\t\x1b\x1b[A\x1b[1;5C\x1bOP\x1b[15~\x1b[[A\x1b[97;5u\x1b[200~a\r\nb\x1b[201~",
        "\x1b[?1;2c\x1b[?2026;1$y\x1b[12;40R\x1b]11;rgb:1/2/3\x07\x1bPx\x1b\\\x1b[M abc\x1b[I",
        "值班１，。\u{1}\u{1f}\u{7f}\u{8}\x1b值\x1b[<0;1;1M",
    ]
    .iter()
    .flat_map(|text| {
        [[0, 0], [3, 0], [255, 0xFF]].map(|head| {
            let mut seed = head.to_vec();
            seed.extend(text.bytes());
            if head[1] == 0xFF {
                seed.extend(b"\x1b[200~\xff\xff\xff\xff\xff\xff\xff\xff\xff\x1b[201~");
            }
            seed
        })
    })
    .collect()
}
