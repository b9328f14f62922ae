//! How good the model's forecasts were where it was fitted to what was known at past dates: scores, and what they mean.

use maud::{Markup, html};

use crate::backtest::{Measure, Ratio, Rules, Score, Target, read_scores, written};
use crate::error::Problem;
use crate::files::track_record;
use crate::project::Project;

use super::tables::table;
use super::{ReportInput, words};

/// File of the scores within the track record.
pub(crate) const FILE: &str = "backtest-scores.csv";

/// The scores of the bundled model's targets.
#[derive(Clone, Debug)]
pub(crate) struct Track {
    /// What is scored, in the order of the rules.
    pub targets: Vec<Target>,
    /// All scores.
    pub scores: Vec<Score>,
}

impl Track {
    /// The track record of the bundled model; `None` for another, of which it says nothing.
    ///
    /// # Errors
    /// If the rules or the scores do not read.
    pub fn of(project: &Project) -> Result<Option<Track>, Problem> {
        let Some(text) = track_record(FILE).filter(|_| project.bundled) else { return Ok(None) };
        let scores = read_scores(FILE, text)?;
        let mut targets = Rules::of(&project.files)?.targets;
        targets.retain(|target| scores.iter().any(|score| score.target == target.id));
        Ok(Some(Track { targets, scores }))
    }

    /// Scores of a target, in the order of the file.
    pub fn of_target(&self, target: &str) -> impl Iterator<Item = &Score> {
        self.scores.iter().filter(move |score| score.target == target)
    }

    /// All months at whose ends forecasts were made, in order.
    pub fn origins(&self) -> Vec<i32> {
        let mut origins: Vec<i32> = self.scores.iter().flat_map(|score| score.origins.iter().copied()).collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }

    /// Shares of all forecasts within the central intervals of 50, 80 and 95 %.
    pub fn coverage(&self) -> [f64; 3] {
        let count: usize = self.scores.iter().map(|score| score.count).sum();
        // Shares of a few forecasts were rounded when they were written; the forecasts within are a whole number.
        let held = |i: usize| self.scores.iter().map(|s| (s.coverage[i] * s.count as f64).round()).sum::<f64>();
        [0, 1, 2].map(|i| held(i) / count as f64)
    }

    /// What all scores mean together, in sentences.
    pub fn meaning(&self) -> Vec<String> {
        let ratios: Vec<Ratio> = self.scores.iter().filter_map(|score| score.to_persistence).collect();
        let better = ratios.iter().filter(|ratio| Verdict::of(**ratio) == Verdict::Better).count();
        let worse = ratios.iter().filter(|ratio| Verdict::of(**ratio) == Verdict::Worse).count();
        let coverage = self.coverage();
        let shares = coverage.map(|share| format!("{:.0}", 100.0 * share));
        let width = match coverage[1] - 0.8 {
            off if off > 0.03 => "the bands were wider than they had to be",
            off if off < -0.03 => "the bands were too narrow",
            _ => "the bands were about as wide as they had to be",
        };
        let origins = self.origins().len();
        vec![
            format!(
                "Of {} rows {better} are better than persistence, that is the last known value with its own past errors, and \
                 {worse} are worse; in the other {} the difference is within chance.",
                ratios.len(),
                ratios.len() - better - worse
            ),
            format!(
                "Of all forecasts {}, {} and {} in 100 came true within the bands of 50, 80 and 95 in 100: {width}.",
                shares[0], shares[1], shares[2]
            ),
            format!(
                "There are only {origins} origins, so that chance has much room: these scores are a first test, no proof."
            ),
        ]
    }
}

/// Whether forecasts were better than a reference, beyond what chance among the origins explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The whole interval of the ratio lies below 1.
    Better,
    /// It lies above 1.
    Worse,
    /// It holds 1.
    Open,
}

impl Verdict {
    /// What a ratio of scores says.
    pub fn of(ratio: Ratio) -> Verdict {
        match ratio.interval {
            (_, high) if high < 1.0 => Verdict::Better,
            (low, _) if low > 1.0 => Verdict::Worse,
            _ => Verdict::Open,
        }
    }

    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::Open => "open",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Verdict::Better => "better than persistence",
            Verdict::Worse => "worse than persistence",
            Verdict::Open => "not told apart from persistence",
        }
    }
}

/// Horizons that a sentence tells, in months.
const TOLD: [i32; 2] = [12, 24];

/// What the scores of a target's twelve-month totals mean, good or bad.
pub(crate) fn of_target(track: &Track, target: &Target) -> String {
    let told = track.of_target(&target.id).filter(|s| s.measure == Measure::TwelveMonths && TOLD.contains(&s.ahead));
    let part = |score: &Score| {
        let against = score
            .to_persistence
            .map_or("held against nothing, the record being too short", |ratio| Verdict::of(ratio).sentence());
        let bias = match score.bias {
            b if b >= 0.005 => format!("{} too high", words::percent(b)),
            b if b <= -0.005 => format!("{} too low", words::percent(-b)),
            _ => "right on the mean".to_owned(),
        };
        format!("{} months ahead {against}, medians {bias}", score.ahead)
    };
    let parts: Vec<String> = told.map(part).collect();
    format!("{}: {}.", target.title, parts.join("; "))
}

/// The section; `None` where there is no track record.
pub(crate) fn section(input: &ReportInput<'_>) -> Option<Markup> {
    let track = Track::of(input.project).ok().flatten()?;
    let first = track.scores.first()?;
    let origins: Vec<String> = track.origins().into_iter().map(written).collect();
    Some(html! {
        p {
            (format!("At the end of {} the model was fitted again with what was known then. ", words::list(&origins)))
            "It projected the status quo and was scored on what came. "
            (format!("Scored on {} with version {} of the model. ", first.date, first.model_version))
            "Every forecast stands in docs/track-record of the repository."
        }
        @for sentence in track.meaning() { p { (sentence) } }
        ul { @for target in &track.targets { li { (of_target(&track, target)) } } }
        @for target in &track.targets { (scores(&track, target)) }
        p class="note" {
            "WIS is the weighted interval score over 23 quantiles; a ratio below 1 is better than the reference. "
            "Intervals hold 90 % of resamplings of the origins. Bias is how far medians were too high."
        }
    })
}

fn scores(track: &Track, target: &Target) -> Markup {
    let ratio = |ratio: Option<Ratio>| {
        let written = |r: Ratio| format!("{:.2} ({:.2} to {:.2})", r.value, r.interval.0, r.interval.1);
        ratio.map_or_else(|| "–".to_owned(), written)
    };
    let row = |score: &Score| {
        vec![
            if score.measure == Measure::Period { "one period" } else { "twelve months" }.to_owned(),
            score.ahead.to_string(),
            score.count.to_string(),
            ratio(score.to_persistence),
            ratio(score.to_trend),
            score.coverage.map(|share| format!("{:.0}", 100.0 * share)).join(" / "),
            format!("{}{:.0}\u{a0}%", if score.bias >= 0.005 { "+" } else { "" }, 100.0 * score.bias).replace('-', "−"),
        ]
    };
    let head = [
        "What",
        "Months ahead",
        "Forecasts",
        "WIS / persistence",
        "WIS / damped trend",
        "Within 50 / 80 / 95 %",
        "Bias",
    ];
    html! {
        details {
            summary { (target.title) }
            (table(&format!("Scores: {}", target.title), &head, track.of_target(&target.id).map(row).collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundled() -> Track {
        let project = Project::bundled().expect("the bundled model reads");
        Track::of(&project).expect("it reads").expect("there is one")
    }

    #[test]
    fn the_track_record_is_that_of_the_page() {
        let track = bundled();
        assert_eq!((track.targets.len(), track.scores.len(), track.origins().len()), (4, 32, 4));
        // The page says: over all rows 62 / 87 / 98 of 50 / 80 / 95 % bands held what came.
        assert_eq!(track.coverage().map(|share| format!("{:.0}", 100.0 * share)), ["62", "87", "98"]);
    }

    #[test]
    fn good_and_bad_are_told() {
        let track = bundled();
        let said: Vec<String> = track.targets.iter().map(|target| of_target(&track, target)).collect();
        assert!(
            said[0].contains("12 months ahead not told apart from persistence, medians 10\u{a0}% too high"),
            "{said:?}"
        );
        assert!(said[2].contains("24 months ahead better than persistence"), "{said:?}");
        assert!(said[3].contains("12 months ahead worse than persistence"), "{said:?}");
        let meaning = track.meaning().join(" ");
        assert!(
            meaning.contains("Of 32 rows 5 are better") && meaning.contains("wider than they had to be"),
            "{meaning}"
        );
        assert!(meaning.contains("only 4 origins"), "{meaning}");
    }

    #[test]
    fn verdicts_need_the_whole_interval() {
        let of = |low, high| Verdict::of(Ratio { value: 0.5, interval: (low, high) });
        assert_eq!([of(0.2, 0.9), of(1.1, 2.0), of(0.5, 1.0)], [Verdict::Better, Verdict::Worse, Verdict::Open]);
    }
}
