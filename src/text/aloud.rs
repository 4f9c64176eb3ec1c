//! Numbers as they are read aloud: in groups that a listener can write down.

/// Groups of a mobile number.
const MOBILE_GROUPS: [usize; 3] = [3, 4, 4];
/// Groups of an identity number: area, year, month and day, rest.
const IDENTITY_GROUPS: [usize; 4] = [6, 4, 4, 4];
/// Shorter numbers (110, 12345) are said in one breath.
const GROUPED_DIGITS_MIN: usize = 7;
/// Digits of other groups, from the end.
const GROUP_DIGITS: usize = 4;

/// `10012345678` becomes `100 1234 5678`; a landline keeps its area code apart
/// (`0710-3456789` becomes `0710 345 6789`). What is no number stays.
#[must_use]
pub fn grouped(number: &str) -> String {
    let (area, rest) = match number.split_once('-') {
        Some((area, rest)) if is_number(area) && is_number(rest) => (Some(area), rest),
        _ => (None, number),
    };
    if !is_number(rest) {
        return number.to_owned();
    }
    let groups = match rest.chars().count() {
        11 if area.is_none() => split(rest, &MOBILE_GROUPS),
        18 if area.is_none() => split(rest, &IDENTITY_GROUPS),
        count if count < GROUPED_DIGITS_MIN => vec![rest.to_owned()],
        count => from_the_end(rest, count),
    };
    area.map(str::to_owned)
        .into_iter()
        .chain(groups)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Digits, with stars where it is masked and perhaps a check letter at the end.
fn is_number(text: &str) -> bool {
    let body = text.strip_suffix(['X', 'x']).unwrap_or(text);
    !body.is_empty() && body.chars().all(|c| c.is_ascii_digit() || c == '*')
}

fn split(number: &str, groups: &[usize]) -> Vec<String> {
    let mut signs = number.chars();
    groups
        .iter()
        .map(|count| signs.by_ref().take(*count).collect())
        .collect()
}

fn from_the_end(number: &str, count: usize) -> Vec<String> {
    let first = count % GROUP_DIGITS;
    let signs: Vec<char> = number.chars().collect();
    let (head, tail) = signs.split_at(first);
    std::iter::once(head)
        .filter(|head| !head.is_empty())
        .chain(tail.chunks(GROUP_DIGITS))
        .map(|group| group.iter().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_table() {
        for (number, aloud) in [
            ("10012345678", "100 1234 5678"),
            ("100****5678", "100 **** 5678"),
            ("0710-3456789", "0710 345 6789"),
            ("0710-34567890", "0710 3456 7890"),
            ("42060719900101123X", "420607 1990 0101 123X"),
            ("110", "110"),
            ("12345", "12345"),
            ("", ""),
            ("转3号分机", "转3号分机"),
            ("0710-", "0710-"),
        ] {
            assert_eq!(grouped(number), aloud);
        }
    }
}
