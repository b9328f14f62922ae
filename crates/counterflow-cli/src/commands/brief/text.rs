//! A brief for a terminal: compact tables with plain sentences.

use counterflow::answers::{Answer, Reference};
use counterflow::brief::{Ahead, Brief, CLEAR, Contest, Course, First, Plane, Rung, Standing, VISIBLE, answer_of};

use super::super::compare::text::{basis_word, turns};
use crate::number;
use crate::table::{Set, Table, indented};

/// A brief with what must stand beside it.
pub struct Frame<'a> {
    /// The brief.
    pub brief: &'a Brief,
    /// Last month of the data.
    pub data_through: String,
    /// Version of the model, with chosen variants.
    pub version: String,
    /// Columns of the terminal.
    pub width: usize,
}

/// Reversals that are listed for one contest; the page and the JSON have all.
const LISTED: usize = 3;

impl Frame<'_> {
    /// All of it.
    pub fn text(&self) -> String {
        let brief = self.brief;
        let (from, to) = brief.taken.years;
        let mut text = self.wrapped(&format!(
            "{} draws, seed {}, data through {}, model {}. Effects are over {from} to {}: median and band of 90 in 100 futures. \
             Years from {} on are beyond what back-tests reach. Deaths in the two countries are never added.",
            brief.draws, brief.seed, self.data_through, self.version, to - 1.0, brief.untested_from
        ));
        for part in [self.reversals(), self.burdens(), self.planes(), self.doses(), self.equal_budget(), self.method()]
        {
            text.push('\n');
            text.push_str(&part);
        }
        text
    }

    fn wrapped(&self, words: &str) -> String {
        indented(words, 0, self.width)
    }

    fn name(&self, policy: Option<usize>) -> &str {
        policy.map_or("status_quo", |k| &self.brief.policies[k].id)
    }

    fn reversals(&self) -> String {
        let mut text = "WHO IS AHEAD, AND WHAT WOULD REVERSE IT\n".to_owned();
        let variants = self.brief.worlds.len() - 1;
        text.push_str(&self.wrapped(&format!(
            "Differences are the first minus the second, draw by draw. A reversal is the value of an assumption at which the \
             median difference changes its sign. Sides: in how many of the {variants} other variants the same one is ahead."
        )));
        for (outcome, facts) in self.brief.taken.outcomes.iter().enumerate() {
            let mut table = Table::new(&[
                ("first : second", Set::Left),
                ("ahead", Set::Left),
                ("difference", Set::Left),
                ("against today", Set::Left),
                ("basis", Set::Left),
                ("sides", Set::Left),
            ]);
            let contests = || self.brief.taken.reversals.contests.iter().filter(move |c| c.outcome == outcome);
            contests().for_each(|contest| table.cells(self.contest(contest)));
            text.push_str(&format!(
                "\n{} ({}; {} is better)\n",
                facts.title,
                facts.concerns.replace('_', " "),
                facts.better
            ));
            text.push_str(&table.text(self.width));
            for line in contests().filter_map(|contest| self.reversal(contest)) {
                text.push_str(&indented(&line, 2, self.width));
            }
        }
        text
    }

    fn pair(&self, contest: &Contest) -> String {
        format!("{} : {}", self.name(Some(contest.first)), self.name(contest.second))
    }

    fn ahead(&self, contest: &Contest) -> &str {
        match contest.ahead {
            Ahead::First => self.name(Some(contest.first)),
            Ahead::Second => self.name(contest.second),
            Ahead::Neither => "no difference",
            Ahead::Undirected => "-",
        }
    }

    fn contest(&self, contest: &Contest) -> Vec<String> {
        let today = contest.today.as_ref().map_or_else(|| "-".to_owned(), |a| number::signed_band(&a.band));
        let others = self.elsewhere(contest);
        let same = others.iter().filter(|(_, c)| c.ahead == contest.ahead).count();
        vec![
            self.pair(contest),
            self.ahead(contest).to_owned(),
            number::signed_band(&contest.difference.band),
            today,
            basis_word(contest.difference.basis).to_owned(),
            format!("{same}/{}", others.len()),
        ]
    }

    /// The same contest in the other variants, with their names.
    fn elsewhere(&self, contest: &Contest) -> Vec<(String, &Contest)> {
        let same = |c: &&Contest| (c.outcome, c.first, c.second) == (contest.outcome, contest.first, contest.second);
        let others = self.brief.worlds.iter().skip(1);
        others.filter_map(|w| Some((w.name(), w.reversals.contests.iter().find(same)?))).collect()
    }

    /// What reverses a contest, and in which variants another side is ahead.
    fn reversal(&self, contest: &Contest) -> Option<String> {
        let mut said: Vec<String> = contest.flips().take(LISTED).map(turns).collect();
        let more = contest.flips().count().saturating_sub(LISTED);
        if more > 0 {
            said.push(format!("{more} more"));
        }
        let others = self.elsewhere(contest);
        let differ = others.iter().filter(|(_, c)| c.ahead != contest.ahead);
        said.extend(differ.map(|(name, c)| {
            format!("with {name} ahead is {}: {}", self.ahead(c), number::signed_band(&c.difference.band))
        }));
        (!said.is_empty()).then(|| format!("{}: {}", self.pair(contest), said.join("; ")))
    }

    fn burdens(&self) -> String {
        let mut text = "WHO BEARS WHAT, AND WHEN\n".to_owned();
        text.push_str(&self.wrapped(&format!(
            "Months count from the policy's first, which is month 1. Clear: the first month in which the band of 90 in 100 of \
             the paired effect leaves out zero and the median is at least {CLEAR} of the status quo. Visible: the first in \
             which the median is at least {VISIBLE} of the status quo. Up and down say to which side of it."
        )));
        let mut table = Table::new(&[
            ("policy", Set::Left),
            ("outcome", Set::Left),
            ("against status quo", Set::Left),
            ("against today", Set::Left),
            ("clear", Set::Right),
            ("visible", Set::Right),
        ]);
        for plane in &self.brief.taken.planes {
            (0..self.brief.policies.len()).for_each(|k| table.cells(self.onset(k, plane.outcome)));
        }
        text.push_str(&table.text(self.width));
        text.push_str(&self.payers());
        text
    }

    fn onset(&self, policy: usize, outcome: usize) -> Vec<String> {
        let courses = &self.brief.taken.burdens[policy].courses;
        let onset = courses.iter().find(|c: &&Course| c.outcome == outcome).map(|c| c.onset).unwrap_or_default();
        let month = |found: Option<First>| match found {
            Some(First { month, sign }) => format!("{month} {}", if sign < 0 { "down" } else { "up" }),
            None => "-".to_owned(),
        };
        let contests = &self.brief.taken.reversals.contests;
        let found = contests.iter().find(|c| (c.outcome, c.first, c.second) == (outcome, policy, None));
        let today = found.and_then(|c| c.today.as_ref());
        vec![
            self.name(Some(policy)).to_owned(),
            self.brief.taken.outcomes[outcome].id.clone(),
            found.map_or_else(String::new, |c| number::signed_band(&c.difference.band)),
            today.map_or_else(String::new, |a| number::signed_band(&a.band)),
            month(onset.clear),
            month(onset.visible),
        ]
    }

    fn payers(&self) -> String {
        let mut table = Table::new(&[
            ("policy", Set::Left),
            ("who pays", Set::Left),
            ("USD, not discounted", Set::Left),
            ("discounted", Set::Left),
        ]);
        let mut unknown = String::new();
        for (k, burden) in self.brief.taken.burdens.iter().enumerate() {
            for payer in burden.payers.iter().filter(|p| p.total.lo90 != 0.0 || p.total.hi90 != 0.0) {
                table.cells(vec![
                    self.name(Some(k)).to_owned(),
                    payer.payer.clone(),
                    number::signed_band(&payer.total),
                    number::signed_band(&payer.discounted),
                ]);
            }
            if !burden.without_cost.is_empty() {
                let levers = burden.without_cost.join(", ");
                unknown.push_str(
                    &self.wrapped(&format!("{}: nothing is known of the cost of {levers}", self.name(Some(k)))),
                );
            }
        }
        format!("\n{}{unknown}", table.text(self.width))
    }

    fn planes(&self) -> String {
        let mut text = "COST AGAINST DEATHS AVERTED\n".to_owned();
        text.push_str(&self.wrapped(&format!(
            "Public cost beyond the status quo, discounted by {} a year; deaths are counted, not discounted. Standing is by medians.",
            self.brief.discount
        )));
        for plane in &self.brief.taken.planes {
            let mut table = Table::new(&[
                ("policy", Set::Left),
                ("cost, USD", Set::Left),
                ("averted", Set::Left),
                ("USD each", Set::Right),
                ("standing", Set::Rest),
            ]);
            (0..plane.points.len()).for_each(|k| table.cells(self.point(plane, k)));
            text.push_str(&format!("\n{}\n{}", self.brief.taken.outcomes[plane.outcome].title, table.text(self.width)));
        }
        text
    }

    fn point(&self, plane: &Plane, policy: usize) -> Vec<String> {
        let point = &plane.points[policy];
        let standing = match &point.standing {
            Standing::Efficient { from, ratio: Some(ratio) } => {
                format!("efficient: {} USD for each more than {}", number::short(*ratio), self.name(*from))
            }
            Standing::Efficient { ratio: None, .. } => "efficient: the cheapest".to_owned(),
            Standing::Dominated { by } => format!("dominated by {}", self.name(*by)),
            Standing::MixDominated { by } => {
                format!("dominated by a mix of {} and {}", self.name(by.0), self.name(by.1))
            }
            Standing::Unknown => "a part of its cost is not known".to_owned(),
        };
        vec![
            self.name(Some(policy)).to_owned(),
            number::signed_band(&point.cost),
            number::band(&point.averted),
            point.ratio.map_or_else(|| "-".to_owned(), number::short),
            standing,
        ]
    }

    /// Outcomes that sweeps show here; `--json` has all.
    fn swept(&self) -> Vec<usize> {
        self.brief.taken.planes.iter().map(|plane| plane.outcome).collect()
    }

    fn doses(&self) -> String {
        let mut text = "DOSES\n".to_owned();
        text.push_str(&self.wrapped(
            "Each policy with all its doses times a factor, inside the documented ranges of its levers. No dose is searched \
             for or called best.",
        ));
        let forceful = self.brief.policies.iter().filter(|policy| !policy.kinetic.is_empty());
        for policy in forceful {
            text.push_str(&self.wrapped(&format!(
                "{} moves kinetic levers ({}), which are barred from every optimiser.",
                policy.id,
                policy.kinetic.join(", ")
            )));
        }
        let mut table = self.effects_table("doses times");
        for (k, rungs) in self.brief.taken.doses.iter().enumerate() {
            rungs.iter().for_each(|rung| self.rung(&mut table, k, rung));
        }
        text + &table.text(self.width)
    }

    fn effects_table(&self, second: &str) -> Table {
        let columns = [
            ("policy", Set::Left),
            (second, Set::Left),
            ("outcome", Set::Left),
            ("against status quo", Set::Left),
            ("against today", Set::Left),
            ("basis", Set::Left),
        ];
        Table::new(&columns)
    }

    fn rung(&self, table: &mut Table, policy: usize, rung: &Rung) {
        let name = self.name(Some(policy)).to_owned();
        match &rung.stopped {
            Some(stop) => {
                let why = format!("not run: the range of {} ends at {}", stop.lever, number::short(stop.end));
                table.cells(vec![name, rung.factor.to_string(), "-".to_owned(), why, String::new(), String::new()]);
            }
            None => self.effects(table, &name, &rung.factor.to_string(), &rung.answers),
        }
    }

    fn effects(&self, table: &mut Table, name: &str, second: &str, answers: &[Answer]) {
        for outcome in self.swept() {
            let of = |reference| answer_of(answers, outcome, reference);
            let (Some(effect), Some(today)) = (of(Reference::StatusQuo), of(Reference::Today)) else { continue };
            table.cells(vec![
                name.to_owned(),
                second.to_owned(),
                self.brief.taken.outcomes[outcome].id.clone(),
                number::signed_band(&effect.band),
                number::signed_band(&today.band),
                basis_word(effect.basis).to_owned(),
            ]);
        }
    }

    fn equal_budget(&self) -> String {
        let Some(equal) = &self.brief.taken.equal_budget else {
            return "No policy has a public cost to be equal in.\n".to_owned();
        };
        let whose = equal.of.map_or_else(String::new, |k| format!(", what {} costs", self.name(Some(k))));
        let mut text = "AT THE SAME COST\n".to_owned();
        text.push_str(&self.wrapped(&format!(
            "Median public cost brought to {} USD, not discounted{whose}. The factor is set by cost alone, never by effect.",
            number::short(equal.amount)
        )));
        let mut table = self.effects_table("doses times");
        for (k, brought) in equal.policies.iter().enumerate() {
            let factor = brought.factor.map_or_else(|| "its own".to_owned(), number::short);
            self.effects(&mut table, self.name(Some(k)), &factor, &brought.answers);
        }
        text.push_str(&table.text(self.width));
        for (k, brought) in equal.policies.iter().enumerate() {
            if let Some(note) = &brought.note {
                text.push_str(&self.wrapped(&format!("{} keeps its own doses: {note}", self.name(Some(k)))));
            }
        }
        text
    }

    fn method(&self) -> String {
        let mut text = "VARIANTS\n".to_owned();
        for world in &self.brief.worlds {
            let fitted = if world.fitted { "" } else { ", not fitted with this variant" };
            let priors = match &world.from_priors[..] {
                [] => String::new(),
                names => format!("; from their priors: {}", names.join(", ")),
            };
            let line = format!("{}: draws of the posterior `{}`{fitted}{priors}", world.name(), world.posterior);
            text.push_str(&indented(&line, 2, self.width));
        }
        text
    }
}
