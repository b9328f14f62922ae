//! The nearest right name to a wrong one.

use std::cmp::Reverse;

/// Longer words are not compared: slips are found in names people type.
const LONGEST: usize = 64;
/// Only so many candidates are looked at; models that people write have fewer names.
const MOST: usize = 10_000;

/// The candidate nearest to `wrong`, if one is near enough to be meant.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lowered = letters(&wrong.to_lowercase());
    let limit = (lowered.len() / 3).max(1);
    candidates
        .into_iter()
        .take(MOST)
        .filter(|candidate| *candidate != wrong && lowered.len().abs_diff(candidate.chars().count()) <= limit)
        .filter_map(|candidate| {
            let other = letters(&candidate.to_lowercase());
            let short = lowered.len().max(other.len()) <= LONGEST;
            let distance = if short { distance(&lowered, &other) } else { usize::MAX };
            (distance <= limit).then_some((distance, Reverse(common_start(&lowered, &other)), candidate))
        })
        .min()
        .map(|(_, _, candidate)| candidate)
}

fn letters(word: &str) -> Vec<char> {
    word.chars().take(LONGEST + 1).collect()
}

fn common_start(a: &[char], b: &[char]) -> usize {
    a.iter().zip(b).take_while(|(x, y)| x == y).count()
}

/// Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, replacements, swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replaced = last[j] + usize::from(a[i] != b[j]);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_wrong_case() {
        let names = ["deaths", "births", "death_rate", "people"];
        assert_eq!(nearest("deahts", names), Some("deaths"));
        assert_eq!(nearest("Deaths", names), Some("deaths"));
        assert_eq!(nearest("peple", names), Some("people"));
        assert_eq!(nearest("money", names), None);
        assert_eq!(nearest("birth", names), Some("births"));
    }
}
