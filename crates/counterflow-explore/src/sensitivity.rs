//! What drives the spread of an answer: parameters, by their share of its rank variance.
//!
//! Forward selection on ranks (R. L. Iman and W. J. Conover, *The use of the rank transform in regression*, 1979): the
//! parameter that explains most of what is left is taken, then the next. Its share is the increment of R^2, so two
//! correlated parameters never count twice. A parameter must add more than the best of as many random ones would
//! (D. P. Foster and E. I. George, *The risk inflation criterion*, 1994: 2 ln p residual variances over n).

use counterflow_engine::Plan;
use counterflow_model::elementary::ln;
use counterflow_model::{Definition, Grade, Model};

use crate::comparison::{Basis, Driver};

/// Fewest draws from which drivers are told.
pub const FEWEST_DRAWS: usize = 64;
/// Most parameters that are taken for one answer.
const MOST_TAKEN: usize = 8;
/// Least increment of R^2.
const LEAST_INCREMENT: f64 = 0.01;
/// Variance left of a parameter, given those taken, below which it is one of them in other words.
const LEAST_OWN_VARIANCE: f64 = 1e-3;
/// Contraction from which a parameter counts as known from data.
const CONTRACTED: f64 = 0.5;
/// Parameters whose name starts so stand for what the structure does not explain; no study informs them.
const DISCREPANCY: &str = "discrepancy";

/// A parameter element that differs between draws.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Position in a draw.
    pub slot: usize,
    /// Name of the element.
    pub name: String,
    /// What knowledge of it rests on.
    pub basis: Basis,
    /// 1 - posterior variance / prior variance, cut at 0.
    pub contraction: f64,
    /// Grade of its evidence; empty if none is given.
    pub grade: &'static str,
}

impl Candidate {
    /// Whether it stands for what the structure does not explain: no statement about the world that could be wrong.
    pub fn is_discrepancy(&self) -> bool {
        self.name.starts_with(DISCREPANCY)
    }
}

/// All parameter elements that saved values depend on and that differ between draws.
#[derive(Clone, Debug)]
pub struct Candidates {
    list: Vec<Candidate>,
    /// Ranks over the draws, centred and of unit length: a product of two is their Spearman correlation.
    ranks: Vec<Vec<f64>>,
    /// Correlations between candidates, row by row.
    correlations: Vec<f64>,
    draws: usize,
}

/// Parts of candidates in the spread of an answer.
#[derive(Clone, Debug)]
pub struct Attribution {
    /// Spearman correlation of each candidate with the answer.
    pub correlations: Vec<f64>,
    /// Candidates taken, most important first, with their share of the whole rank variance.
    pub parts: Vec<(usize, f64)>,
}

impl Attribution {
    /// Share of the rank variance that the parts explain together.
    pub fn explained(&self) -> f64 {
        self.parts.iter().map(|(_, part)| part).sum::<f64>().min(1.0)
    }
}

impl Candidates {
    /// Candidates of a plan. `prior_sd` is the standard deviation of each parameter's prior.
    pub fn new(model: &Model, plan: &Plan, draws: &[Vec<f64>], prior_sd: &[f64]) -> Candidates {
        let mut found =
            Candidates { list: Vec::new(), ranks: Vec::new(), correlations: Vec::new(), draws: draws.len() };
        for slot in plan.parameters_in_use() {
            let values: Vec<f64> = draws.iter().map(|draw| draw[slot]).collect();
            if let Some(ranks) = unit_ranks(&values) {
                let contraction = contraction(&values, prior_sd.get(slot).copied().unwrap_or(0.0));
                found.list.push(candidate(model, plan, slot, contraction));
                found.ranks.push(ranks);
            }
        }
        let all = &found.ranks;
        found.correlations = all.iter().flat_map(|a| all.iter().map(|b| product(a, b))).collect();
        found
    }

    /// The candidates.
    pub fn list(&self) -> &[Candidate] {
        &self.list
    }

    /// Parts in the spread of an answer, one value for each draw. `None` if it has no spread or there are too few draws.
    pub fn attribute(&self, answer: &[f64]) -> Option<Attribution> {
        let ranks = unit_ranks(answer).filter(|_| self.draws >= FEWEST_DRAWS)?;
        let correlations: Vec<f64> = self.ranks.iter().map(|r| product(r, &ranks)).collect();
        let parts = self.select(&correlations);
        Some(Attribution { correlations, parts })
    }

    /// Forward selection, by a Cholesky factor of the correlations that is pivoted on what explains most.
    fn select(&self, correlations: &[f64]) -> Vec<(usize, f64)> {
        let count = self.list.len();
        let mut left = correlations.to_vec();
        let mut own = vec![1.0; count];
        let mut columns: Vec<Vec<f64>> = Vec::new();
        let mut parts: Vec<(usize, f64)> = Vec::new();
        let mut unexplained = 1.0;
        while parts.len() < MOST_TAKEN {
            let gain = |j: usize| if own[j] > LEAST_OWN_VARIANCE { left[j] * left[j] / own[j] } else { 0.0 };
            let Some(best) = (0..count).reduce(|a, b| if gain(b) > gain(a) { b } else { a }) else { break };
            let increment = gain(best);
            let by_chance = 2.0 * ln(count as f64) * (unexplained - increment) / self.draws as f64;
            if increment < LEAST_INCREMENT || increment <= by_chance {
                break;
            }
            parts.push((best, increment));
            unexplained -= increment;
            let (pivot, slope) = (own[best].sqrt(), left[best] / own[best].sqrt());
            let column: Vec<f64> = (0..count)
                .map(|j| {
                    let known: f64 = columns.iter().map(|c| c[j] * c[best]).sum();
                    (self.correlations[best * count + j] - known) / pivot
                })
                .collect();
            for j in 0..count {
                left[j] -= column[j] * slope;
                own[j] -= column[j] * column[j];
            }
            own[best] = 0.0;
            columns.push(column);
        }
        parts.sort_by(|a, b| b.1.total_cmp(&a.1));
        parts
    }

    /// What a level, or its change from today, rests on. Spread that no parameter explains is drawn noise or interplay
    /// that cannot be traced to anything known, and counts as an assumption.
    pub fn basis(&self, attribution: &Attribution) -> Basis {
        self.basis_without(attribution, &|_| false)
    }

    /// What an effect, a difference between two policies, rests on. A likelihood that fits the discrepancy tells how
    /// high a level is, not what a policy does to it: discrepancy is evidence of no effect. It is partialled out: the
    /// verdict is over the spread that is left when its part is taken away.
    pub fn basis_of_effect(&self, attribution: &Attribution) -> Basis {
        self.basis_without(attribution, &Candidate::is_discrepancy)
    }

    fn basis_without(&self, attribution: &Attribution, left_out: &dyn Fn(&Candidate) -> bool) -> Basis {
        let part = |counts: &dyn Fn(&Candidate) -> bool| -> f64 {
            attribution.parts.iter().filter(|(c, _)| counts(&self.list[*c])).map(|(_, part)| part).sum()
        };
        let half = 0.5 * (1.0 - part(&|c| left_out(c)));
        let of = |basis| part(&|c: &Candidate| c.basis == basis && !left_out(c));
        let data = of(Basis::Data);
        match data + of(Basis::Analogy) {
            _ if half > 0.0 && data >= half => Basis::Data,
            known if half > 0.0 && known >= half => Basis::Analogy,
            _ => Basis::Assumption,
        }
    }

    /// The most important parts for people; shares are of what is explained.
    pub fn drivers(&self, attribution: &Attribution, most: usize) -> Vec<Driver> {
        let explained = attribution.explained();
        let driver = |(c, part): &(usize, f64)| Driver {
            parameter: self.list[*c].name.clone(),
            share: part / explained,
            correlation: attribution.correlations[*c],
            contraction: self.list[*c].contraction,
            grade: self.list[*c].grade.to_owned(),
        };
        attribution.parts.iter().take(most).map(driver).collect()
    }
}

fn candidate(model: &Model, plan: &Plan, slot: usize, contraction: f64) -> Candidate {
    let (id, element) = plan.parameters()[slot];
    let Definition::Parameter(parameter) = &model.variable(id).definition else { unreachable!("a parameter's slot") };
    let name = model.element_name(id, element);
    let grade = parameter.evidence.grade;
    let studied = matches!(grade, Some(Grade::Definition | Grade::Measured | Grade::Estimated));
    let basis = match contraction {
        c if c >= CONTRACTED => Basis::Data,
        _ if studied && !name.starts_with(DISCREPANCY) => Basis::Analogy,
        _ => Basis::Assumption,
    };
    Candidate { slot, name, basis, contraction, grade: grade.map_or("", Grade::name) }
}

/// 1 - posterior variance / prior variance, cut at 0; 0 where the prior has no width.
fn contraction(values: &[f64], prior_sd: f64) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (count - 1.0);
    let contraction = 1.0 - variance / (prior_sd * prior_sd);
    if contraction > 0.0 { contraction } else { 0.0 }
}

/// Ranks, equal values sharing their mean rank, centred and of unit length. `None` if all values are equal.
fn unit_ranks(values: &[f64]) -> Option<Vec<f64>> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let centre = (values.len() as f64 - 1.0) / 2.0;
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let equal = order[from..].iter().take_while(|i| values[**i] == values[order[from]]).count().max(1);
        for i in &order[from..from + equal] {
            ranks[*i] = from as f64 + (equal as f64 - 1.0) / 2.0 - centre;
        }
        from += equal;
    }
    let length = product(&ranks, &ranks).sqrt();
    (length > 0.0).then(|| ranks.iter().map(|r| r / length).collect())
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use counterflow_model::random;

    use super::*;

    const DRAWS: u64 = 400;

    /// Standard normal draws with a name of their own.
    fn normals(name: &str) -> Vec<f64> {
        (0..DRAWS).map(|i| random::normal(1, random::stream(name), i, 0)).collect()
    }

    fn candidates(columns: &[(Vec<f64>, Basis)]) -> Candidates {
        let ranks: Vec<Vec<f64>> = columns.iter().map(|(values, _)| unit_ranks(values).unwrap()).collect();
        let correlations = ranks.iter().flat_map(|a| ranks.iter().map(|b| product(a, b))).collect();
        let candidate = |(slot, (_, basis)): (usize, &(Vec<f64>, Basis))| Candidate {
            slot,
            name: format!("p{slot}"),
            basis: *basis,
            contraction: 0.0,
            grade: "",
        };
        let list = columns.iter().enumerate().map(candidate).collect();
        Candidates { list, ranks, correlations, draws: DRAWS as usize }
    }

    fn mix(a: &[f64], weight: f64, b: &[f64]) -> Vec<f64> {
        a.iter().zip(b).map(|(a, b)| a + weight * b).collect()
    }

    #[test]
    fn correlated_parameters_do_not_count_twice() {
        let (cause, other) = (normals("cause"), normals("other"));
        let companion = mix(&cause, 0.5, &normals("companion"));
        let answer = mix(&cause, 0.5, &other);
        let all = candidates(&[(companion, Basis::Data), (cause, Basis::Analogy), (other, Basis::Assumption)]);
        let found = all.attribute(&answer).unwrap();
        assert!(found.correlations[0] > 0.7, "the companion correlates: {:?}", found.correlations);
        // Variances are 1 and 0.25: the cause has four fifths of the spread, nothing is left for its companion.
        let order: Vec<usize> = found.parts.iter().map(|(c, _)| *c).collect();
        assert_eq!(order, [1, 2]);
        assert!((found.parts[0].1 - 0.8).abs() < 0.06 && found.explained() > 0.95, "{:?}", found.parts);
        assert_eq!(all.basis(&found), Basis::Analogy);
        assert!((all.drivers(&found, 1)[0].share - 0.8).abs() < 0.06);
    }

    #[test]
    fn chance_explains_nothing_and_noise_counts_as_assumption() {
        let columns: Vec<_> = (0..100).map(|k| (normals(&format!("column {k}")), Basis::Data)).collect();
        let all = candidates(&columns);
        let noise = all.attribute(&normals("noise")).unwrap();
        assert!(noise.parts.len() <= 1 && noise.explained() < 0.05, "{:?}", noise.parts);
        let drowned = all.attribute(&mix(&columns[3].0, 1.5, &normals("noise"))).unwrap();
        assert_eq!((drowned.parts[0].0, all.basis(&drowned)), (3, Basis::Assumption));
    }

    #[test]
    fn discrepancy_is_no_evidence_of_an_effect() {
        let (level, cause) = (normals("level"), normals("cause"));
        let answer = mix(&level, 0.5, &mix(&cause, 0.2, &normals("noise")));
        let with = |name: &str, basis| {
            let mut all = candidates(&[(level.clone(), Basis::Data), (cause.clone(), basis)]);
            all.list[0].name = name.to_owned();
            let found = all.attribute(&answer).unwrap();
            assert!(found.parts[0].0 == 0 && found.parts[0].1 > 0.6, "most spread is the level's: {:?}", found.parts);
            (all.basis(&found), all.basis_of_effect(&found))
        };
        // The level's part counts for the level; over what is left of the effect's spread, the cause decides.
        assert_eq!(with("discrepancy_step[1]", Basis::Assumption), (Basis::Data, Basis::Assumption));
        assert_eq!(with("discrepancy_step[1]", Basis::Analogy), (Basis::Data, Basis::Analogy));
        assert_eq!(with("contact_rate", Basis::Assumption), (Basis::Data, Basis::Data));
    }

    #[test]
    fn equal_values_share_their_rank() {
        let ranks = unit_ranks(&[3.0, 1.0, 3.0, 7.0]).unwrap();
        let scale = ranks[3] / 1.5;
        assert!(ranks.iter().zip([0.0, -1.5, 0.0, 1.5]).all(|(r, e)| (r - e * scale).abs() < 1e-12));
        assert_eq!(unit_ranks(&[2.0; 5]), None);
    }

    #[test]
    fn contraction_of_variance() {
        let values = [1.0, -1.0, 1.0, -1.0, 0.0];
        assert_eq!(contraction(&values, 2.0), 0.75);
        assert_eq!((contraction(&values, 0.5), contraction(&values, 0.0)), (0.0, 0.0));
    }
}
