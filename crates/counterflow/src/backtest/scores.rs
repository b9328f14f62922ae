//! Scores of a back-test as data: a row for each target, measure and horizon, at the precision of the page beside them.

use std::fmt::Write;

use serde::Deserialize;

use super::{BackTest, Measure, Ratio, Summary, month, written};
use crate::error::Problem;

/// How good the forecasts of one target, measure and horizon were.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The target's short name.
    pub target: String,
    /// What of it.
    pub measure: Measure,
    /// Months from the origin.
    pub ahead: i32,
    /// Number of forecasts.
    pub count: usize,
    /// Weighted interval score over that of persistence; `None` where the record was too short.
    pub to_persistence: Option<Ratio>,
    /// The same over that of a damped trend.
    pub to_trend: Option<Ratio>,
    /// Share of what came within the central intervals of 50, 80 and 95 %.
    pub coverage: [f64; 3],
    /// How far medians were too high, as a share of what came.
    pub bias: f64,
    /// Months at whose ends forecasts were made.
    pub origins: Vec<i32>,
    /// Version of the model.
    pub model_version: String,
    /// Day on which they were scored, as `2026-11-23`.
    pub date: String,
}

/// A row as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    target: String,
    measure: String,
    months_ahead: i32,
    forecasts: usize,
    wis_to_persistence: Option<f64>,
    persistence_lo90: Option<f64>,
    persistence_hi90: Option<f64>,
    wis_to_trend: Option<f64>,
    trend_lo90: Option<f64>,
    trend_hi90: Option<f64>,
    coverage50: f64,
    coverage80: f64,
    coverage95: f64,
    bias: f64,
    origins: String,
    model_version: String,
    date: String,
}

const HEAD: &str = "target,measure,months_ahead,forecasts,wis_to_persistence,persistence_lo90,persistence_hi90,\
                    wis_to_trend,trend_lo90,trend_hi90,coverage50,coverage80,coverage95,bias,origins,model_version,date\n";

/// The scores of a back-test. `date` is the day on which they were made.
pub fn scores(test: &BackTest, summaries: &[Summary], date: &str) -> Vec<Score> {
    let score = |summary: &Summary| {
        let of = |row: &&super::Row| {
            row.target == summary.target && row.measure == summary.measure && row.ahead == summary.ahead
        };
        Score {
            target: summary.target.clone(),
            measure: summary.measure,
            ahead: summary.ahead,
            count: summary.model.count,
            to_persistence: summary.to_persistence,
            to_trend: summary.to_trend,
            coverage: summary.model.coverage,
            bias: counterflow_model::elementary::exp(summary.bias) - 1.0,
            origins: test.rows.iter().filter(of).map(|row| row.origin).collect(),
            model_version: test.model_version.clone(),
            date: date.to_owned(),
        }
    };
    summaries.iter().map(score).collect()
}

/// Scores as CSV: ratios and shares to two decimals; origins are separated by blanks.
pub fn scores_csv(scores: &[Score]) -> String {
    let mut text = HEAD.to_owned();
    for score in scores {
        let origins: Vec<String> = score.origins.iter().map(|origin| written(*origin)).collect();
        let [half, four_fifths, most] = score.coverage.map(hundredths);
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{half},{four_fifths},{most},{},{},{},{}",
            score.target,
            word(score.measure),
            score.ahead,
            score.count,
            ratio(score.to_persistence),
            ratio(score.to_trend),
            hundredths(score.bias),
            origins.join(" "),
            score.model_version,
            score.date
        );
    }
    text
}

/// Reads scores; `path` is for messages.
///
/// # Errors
/// The first row that does not read, with its line.
pub fn read_scores(path: &str, text: &str) -> Result<Vec<Score>, Problem> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut scores = Vec::new();
    for row in reader.deserialize::<Written>() {
        let line = scores.len() + 2;
        let row = row.map_err(|error| Problem::new(path, error.to_string()).at(line, 1))?;
        scores.push(row.score().map_err(|message| Problem::new(path, message).at(line, 1))?);
    }
    Ok(scores)
}

impl Written {
    fn score(self) -> Result<Score, String> {
        let measure = [Measure::Period, Measure::TwelveMonths].into_iter().find(|one| word(*one) == self.measure);
        let expected = || format!("found the measure `{}`; expected `period` or `twelve_months`", self.measure);
        Ok(Score {
            measure: measure.ok_or_else(expected)?,
            to_persistence: whole(self.wis_to_persistence, self.persistence_lo90, self.persistence_hi90)?,
            to_trend: whole(self.wis_to_trend, self.trend_lo90, self.trend_hi90)?,
            origins: self.origins.split_whitespace().map(month).collect::<Result<_, _>>()?,
            target: self.target,
            ahead: self.months_ahead,
            count: self.forecasts,
            coverage: [self.coverage50, self.coverage80, self.coverage95],
            bias: self.bias,
            model_version: self.model_version,
            date: self.date,
        })
    }
}

/// A ratio with both ends, or nothing of it.
fn whole(value: Option<f64>, low: Option<f64>, high: Option<f64>) -> Result<Option<Ratio>, String> {
    match (value, low, high) {
        (Some(value), Some(low), Some(high)) => Ok(Some(Ratio { value, interval: (low, high) })),
        (None, None, None) => Ok(None),
        _ => {
            Err("found a part of a ratio; expected it with both ends of its interval, or three empty fields".to_owned())
        }
    }
}

fn word(measure: Measure) -> &'static str {
    match measure {
        Measure::Period => "period",
        Measure::TwelveMonths => "twelve_months",
    }
}

fn ratio(ratio: Option<Ratio>) -> String {
    ratio.map_or_else(|| ",,".to_owned(), |r| [r.value, r.interval.0, r.interval.1].map(hundredths).join(","))
}

/// Two decimals, and no minus before nothing.
fn hundredths(x: f64) -> String {
    let text = format!("{x:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtest::Rules;
    use crate::files::track_record;
    use crate::project::Project;

    /// What stands between two marks.
    fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
        let rest = text.split_once(from).unwrap_or_else(|| panic!("there is no `{from}`")).1;
        rest.split_once(to).unwrap_or_else(|| panic!("there is no `{to}`")).0
    }

    /// `0.98 (0.53 to 2.09)`.
    fn ratio_of(cell: &str) -> Option<Ratio> {
        let (value, rest) = cell.split_once(" (")?;
        let (low, high) = rest.trim_end_matches(')').split_once(" to ")?;
        let number = |text: &str| text.parse().expect("a number");
        Some(Ratio { value: number(value), interval: (number(low), number(high)) })
    }

    /// The scores that a page of the track record tells. Forecasts of a horizon are those of the first origins: later ones
    /// have not come true.
    fn of_page(page: &str, rules: &Rules) -> Vec<Score> {
        let date = between(page, "` on ", " with version ");
        let version = between(page, " with version ", " of the model");
        let origins: Vec<i32> =
            between(page, "--origins ", " ").split(',').map(|text| month(text).expect("a month")).collect();
        let mut found = Vec::new();
        for section in page.split("\n## ").skip(1) {
            let title = section.lines().next().expect("a heading");
            let Some(target) = rules.targets.iter().find(|target| target.title == title) else { continue };
            for line in section.lines() {
                let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
                let measure = match cells.first() {
                    Some(&"one period") => Measure::Period,
                    Some(&"twelve months") => Measure::TwelveMonths,
                    _ => continue,
                };
                let count = cells[2].parse().expect("a count");
                let share = |text: &str| text.parse::<f64>().expect("a share") / 100.0;
                let coverage: Vec<f64> = cells[5].split(" / ").map(share).collect();
                found.push(Score {
                    target: target.id.clone(),
                    measure,
                    ahead: cells[1].parse().expect("months"),
                    count,
                    to_persistence: ratio_of(cells[3]),
                    to_trend: ratio_of(cells[4]),
                    coverage: coverage.try_into().expect("three shares"),
                    bias: share(cells[6].trim_end_matches(" %")),
                    origins: origins[..count].to_vec(),
                    model_version: version.to_owned(),
                    date: date.to_owned(),
                });
            }
        }
        found
    }

    #[test]
    fn the_page_and_the_table_of_the_track_record_agree() {
        let project = Project::bundled().expect("the bundled model reads");
        let rules = Rules::of(&project.files).expect("there are rules");
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/track-record/backtest.md");
        let page = std::fs::read_to_string(path).expect("there is a page");
        let told = of_page(&page, &rules);
        assert_eq!(told.len(), 4 * 8);
        let table = track_record("backtest-scores.csv").expect("it is bundled");
        assert_eq!(scores_csv(&told), table, "counterflow backtest --out writes both");
        assert_eq!(scores_csv(&read_scores("t.csv", table).expect("it reads")), table);
    }

    #[test]
    fn scores_come_back_as_they_were_written() {
        let score = Score {
            target: "deaths".to_owned(),
            measure: Measure::TwelveMonths,
            ahead: 12,
            count: 2,
            to_persistence: Some(Ratio { value: 0.5, interval: (0.25, 1.5) }),
            to_trend: None,
            coverage: [0.5, 1.0, 1.0],
            bias: -0.001,
            origins: vec![2020 * 12 + 11, 2021 * 12 + 11],
            model_version: "0.1.0".to_owned(),
            date: "2026-11-23".to_owned(),
        };
        let text = scores_csv(std::slice::from_ref(&score));
        assert!(
            text.contains("deaths,twelve_months,12,2,0.50,0.25,1.50,,,,0.50,1.00,1.00,0.00,2020-12 2021-12,"),
            "{text}"
        );
        assert_eq!(read_scores("t.csv", &text).expect("it reads"), [Score { bias: 0.0, ..score }]);
    }

    #[test]
    fn faults_are_told_with_their_line() {
        let row = "deaths,period,3,4,1,0.5,2,,,,0.5,1,1,0,2020-12,0.1.0,2026-11-23\n";
        let wrong = |from: &str, to: &str| {
            let text = format!("{HEAD}{row}{}", row.replacen(from, to, 1));
            read_scores("t.csv", &text).expect_err("it is wrong").to_string()
        };
        assert!(wrong("period", "month").starts_with("t.csv:3:1: found the measure `month`"));
        assert!(wrong("2020-12", "2020").contains("expected a month such as 2020-12"));
        assert!(wrong("0.5,2,", ",2,").contains("both ends"));
        assert!(wrong(",3,4", ",three,4").starts_with("t.csv:3:1"));
    }
}
