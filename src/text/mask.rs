//! Masking of phones, identity numbers and names in lists.
//!
//! No rule binds the whole country; these are the defaults of the design:
//! phones and identity numbers keep three characters at the front and four at
//! the end, names keep the surname. Revealing is somebody else's business: it
//! is one record at a time, with a logged key.

use unicode_segmentation::UnicodeSegmentation;

const KEPT_AT_FRONT: usize = 3;
const KEPT_AT_END: usize = 4;
/// Hides one character, in one cell.
const STAR: char = '*';

/// `13800001234` becomes `138****1234`.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    mask_middle(phone)
}

/// `420607199001011234` becomes `420***********1234`: as many stars as hidden
/// characters, so that a wrong length still shows.
#[must_use]
pub fn mask_identity(number: &str) -> String {
    mask_middle(number)
}

/// Keeps the surname, one of two characters included, and hides the rest.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let glyphs: Vec<&str> = name.graphemes(true).collect();
    // Somebody of two characters has a single surname, whatever it looks like.
    let compound = glyphs.len() > 2 && COMPOUND_SURNAMES.lines().any(|s| name.starts_with(s));
    let kept = if compound { 2 } else { 1 };
    hide(&glyphs, kept, 0)
}

/// One surname a line.
const COMPOUND_SURNAMES: &str = include_str!("compound_surnames.txt");

fn mask_middle(text: &str) -> String {
    let glyphs: Vec<&str> = text.graphemes(true).collect();
    // A number too short to hide anything between both ends keeps one.
    if glyphs.len() > KEPT_AT_FRONT + KEPT_AT_END {
        hide(&glyphs, KEPT_AT_FRONT, KEPT_AT_END)
    } else {
        hide(&glyphs, 1, 0)
    }
}

fn hide(glyphs: &[&str], front: usize, end: usize) -> String {
    let hidden = front..glyphs.len().saturating_sub(end);
    let mut masked = String::new();
    for (at, glyph) in glyphs.iter().enumerate() {
        if hidden.contains(&at) {
            masked.push(STAR);
        } else {
            masked.push_str(glyph);
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_by_table() {
        for (plain, masked) in [
            ("13800001234", "138****1234"),
            ("0710-1234567", "071*****4567"),
            ("110", "1**"),
            ("1234567", "1******"),
            ("", ""),
        ] {
            assert_eq!(mask_phone(plain), masked);
        }
        assert_eq!(mask_identity("42060719900101123X"), "420***********123X");
        assert_eq!(mask_identity("420607900101123"), "420********1123");
    }

    #[test]
    fn names_keep_the_surname() {
        for (plain, masked) in [
            ("王秀梅", "王**"),
            ("陈立", "陈*"),
            ("欧阳建国", "欧阳**"),
            ("司马", "司*"),
            ("买买提·吐尔逊", "买******"),
            ("\u{2A6A5}明", "\u{2A6A5}*"),
            ("李", "李"),
            ("", ""),
        ] {
            assert_eq!(mask_name(plain), masked);
        }
    }
}
