//! What is a snapshot and what is none, and the bounds of each part.

use super::*;
use proptest::prelude::*;

fn header(counts: &str) -> String {
    let epoch = "00000000-0000-0000-0000-000000000001";
    format!(
        "{{\"snapshot\":1,\"feed\":\"420607\",\"epoch\":\"{epoch}\",\"seq\":7,\"counts\":{{{counts}}}}}"
    )
}

fn text(records: usize) -> (String, Digest) {
    let mut text = format!("{}\n", header(&format!("\"incident\":{records}")));
    for number in 0..records {
        let words = "值".repeat(number * 37 % 400);
        text.extend([format!(
            "{{\"record\":{{\"id\":{number},\"words\":\"{words}\"}},\"events\":[{{\"seq\":{number},\"event\":{{}}}}]}}\n"
        )]);
    }
    let hash = Digest::of(text.as_bytes());
    text.extend([format!(
        "{{\"trailer\":{{\"counts\":{{\"incident\":2}},\"sha256\":\"{hash}\"}}}}\n"
    )]);
    (text, hash)
}

/// Reads bytes in pieces; a summary of the parts.
fn read(bytes: &[u8], piece: usize) -> Result<(usize, usize, Option<Digest>), SnapshotError> {
    let mut reader = SnapshotReader::new();
    let (mut headers, mut lines, mut end) = (0, 0, None);
    for bytes in bytes.chunks(piece.max(1)) {
        reader.feed(bytes);
        while let Some(part) = reader.next_part()? {
            match part {
                Part::Header(header) => headers += usize::from(header.snapshot == 1),
                Part::Line(line) => lines += line.events.len(),
                Part::Trailer(trailer, received) => {
                    assert_eq!(trailer.sha256, received.to_string());
                    end = Some(received);
                }
            }
        }
    }
    Ok((headers, lines, end))
}

proptest! {
    #[test]
    fn however_it_is_cut_it_reads_the_same(records in 0usize..60, piece in 1usize..5_000) {
        let (text, hash) = text(records);
        let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
        prop_assert_eq!(read(&packed, piece).unwrap(), (1, records, Some(hash)));
        prop_assert_eq!(read(text.as_bytes(), piece).unwrap(), (1, records, Some(hash)));
    }

    #[test]
    fn a_cut_snapshot_has_no_end(records in 0usize..40, cut in 1usize..2_000) {
        let (text, _) = text(records);
        let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
        let kept = packed.len().saturating_sub(cut);
        // What came may read, but the trailer's line is never whole.
        if let Ok((_, _, end)) = read(&packed[..kept], 100) {
            prop_assert_eq!(end, None);
        }
    }
}

#[test]
fn cut_at_any_byte_a_snapshot_has_no_end() {
    let (text, hash) = text(9);
    let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
    for whole in [&packed[..], text.as_bytes()] {
        for kept in 0..whole.len() {
            // What came may read, and what was compressed may all have come
            // but for the frame's own last bytes.
            if let Ok((_, _, Some(end))) = read(&whole[..kept], 64) {
                assert_eq!(end, hash);
                assert!(kept + 4 >= packed.len() && whole.len() == packed.len());
            }
        }
        assert_eq!(read(whole, 64).unwrap(), (1, 9, Some(hash)));
    }
}

#[test]
fn what_is_no_snapshot_is_refused() {
    let (whole, _) = text(1);
    let header = header("\"incident\":2");
    let cases = [
        ("<html>portal</html>\n".to_owned(), "line 1"),
        (format!("{header}\n{{\"other\":1}}\n"), "line 2"),
        (format!("{header}\nnot json\n"), "line 2"),
        (format!("{whole}{{\"record\":{{}}}}\n"), "goes on"),
    ];
    for (text, expected) in cases {
        let error = read(text.as_bytes(), 7).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn a_line_without_end_is_given_up() {
    let zeros = zstd::encode_all(&vec![b'0'; LINE_BYTES_MAX + 2 * BUFFER_BYTES][..], 3).unwrap();
    let outcome = read(&zeros, 1_000);
    assert!(
        matches!(outcome, Err(SnapshotError::TooLong)),
        "{outcome:?}"
    );
}

#[test]
fn damaged_compression_is_an_error() {
    let (text, _) = text(30);
    let mut packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
    let middle = packed.len() / 2;
    packed[4..middle].fill(0xff);
    assert!(read(&packed, 50).is_err());
}

#[test]
fn no_more_records_come_than_were_promised() {
    for (came, fits) in [(2, true), (3, true), (4, false)] {
        let mut text = header("\"incident\":3") + "\n";
        text += &"{\"record\":{}}\n".repeat(came);
        let outcome = read(text.as_bytes(), 100);
        assert_eq!(outcome.is_ok(), fits, "{came}: {outcome:?}");
        if !fits {
            let promised = matches!(
                outcome,
                Err(SnapshotError::MoreThanPromised { promised: 3 })
            );
            assert!(promised, "{outcome:?}");
        }
    }
}

#[test]
fn what_a_header_promises_ends_at_its_limits() {
    let kinds = |count: usize| -> String {
        let names: Vec<String> = (0..count).map(|at| format!("\"k{at}\":1")).collect();
        names.join(",")
    };
    for (counts, fits) in [
        (format!("\"incident\":{}", RECORDS_MAX - 1), true),
        (format!("\"incident\":{RECORDS_MAX}"), true),
        (format!("\"incident\":{}", RECORDS_MAX + 1), false),
        (format!("\"a\":{0},\"b\":{0}", u64::MAX), false),
        (kinds(KINDS_MAX - 1), true),
        (kinds(KINDS_MAX), true),
        (kinds(KINDS_MAX + 1), false),
    ] {
        let line = header(&counts) + "\n";
        let outcome = read(line.as_bytes(), 1_000);
        assert_eq!(outcome.is_ok(), fits, "{outcome:?}");
    }
}

/// Reads what `text` packs to at a given distance of references.
fn packed_with_window(text: &[u8], log: u32) -> Vec<u8> {
    use std::io::Write as _;
    let mut packer = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    packer.window_log(log).unwrap();
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

#[test]
fn a_frame_may_ask_for_so_much_memory_and_no_more() {
    let line = header("\"incident\":1") + "\n";
    for (log, fits) in [
        (WINDOW_LOG_MAX - 1, true),
        (WINDOW_LOG_MAX, true),
        (WINDOW_LOG_MAX + 1, false),
        (27, false),
    ] {
        let outcome = read(&packed_with_window(line.as_bytes(), log), 1_000);
        assert_eq!(outcome.is_ok(), fits, "2^{log}: {outcome:?}");
    }
}

#[test]
fn a_bomb_is_given_up_at_its_ratio() {
    let counted = |packed: u64, text: u64| {
        let mut reader = SnapshotReader::new();
        reader.packed_bytes = packed;
        reader.text_bytes = text - 1;
        reader.no_bomb(0, 1).is_ok()
    };
    let packed = RATIO_FREE_BYTES / RATIO_MAX + 1;
    let most = packed * RATIO_MAX;
    for (packed, text, fits) in [
        (packed, most - 1, true),
        (packed, most, true),
        (packed, most + 1, false),
        (1, RATIO_FREE_BYTES, true),
        (1, RATIO_FREE_BYTES + 1, false),
        (TEXT_BYTES_MAX, TEXT_BYTES_MAX, true),
        (TEXT_BYTES_MAX, TEXT_BYTES_MAX + 1, false),
    ] {
        assert_eq!(counted(packed, text), fits, "{packed} → {text}");
    }
}

#[test]
fn a_real_bomb_is_given_up_before_it_fills_anything() {
    let mut text = header("\"incident\":9000000") + "\n";
    let line = format!(
        "{{\"record\":{{\"words\":\"{}\"}}}}\n",
        "x".repeat(64 * 1024)
    );
    for _ in 0..1_100 {
        text += &line;
    }
    let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
    assert!(text.len() / packed.len() > 500, "it is one");
    let outcome = read(&packed, 1_000);
    assert!(
        matches!(outcome, Err(SnapshotError::Bomb { .. })),
        "{outcome:?}"
    );
}
