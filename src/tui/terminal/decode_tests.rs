use super::*;
use proptest::prelude::*;

fn decode(bytes: &[u8]) -> Vec<Decoded> {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(bytes, &mut out);
    decoder.expire(&mut out);
    out
}

fn plain(code: KeyCode) -> Decoded {
    key(code, KeyModifiers::NONE)
}

#[test]
fn keys_by_table() {
    for (bytes, code, modifiers) in [
        ("a", KeyCode::Char('a'), KeyModifiers::NONE),
        ("A", KeyCode::Char('A'), KeyModifiers::SHIFT),
        ("宅", KeyCode::Char('宅'), KeyModifiers::NONE),
        ("\u{2A6A5}", KeyCode::Char('\u{2A6A5}'), KeyModifiers::NONE),
        ("ｊ", KeyCode::Char('ｊ'), KeyModifiers::NONE),
        ("\r", KeyCode::Enter, KeyModifiers::NONE),
        ("\t", KeyCode::Tab, KeyModifiers::NONE),
        ("\x7f", KeyCode::Backspace, KeyModifiers::NONE),
        ("\x08", KeyCode::Backspace, KeyModifiers::NONE),
        ("\x03", KeyCode::Char('c'), KeyModifiers::CONTROL),
        ("\0", KeyCode::Char(' '), KeyModifiers::CONTROL),
        ("\x1b", KeyCode::Esc, KeyModifiers::NONE),
        ("\x1bx", KeyCode::Char('x'), KeyModifiers::ALT),
        ("\x1b[A", KeyCode::Up, KeyModifiers::NONE),
        ("\x1bOB", KeyCode::Down, KeyModifiers::NONE),
        ("\x1b[1;5C", KeyCode::Right, KeyModifiers::CONTROL),
        ("\x1b[1;2D", KeyCode::Left, KeyModifiers::SHIFT),
        ("\x1b[H", KeyCode::Home, KeyModifiers::NONE),
        ("\x1b[4~", KeyCode::End, KeyModifiers::NONE),
        ("\x1b[5~", KeyCode::PageUp, KeyModifiers::NONE),
        ("\x1b[6;5~", KeyCode::PageDown, KeyModifiers::CONTROL),
        ("\x1b[3~", KeyCode::Delete, KeyModifiers::NONE),
        ("\x1b[Z", KeyCode::BackTab, KeyModifiers::SHIFT),
        ("\x1bOP", KeyCode::F(1), KeyModifiers::NONE),
        ("\x1b[11~", KeyCode::F(1), KeyModifiers::NONE),
        ("\x1b[[B", KeyCode::F(2), KeyModifiers::NONE),
        ("\x1bOR", KeyCode::F(3), KeyModifiers::NONE),
        ("\x1b[1;2R", KeyCode::F(3), KeyModifiers::SHIFT),
        ("\x1b[15~", KeyCode::F(5), KeyModifiers::NONE),
        ("\x1b[17~", KeyCode::F(6), KeyModifiers::NONE),
        ("\x1b[19~", KeyCode::F(8), KeyModifiers::NONE),
        ("\x1b[20~", KeyCode::F(9), KeyModifiers::NONE),
        ("\x1b[24~", KeyCode::F(12), KeyModifiers::NONE),
        ("\x1bOM", KeyCode::Enter, KeyModifiers::NONE),
        ("\x1bOq", KeyCode::Char('1'), KeyModifiers::NONE),
        ("\x1b[97;5u", KeyCode::Char('a'), KeyModifiers::CONTROL),
    ] {
        assert_eq!(
            decode(bytes.as_bytes()),
            [key(code, modifiers)],
            "{bytes:?}"
        );
    }
}

#[test]
fn answers_never_become_keys() {
    for answer in [
        "\x1b[?62;22c",
        "\x1b[2;2R",
        "\x1b[24;80R",
        "\x1b[?2026;2$y",
        "\x1b]11;rgb:1c1c/1c1c/1c1c\x07",
        "\x1b]10;rgb:ff/ff/ff\x1b\\",
        "\x1bP>|tmux 3.4\x1b\\",
        "\x1b_Gi=1;OK\x1b\\",
        "\x1b[>0;276;0c",
        "\x1b[0n",
        "\x1b[8;24;80t",
        "\x1b[?1u",
    ] {
        let decoded = decode(format!("{answer}j").as_bytes());
        assert!(
            matches!(&decoded[..], [Decoded::Answer(_), last] if *last == plain(KeyCode::Char('j'))),
            "{answer:?} {decoded:?}"
        );
    }
}

#[test]
fn reports_nobody_asked_for_are_swallowed_whole() {
    for report in [
        "\x1b[I",
        "\x1b[O",
        "\x1b[M !!",
        "\x1b[<0;10;5M",
        "\x1b[<0;10;5m",
        "\x1b[99~",
        "\x1b[>4;2m",
    ] {
        let decoded = decode(format!("{report}j").as_bytes());
        assert_eq!(decoded, [plain(KeyCode::Char('j'))], "{report:?}");
    }
}

#[test]
fn two_escapes_are_two_keys() {
    assert_eq!(
        decode(b"\x1b\x1b"),
        [plain(KeyCode::Esc), plain(KeyCode::Esc)]
    );
    assert_eq!(
        decode(b"\x1b\x1b[A"),
        [plain(KeyCode::Esc), plain(KeyCode::Up)]
    );
}

#[test]
fn a_paste_is_text_whatever_it_holds() {
    let pasted = "第一行\r\n:close\rj\x1b[A\u{3}";
    assert_eq!(
        decode(format!("\x1b[200~{pasted}\x1b[201~k").as_bytes()),
        [
            Decoded::Paste("第一行\n:close\nj\x1b[A\u{3}".into()),
            plain(KeyCode::Char('k'))
        ]
    );
}

#[test]
fn a_long_paste_is_cut_and_ends_where_it_ends() {
    let long = "a".repeat(3 * PASTE_BYTES_MAX);
    let decoded = decode(format!("\x1b[200~{long}\x1b[201~k").as_bytes());
    let [Decoded::Paste(text), last] = &decoded[..] else {
        unreachable!("a paste and a key: {} things", decoded.len());
    };
    assert_eq!(text.len(), PASTE_BYTES_MAX);
    assert_eq!(*last, plain(KeyCode::Char('k')));
}

#[test]
fn a_paste_that_never_ends_gives_the_keyboard_back() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed("\x1b[200~石桥".as_bytes(), &mut out);
    assert!(out.is_empty() && decoder.patience().is_some());
    decoder.expire(&mut out);
    decoder.feed(b"q", &mut out);
    assert_eq!(
        out,
        [Decoded::Paste("石桥".into()), plain(KeyCode::Char('q'))]
    );
    assert_eq!(decoder.patience(), None);
}

#[test]
fn broken_utf8_loses_one_character_only() {
    assert_eq!(
        decode(b"\xE5\xAEa\xFFb\x80"),
        [plain(KeyCode::Char('a')), plain(KeyCode::Char('b'))]
    );
}

proptest! {
    #[test]
    fn however_the_line_cuts_the_bytes_the_keys_are_the_same(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("\x1b[A"), Just("宅"), Just("j"), Just("\x1b[?62;22c"), Just("\x1bOP"),
                Just("\x1b[200~a\x1b[Bb\x1b[201~"), Just("\x1b]11;x\x1b\\"), Just("\x1b[2;3R"),
            ],
            0..8,
        ),
        cut in 0_usize..80,
    ) {
        let bytes = pieces.concat().into_bytes();
        let cut = cut.min(bytes.len());
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        decoder.feed(&bytes[..cut], &mut out);
        decoder.feed(&bytes[cut..], &mut out);
        decoder.expire(&mut out);
        prop_assert_eq!(out, decode(&bytes));
    }

    #[test]
    fn any_bytes_leave_the_keyboard_usable(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        decoder.feed(&bytes, &mut out);
        decoder.expire(&mut out);
        out.clear();
        decoder.feed(b"j", &mut out);
        prop_assert_eq!(out, [plain(KeyCode::Char('j'))]);
    }
}
