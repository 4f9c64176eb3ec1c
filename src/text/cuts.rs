//! The likeliest ways to cut a typed word into syllables and first letters:
//! those with the fewest pieces. [`Word::splits`] has all of them, and none
//! where there are too many; a long word has very many, and nobody who types
//! `zengchanggeng` means thirteen characters.

use super::pinyin::{Piece, Word, spelt};

/// At most `limit` ways, those with the fewest pieces first.
#[must_use]
pub fn cuts(word: &Word, limit: usize) -> Vec<Vec<Piece>> {
    if !word.is_spelt() {
        return Vec::new();
    }
    let chars: Vec<char> = word.text().chars().collect();
    let ways: Vec<Vec<(usize, Piece)>> = (0..chars.len())
        .map(|at| match chars[at] {
            c if c.is_ascii_lowercase() => {
                let mut ways = spelt(&chars[at..]);
                // The longest first; what is whole before what may go on.
                ways.sort_by_key(|(letters, _)| std::cmp::Reverse(*letters));
                ways
            }
            c => vec![(1, Piece::Char(c))],
        })
        .collect();
    // Pieces that are needed from here to the end, at least.
    let mut least: Vec<Option<usize>> = vec![None; chars.len() + 1];
    least[chars.len()] = Some(0);
    for at in (0..chars.len()).rev() {
        least[at] = ways[at]
            .iter()
            .filter_map(|(letters, _)| least[at + letters])
            .min()
            .map(|rest| rest + 1);
    }
    let mut all = Vec::new();
    if let Some(fewest) = least[0] {
        let cutting = Cutting {
            ways: &ways,
            least: &least,
            limit,
        };
        for pieces in fewest..=chars.len() {
            cutting.cut(0, pieces, &mut Vec::new(), &mut all);
            if all.len() >= limit {
                break;
            }
        }
    }
    all
}

struct Cutting<'a> {
    ways: &'a [Vec<(usize, Piece)>],
    least: &'a [Option<usize>],
    limit: usize,
}

impl Cutting<'_> {
    /// Every way to cut what begins at `at` into exactly so many pieces, the
    /// longest first piece first.
    fn cut(&self, at: usize, pieces: usize, before: &mut Vec<Piece>, all: &mut Vec<Vec<Piece>>) {
        if all.len() >= self.limit || self.least[at].is_none_or(|least| least > pieces) {
            return;
        }
        let Some(ways) = self.ways.get(at) else {
            if pieces == 0 && !all.contains(before) {
                all.push(before.clone());
            }
            return;
        };
        if pieces == 0 {
            return;
        }
        for (letters, piece) in ways {
            before.push(piece.clone());
            self.cut(at + letters, pieces - 1, before, all);
            before.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn first(word: &str) -> String {
        let cuts = cuts(&Word::new(word), 8);
        let told = |piece: &Piece| match piece {
            Piece::Char(c) => c.to_string(),
            Piece::Initial(letter) => letter.to_uppercase().to_string(),
            Piece::Syllable(said) => said.clone(),
            Piece::Begins(part) => format!("{part}~"),
        };
        cuts.first().map_or_else(String::new, |pieces| {
            pieces.iter().map(told).collect::<Vec<_>>().join(" ")
        })
    }

    #[test]
    fn the_fewest_pieces_come_first() {
        for (word, wanted) in [
            ("zengchanggeng", "zeng chang geng"),
            ("wxm", "W X M"),
            ("wangxm", "wang X M"),
            ("王xm", "王 X M"),
            ("zhaichunjiangyu", "zhai chun jiang yu"),
            ("zhaichunjiangyue", "zhai chun jiang yue"),
            ("ngongxiaomanqiu", "N gong xiao man qiu"),
            ("shanyulanzhua", "shan yu lan zhua"),
        ] {
            assert_eq!(first(word), wanted);
        }
        assert_eq!(cuts(&Word::new("uu"), 8), Vec::<Vec<Piece>>::new());
        assert_eq!(cuts(&Word::new("12"), 8), Vec::<Vec<Piece>>::new());
    }

    proptest! {
        #[test]
        fn where_all_ways_are_known_these_are_the_shortest_of_them(
            word in "[wxmzhsangdlvuie王秀]{1,6}",
            limit in 1_usize..20,
        ) {
            let word = Word::new(&word);
            let all = word.splits();
            if word.is_spelt() && !all.is_empty() {
                let few = cuts(&word, limit);
                prop_assert_eq!(few.len(), all.len().min(limit));
                prop_assert!(few.iter().all(|cut| all.contains(cut)));
                let longest = few.iter().map(Vec::len).max().unwrap();
                let shorter = all.iter().filter(|cut| cut.len() < longest).count();
                prop_assert!(shorter <= few.len());
            }
        }
    }
}
