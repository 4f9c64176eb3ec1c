//! One party in one line, as it is written down during a call: the name first,
//! then what else is known, in any order.

use crate::domain::incident::act::Register;
use crate::domain::incident::party::{AgeClass, Party, SealedParty};
use crate::i18n::t;
use crate::text::fold::fold_key;

/// Digits from which a number is one of an identity document.
const DOC_NO_DIGITS_MIN: usize = 15;
/// Digits of the shortest telephone number.
const PHONE_DIGITS_MIN: usize = 5;

/// What a line says of a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyLine {
    pub party: Party,
    /// Identity document number; sealed.
    pub doc_no: String,
}

/// Why a line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// It begins with a number.
    NameFirst,
    /// Two telephone or two document numbers.
    Twice,
}

/// Reads a line; `None` when it is empty.
pub fn read(line: &str) -> Result<Option<PartyLine>, Unclear> {
    let minor = t!("form.party-minor");
    let adult = t!("form.party-adult");
    let is_word = |words: &str, part: &str| words.split(' ').any(|word| word == part);
    let mut parts = line
        .split(|sign| matches!(fold_key(sign), ' ' | '\t' | ',' | '/' | ';'))
        .filter(|part| !part.is_empty());
    let Some(name) = parts.next() else {
        return Ok(None);
    };
    if number(name).is_some() {
        return Err(Unclear::NameFirst);
    }
    let mut said = PartyLine {
        party: Party {
            name: name.to_owned(),
            age: AgeClass::Adult,
            phone: String::new(),
            part: String::new(),
        },
        doc_no: String::new(),
    };
    for part in parts {
        if is_word(&minor, part) {
            said.party.age = AgeClass::Minor;
        } else if is_word(&adult, part) {
            said.party.age = AgeClass::Adult;
        } else if let Some(number) = number(part) {
            let digits = number.chars().filter(char::is_ascii_digit).count();
            let place = if digits >= DOC_NO_DIGITS_MIN {
                &mut said.doc_no
            } else {
                &mut said.party.phone
            };
            if !place.is_empty() {
                return Err(Unclear::Twice);
            }
            *place = number;
        } else {
            if !said.party.part.is_empty() {
                said.party.part.push(' ');
            }
            said.party.part.push_str(part);
        }
    }
    Ok(Some(said))
}

/// A telephone or document number, in plain digits.
fn number(part: &str) -> Option<String> {
    let folded: String = part
        .chars()
        .map(|sign| fold_key(sign).to_ascii_uppercase())
        .collect();
    let body = folded.strip_suffix('X').unwrap_or(&folded);
    let digits = body.chars().filter(char::is_ascii_digit).count();
    let plain = body
        .chars()
        .all(|sign| sign.is_ascii_digit() || matches!(sign, '-' | '+'));
    (plain && digits >= PHONE_DIGITS_MIN).then_some(folded)
}

/// Adds a party to what registers an incident.
pub fn add(register: &mut Register, line: PartyLine) {
    if !line.doc_no.is_empty() {
        register.sealed.push(SealedParty {
            party: u32::try_from(register.parties.len()).unwrap_or(u32::MAX),
            // A minor's name is sealed by the rules themselves.
            name: String::new(),
            doc_no: line.doc_no,
        });
    }
    register.parties.push(line.party);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_people_write_it() {
        crate::i18n::Language::Chinese.select();
        let party = |name: &str, age, phone: &str, part: &str, doc_no: &str| {
            Ok(Some(PartyLine {
                party: Party {
                    name: name.into(),
                    age,
                    phone: phone.into(),
                    part: part.into(),
                },
                doc_no: doc_no.into(),
            }))
        };
        let (adult, minor) = (AgeClass::Adult, AgeClass::Minor);
        for (line, read_as) in [
            ("  ", Ok(None)),
            ("张三", party("张三", adult, "", "", "")),
            (
                "李小明，未成年，学生",
                party("李小明", minor, "", "学生", ""),
            ),
            (
                "王五 房东 19900001234 42060019800101123x",
                party("王五", adult, "19900001234", "房东", "42060019800101123X"),
            ),
            (
                "赵六、１９９００００１２３４、被打 一方",
                party("赵六", adult, "19900001234", "被打 一方", ""),
            ),
            (
                "买买提·吐尔逊 0710-2810000",
                party("买买提·吐尔逊", adult, "0710-2810000", "", ""),
            ),
            ("孙七 三组12号", party("孙七", adult, "", "三组12号", "")),
            ("19900001234 张三", Err(Unclear::NameFirst)),
            ("张三 19900001234 19900005678", Err(Unclear::Twice)),
        ] {
            assert_eq!(read(line), read_as, "{line}");
        }
    }
}
