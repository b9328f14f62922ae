//! Reads a policy file. Everything that is wrong is found in one pass, each with its line and column.

use std::path::Path;

use counterflow_calibrate::period::CalendarPeriod;
use counterflow_model::Model;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::{LeverMove, Policy, is_month, last_month_before, lever, month_at};
use crate::data::{from_toml, line_column};
use crate::error::{Problem, nearest};
use crate::names::{self, clipped};
use crate::project::Project;

/// Longest ramp, in months: a century.
pub(super) const LONGEST_RAMP: u32 = 1200;
/// More moves than this are a slip, and more problems than this help nobody.
const MOST: usize = 200;

/// Reads the text of a policy file. `path` is for messages and gives the policy its short name.
///
/// # Errors
/// Everything that is wrong in it.
pub fn read(project: &Project, path: &str, text: &str) -> Result<Policy, Vec<Problem>> {
    let table = DeTable::parse(text).map_err(|e| vec![not_toml(path, text, &e)])?;
    let rules = Rules::new(project, path)?;
    let mut reader = Reader { rules: &rules, text, problems: Vec::new() };
    let policy = reader.policy(table.get_ref());
    let mut problems = reader.problems;
    if problems.is_empty() {
        return Ok(Policy { warnings: rules.warnings(&policy), ..policy });
    }
    problems.sort_by_key(|problem| problem.place);
    Err(problems)
}

/// The parser's own limits on nesting have no place in the text; they are about the file as a whole.
fn not_toml(path: &str, text: &str, error: &toml::de::Error) -> Problem {
    let problem = from_toml(path, text, error);
    if problem.place.is_some() { problem } else { problem.at(1, 1) }
}

/// A lever as a policy sees it.
pub(super) struct Known {
    /// Its name.
    pub name: String,
    unit: String,
    range: Option<(f64, f64)>,
}

/// What a policy for a model must keep to.
pub(super) struct Rules<'a> {
    model: &'a Model,
    path: &'a str,
    /// Earliest start and latest end, in years.
    window: (f64, f64),
    /// What the earliest start is, in words.
    earliest: &'static str,
}

impl<'a> Rules<'a> {
    pub(super) fn new(project: &'a Project, path: &'a str) -> Result<Rules<'a>, Vec<Problem>> {
        let model =
            project.model().map_err(|_| vec![Problem::new(path, "the model does not compile; `check` says why")])?;
        Ok(Rules::of(model, project.compare.data_through, path))
    }

    /// The rules of a compiled model whose data end then.
    pub(super) fn of(model: &'a Model, data_end: f64, path: &'a str) -> Rules<'a> {
        let horizon = model.horizon;
        let has_data = data_end > horizon.start && data_end < horizon.stop;
        let (from, earliest) = if has_data { (data_end, "the data end") } else { (horizon.start, "the model starts") };
        Rules { model, path, window: (from, horizon.stop), earliest }
    }

    /// The lever of this name.
    pub(super) fn lever(&self, name: &str) -> Result<Known, Problem> {
        let id = names::variable(self.model, self.path, "lever", name, |id| lever(self.model, id).is_some())?;
        let unit = self.model.variable(id).unit.to_string();
        Ok(Known { name: name.to_owned(), unit, range: lever(self.model, id).and_then(|lever| lever.range) })
    }

    pub(super) fn not_a_dose(&self, found: &str, lever: Option<&Known>) -> Problem {
        let what = lever.map_or_else(
            || "a number".to_owned(),
            |lever| format!("a number in the unit of {}: {}", lever.name, lever.unit),
        );
        Problem::new(self.path, format!("dose: {found}; expected {what}"))
    }

    /// A warning if a dose lies outside the documented range.
    pub(super) fn outside(&self, lever: &Known, dose: f64) -> Option<Problem> {
        let (low, high) = lever.range?;
        let text = format!(
            "{} goes to {dose}, outside its documented range {low} .. {high}: no evidence was found for what it does there",
            lever.name
        );
        (dose < low || dose > high).then(|| Problem::new(self.path, text))
    }

    fn month(&self, key: &str, text: &str) -> Result<CalendarPeriod, Problem> {
        let expected = |detail: &str| {
            let message = format!("{key}: found `{}`; expected a month as YYYY-MM{detail}", clipped(text));
            Problem::new(self.path, message)
        };
        match text.parse::<CalendarPeriod>() {
            Ok(month) if is_month(month) => Ok(month),
            Ok(_) => Err(expected("")),
            Err(error) => Err(expected(&format!("; at character {} {}", error.column, error.expected))),
        }
    }

    pub(super) fn start(&self, text: &str) -> Result<CalendarPeriod, Problem> {
        let month = self.month("start", text)?;
        let (from, until) = self.window;
        let (first, last) = (month_at(from), last_month_before(until));
        if month.time_from() < from - 1e-9 {
            let message = format!("start: found {month}, before {}; expected {first} or later", self.earliest);
            return Err(Problem::new(self.path, message));
        }
        if month.time_from() >= until {
            let message = format!("start: found {month}, after the model's last month; expected {last} or earlier");
            return Err(Problem::new(self.path, message));
        }
        Ok(month)
    }

    pub(super) fn end(&self, text: &str, start: Option<CalendarPeriod>) -> Result<CalendarPeriod, Problem> {
        let month = self.month("end", text)?;
        let last = last_month_before(self.window.1);
        if let Some(start) = start.filter(|start| month.first_month() < start.first_month()) {
            let message = format!("end: found {month}, before the start {start}; expected {start} or later");
            return Err(Problem::new(self.path, message));
        }
        if month.time_to() > self.window.1 + 1e-9 {
            let message =
                format!("end: found {month}, after the model's last month; expected {last} or earlier, or no end");
            return Err(Problem::new(self.path, message));
        }
        Ok(month)
    }

    /// A warning for each lever that a move, or moves that overlap, take outside the documented range.
    fn warnings(&self, policy: &Policy) -> Vec<Problem> {
        let mut warnings: Vec<Problem> = Vec::new();
        for entry in &policy.levers {
            let Ok(lever) = self.lever(&entry.lever) else { continue };
            let dose = self.largest_departure(policy, entry);
            let Some(mut warning) = self.outside(&lever, dose) else { continue };
            warning.place = entry.place;
            if !warnings.iter().any(|known| known.message == warning.message) {
                warnings.push(warning);
            }
        }
        warnings
    }

    /// The value furthest from neutral that the move's lever has while any of its moves is in full force.
    fn largest_departure(&self, policy: &Policy, entry: &LeverMove) -> f64 {
        let Some(own) = entry.in_numbers(self.model) else { return entry.dose };
        let schedule = policy.schedule(self.model);
        let same = schedule.moves.iter().filter(|m| m.lever == own.lever);
        let full = same.map(|m| schedule.change(m.lever, m.element, m.start + m.ramp));
        let furthest = full.fold(own.change, |worst, change| if change.abs() > worst.abs() { change } else { worst });
        // Rounded, so that sums of decimal doses read as they were written.
        ((entry.dose - own.change + furthest) * 1e9).round() / 1e9
    }
}

/// The number, if it is one.
pub(super) fn finite(value: f64) -> Result<f64, String> {
    if value.is_finite() { Ok(value) } else { Err(format!("found `{value}`")) }
}

type Key<'t> = Spanned<DeString<'t>>;
type Value<'t> = Spanned<DeValue<'t>>;

/// Walks the file's table and collects what is wrong.
struct Reader<'a> {
    rules: &'a Rules<'a>,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn place(&self, byte: usize) -> (usize, usize) {
        line_column(self.text, byte)
    }

    /// Keeps a problem, placed at a byte.
    fn wrong(&mut self, byte: usize, problem: Problem) {
        if self.problems.len() >= MOST {
            return;
        }
        let (line, column) = self.place(byte);
        self.problems.push(problem.at(line, column));
    }

    fn message(&mut self, byte: usize, message: String) {
        self.wrong(byte, Problem::new(self.rules.path, message));
    }

    fn policy(&mut self, table: &DeTable<'_>) -> Policy {
        let path = self.rules.path;
        let id = id_of(path);
        let mut policy = Policy { name: id.clone(), id, ..Policy::status_quo() };
        policy.sentence.clear();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "title" => self.words("title", value, &mut policy.name),
                "sentence" => self.words("sentence", value, &mut policy.sentence),
                "lever" => policy.levers = self.levers(value),
                _ => self.unknown_key(key, &["title", "sentence", "lever"]),
            }
        }
        if !table.iter().any(|(key, _)| key.get_ref() == "lever") {
            let found = if table.is_empty() { "an empty file" } else { "no lever" };
            let message =
                format!("found {found}; expected at least one [[lever]] (the status quo is built in as `status_quo`)");
            self.message(0, message);
        }
        policy
    }

    fn words(&mut self, key: &str, value: &Value<'_>, into: &mut String) {
        match value.get_ref().as_str().map(str::trim) {
            Some(text) if !text.is_empty() => *into = text.to_owned(),
            _ => self.found(key, value, "text in quotation marks"),
        }
    }

    fn levers(&mut self, value: &Value<'_>) -> Vec<LeverMove> {
        let Some(entries) = value.get_ref().as_array().filter(|entries| !entries.is_empty()) else {
            self.found("lever", value, "a table that starts with the line [[lever]]");
            return Vec::new();
        };
        if entries.len() > MOST {
            let message = format!("found {} [[lever]] tables; expected at most {MOST}", entries.len());
            self.message(entries[MOST].span().start, message);
            return Vec::new();
        }
        let mut moves = Vec::new();
        for entry in entries.iter() {
            match entry.get_ref().as_table() {
                Some(table) => moves.extend(self.lever(entry.span().start, table)),
                None => self.found("lever", entry, "a table that starts with the line [[lever]]"),
            }
        }
        moves
    }

    fn lever(&mut self, at: usize, table: &DeTable<'_>) -> Option<LeverMove> {
        const KEYS: &[&str] = &["name", "dose", "start", "ramp_months", "end"];
        for (key, _) in table {
            if !KEYS.contains(&key.get_ref().as_ref()) {
                self.unknown_key(key, KEYS);
            }
        }
        let rules = self.rules;
        let lever =
            self.required(at, table, "name").and_then(|value| self.text_of("name", value, |name| rules.lever(name)));
        let dose = self.required(at, table, "dose").and_then(|value| self.dose(value, lever.as_ref()));
        let start =
            self.required(at, table, "start").and_then(|value| self.text_of("start", value, |text| rules.start(text)));
        let ramp_months = table.get("ramp_months").map_or(Some(0), |value| self.ramp(value));
        let end = match table.get("end") {
            None => Some(None),
            Some(value) => self.text_of("end", value, |text| rules.end(text, start)).map(Some),
        };
        let place = Some(self.place(at));
        Some(LeverMove { lever: lever?.name, dose: dose?, start: start?, ramp_months: ramp_months?, end: end?, place })
    }

    fn required<'t, 'v>(&mut self, at: usize, table: &'v DeTable<'t>, key: &str) -> Option<&'v Value<'t>> {
        let value = table.get(key);
        if value.is_none() {
            self.message(at, format!("`{key}` is missing; expected name, dose and start in each [[lever]]"));
        }
        value
    }

    fn text_of<T>(&mut self, key: &str, value: &Value<'_>, read: impl Fn(&str) -> Result<T, Problem>) -> Option<T> {
        let Some(text) = value.get_ref().as_str() else {
            let what = if key == "name" {
                "the name of a lever in quotation marks"
            } else {
                "a month in quotation marks, \"YYYY-MM\""
            };
            self.found(key, value, what);
            return None;
        };
        read(text).map_err(|problem| self.wrong(value.span().start, problem)).ok()
    }

    fn dose(&mut self, value: &Value<'_>, lever: Option<&Known>) -> Option<f64> {
        let number = match value.get_ref() {
            DeValue::Float(float) => float.as_str().parse().ok(),
            // Whole numbers beyond 64 bits are still numbers.
            DeValue::Integer(whole) => match i64::from_str_radix(whole.as_str(), whole.radix()) {
                Ok(whole) => Some(whole as f64),
                Err(_) => whole.as_str().parse().ok(),
            },
            _ => None,
        };
        let found = self.shown(value);
        let dose = number.ok_or(()).and_then(|number| finite(number).map_err(drop));
        dose.map_err(|()| self.wrong(value.span().start, self.rules.not_a_dose(&found, lever))).ok()
    }

    fn ramp(&mut self, value: &Value<'_>) -> Option<u32> {
        let whole = value.get_ref().as_integer();
        let months = whole.and_then(|whole| u32::from_str_radix(whole.as_str(), whole.radix()).ok());
        let months = months.filter(|months| *months <= LONGEST_RAMP);
        if months.is_none() {
            self.found("ramp_months", value, &format!("a whole number of months, 0 to {LONGEST_RAMP}"));
        }
        months
    }

    fn found(&mut self, key: &str, value: &Value<'_>, expected: &str) {
        let found = self.shown(value);
        self.message(value.span().start, format!("{key}: {found}; expected {expected}"));
    }

    /// What a value is, in the words of the file.
    fn shown(&self, value: &Value<'_>) -> String {
        let kind = match value.get_ref() {
            DeValue::String(_) => "the text ",
            DeValue::Table(_) => return "found a table".to_owned(),
            DeValue::Array(_) => return "found a list".to_owned(),
            _ => "",
        };
        format!("found {kind}`{}`", clipped(self.text.get(value.span()).unwrap_or("?")))
    }

    fn unknown_key(&mut self, key: &Key<'_>, known: &[&str]) {
        let message = format!("found the key `{}`; expected {}", clipped(key.get_ref()), known.join(", "));
        let mut problem = Problem::new(self.rules.path, message);
        if let Some(near) = nearest(key.get_ref(), known.iter().copied()) {
            problem = problem.help(format!("did you mean `{near}`?"));
        }
        self.wrong(key.span().start, problem);
    }
}

/// A policy's short name: its file's stem without an ordering number, `10_naloxone.toml` is `naloxone`.
fn id_of(path: &str) -> String {
    let stem = Path::new(path).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let rest = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.strip_prefix('_') {
        Some(name) if rest.len() < stem.len() && !name.is_empty() => name.to_owned(),
        _ => stem,
    }
}
