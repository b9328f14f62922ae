//! Designs: which parameter values member number so-and-so has. Every design gives any one member from its number alone,
//! so that nothing grows with the number of members, and chunks can be computed anywhere and in any order.

use std::fmt;

use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_engine::Plan;
use counterflow_model::{Definition, Model, random};
use serde::{Deserialize, Serialize};

use super::permutation::Permutation;
use crate::calibration::truncated_prior;
use crate::error::Problem;
use crate::project::Project;
use crate::simulate::posterior_of;

/// How the members of a run spread over the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Design {
    /// Independent draws from the priors.
    Prior,
    /// The draws of the posterior in turn: member `m` takes draw `m` modulo their number, so that all weigh the same.
    Posterior,
    /// A Latin hypercube over all members: each parameter takes each of `N` equally probable slices once.
    Lhs,
    /// Points of Owen-scrambled Sobol sequences. The first 256 parameters with a prior have a dimension each; the next
    /// 256 use the same dimensions scrambled anew, even in themselves but not together with the first. Each 65,536
    /// members are one sequence, the next ones another, scrambled anew. Digits beyond the 23rd are random.
    Sobol,
}

impl fmt::Display for Design {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Design::Prior => "prior",
            Design::Posterior => "posterior",
            Design::Lhs => "lhs",
            Design::Sobol => "sobol",
        })
    }
}

/// Gives every member's parameter values.
#[derive(Clone, Debug)]
pub struct Draws {
    design: Design,
    members: u64,
    seed: u64,
    /// Draws of the posterior, for that design only.
    rows: Vec<Vec<f64>>,
    columns: Vec<Column>,
}

/// How one parameter element gets its value.
#[derive(Clone, Debug)]
struct Column {
    value: f64,
    /// Where there is a prior and the run depends on the parameter.
    drawn: Option<Drawn>,
}

#[derive(Clone, Debug)]
struct Drawn {
    prior: TruncatedPrior,
    stream: u64,
    /// Position among all elements with a prior.
    dimension: u32,
    slices: Permutation,
}

/// Places within a parameter's stream for each use of it; 0 is that of draws from priors everywhere in the program.
const WITHIN_SLICE: u64 = 1;
const LAST_DIGITS: u64 = 2;

impl Draws {
    /// The members of a run.
    ///
    /// # Errors
    /// If the posterior is asked for and there is none, or it does not read.
    pub fn new(
        project: &Project,
        model: &Model,
        plan: &Plan,
        design: Design,
        members: u64,
        seed: u64,
    ) -> Result<Draws, Problem> {
        let mut rows = Vec::new();
        if design == Design::Posterior {
            rows = posterior_of(project)?.map(|posterior| posterior.draws(model)).unwrap_or_default();
            if rows.is_empty() {
                let problem = Problem::new("--design", "found `posterior`; the model has none");
                return Err(problem.help("`prior`, `lhs` and `sobol` draw from the priors"));
            }
        }
        Ok(Draws { design, members, seed, rows, columns: columns(model, plan, members, seed) })
    }

    /// Values of one member, in the order of [`Plan::parameters`].
    pub fn member(&self, member: u64) -> Vec<f64> {
        if self.design == Design::Posterior {
            return self.rows[(member % self.rows.len() as u64) as usize].clone();
        }
        let value = |column: &Column| match &column.drawn {
            Some(drawn) => drawn.prior.quantile(self.probability(drawn, member)),
            None => column.value,
        };
        self.columns.iter().map(value).collect()
    }

    /// The member's prior probability of a smaller value, in (0, 1).
    fn probability(&self, drawn: &Drawn, member: u64) -> f64 {
        const LARGEST: f64 = 1.0 - f64::EPSILON / 2.0;
        let uniform = |place: u64| random::uniform(self.seed, drawn.stream, member, place);
        match self.design {
            Design::Prior | Design::Posterior => uniform(0),
            Design::Lhs => {
                let slice = drawn.slices.place(member) as f64;
                ((slice + uniform(WITHIN_SLICE)) / self.members as f64).min(LARGEST)
            }
            Design::Sobol => (self.sobol(drawn.dimension, member) + uniform(LAST_DIGITS) * DIGIT).min(LARGEST),
        }
    }

    fn sobol(&self, dimension: u32, member: u64) -> f64 {
        const STREAM: u64 = random::stream("endless.sobol");
        let (sequence, point) = (member >> 16, (member & 0xffff) as u32);
        let again = u64::from(dimension / sobol_burley::NUM_DIMENSIONS);
        let scramble = random::bits(self.seed, STREAM, sequence, again)[0] as u32;
        f64::from(sobol_burley::sample(point, dimension % sobol_burley::NUM_DIMENSIONS, scramble))
    }
}

/// The last of the 23 binary digits that a Sobol point has.
const DIGIT: f64 = 1.0 / 8_388_608.0;

fn columns(model: &Model, plan: &Plan, members: u64, seed: u64) -> Vec<Column> {
    let in_use = plan.parameters_in_use();
    let mut dimension = 0;
    let mut column = |(position, (id, element)): (usize, &(_, usize))| {
        let Definition::Parameter(parameter) = &model.variable(*id).definition else {
            unreachable!("plans list parameters");
        };
        let prior = truncated_prior(parameter);
        // Every element with a prior has its dimension, so that what else is saved changes no member.
        let own = dimension;
        dimension += u32::from(prior.is_some());
        let drawn = prior.filter(|_| in_use.contains(&position)).map(|prior| {
            let stream = random::stream(&model.element_name(*id, *element));
            Drawn { prior, stream, dimension: own, slices: Permutation::new(members, seed, stream) }
        });
        Column { value: parameter.values[*element], drawn }
    };
    plan.parameters().iter().enumerate().map(&mut column).collect()
}

#[cfg(test)]
mod tests {
    use counterflow_engine::{PlanOptions, Save};
    use counterflow_lang::{Project as Text, SourceFile, compile};
    use counterflow_model::Prior;

    use super::*;

    fn draws(design: Design, parameters: usize, members: u64) -> Draws {
        let mut text = "# Many\n\nMany numbers.\n\n```counterflow\nhorizon 0 to 1 steps 1 saves 1\n".to_owned();
        for k in 0..parameters {
            text += &format!("param p{k} = 0.5   range 0 .. 1   prior Uniform(0, 1)\n");
        }
        // In short sums: an expression nests only so deep.
        let names: Vec<String> = (0..parameters).map(|k| format!("p{k}")).collect();
        let sums: Vec<String> = (0..parameters.div_ceil(20)).map(|k| format!("s{k}")).collect();
        for (name, terms) in sums.iter().zip(names.chunks(20)) {
            text += &format!("aux {name} = {}\n", terms.join(" + "));
        }
        text += &format!("aux total = {}\n```\n", sums.join(" + "));
        let files = vec![SourceFile { path: "many.md".to_owned(), text }];
        let compiled = compile(&Text { title: "Many".to_owned(), files, ..Text::default() });
        let model = compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        let saves = vec![Save::mean(model.find("total").unwrap())];
        let plan = Plan::new(&model, &PlanOptions { saves, ..PlanOptions::default() });
        Draws { design, members, seed: 3, rows: Vec::new(), columns: columns(&model, &plan, members, 3) }
    }

    /// How many of `slices` equal parts of (0, 1) hold exactly one of the values.
    fn filled(values: &[f64], slices: usize) -> usize {
        let mut counts = vec![0; slices];
        values.iter().for_each(|x| counts[(x * slices as f64) as usize] += 1);
        counts.iter().filter(|count| **count == 1).count()
    }

    #[test]
    fn a_latin_hypercube_fills_every_slice_of_every_parameter() {
        let draws = draws(Design::Lhs, 5, 1000);
        let rows: Vec<Vec<f64>> = (0..1000).map(|member| draws.member(member)).collect();
        for k in 0..5 {
            let values: Vec<f64> = rows.iter().map(|row| row[k]).collect();
            assert_eq!(filled(&values, 1000), 1000, "parameter {k}");
        }
        let product = |a: usize, b: usize| rows.iter().map(|r| (r[a] - 0.5) * (r[b] - 0.5)).sum::<f64>() * 12.0 / 1e3;
        assert!(product(0, 1).abs() < 0.13 && product(2, 4).abs() < 0.13);
    }

    #[test]
    fn sobol_points_are_even_in_all_dimensions_and_sequences() {
        let draws = draws(Design::Sobol, 300, 200_000);
        for first in [0, 3 << 16] {
            let rows: Vec<Vec<f64>> = (first..first + 1024).map(|member| draws.member(member)).collect();
            for k in [0, 1, 7, 255, 256, 299] {
                let values: Vec<f64> = rows.iter().map(|row| row[k]).collect();
                assert_eq!(filled(&values, 1024), 1024, "parameter {k} from {first}");
            }
        }
        let (one, other) = (draws.member(5), draws.member(5 + (1 << 16)));
        assert!(one[0] != one[256] && one[0] != other[0], "each use of a dimension is scrambled anew");
    }

    #[test]
    fn sobol_beats_independent_draws_at_a_mean() {
        let error = |design| {
            let draws = draws(design, 6, 4096);
            let value = |member| draws.member(member).iter().map(|x| x * x).sum::<f64>();
            ((0..4096).map(value).sum::<f64>() / 4096.0 - 2.0).abs()
        };
        assert!(error(Design::Sobol) < 2e-4, "{}", error(Design::Sobol));
        assert!(error(Design::Lhs) < 1e-3, "{}", error(Design::Lhs));
        assert!(error(Design::Prior) < 0.05, "{}", error(Design::Prior));
    }

    #[test]
    fn probabilities_stay_inside() {
        let drawn = |draws: &Draws| draws.columns[0].drawn.clone().unwrap();
        for design in [Design::Prior, Design::Lhs, Design::Sobol] {
            let draws = draws(design, 1, 2);
            let drawn = drawn(&draws);
            assert!((0..2).all(|member| (1e-18..1.0).contains(&draws.probability(&drawn, member))), "{design}");
        }
        assert!(matches!(drawn(&draws(Design::Prior, 1, 1)).prior.prior(), Prior::Uniform(..)));
    }
}
