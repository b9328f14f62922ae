//! Gradients of the bundled model against difference quotients, and their independence of memory, lanes and threads.

use counterflow::Project;
use counterflow::posterior::Posterior;
use counterflow_engine::{
    BlockRuns, Instructions, Job, LaneWidth, Plan, PlanOptions, Save, SavedSlopes, Schedule, Smoothing, gradients, run,
};
use counterflow_model::Method;

struct Bundled {
    plan: Plan,
    draws: Vec<Vec<f64>>,
    members: Vec<u64>,
    schedule: Schedule,
    /// Sizes of the outcomes, so that each counts alike.
    sizes: Vec<f64>,
    names: Vec<String>,
}

impl Bundled {
    fn new(method: Method, smoothing: Option<Smoothing>) -> Bundled {
        let project = Project::bundled().expect("the bundled model reads");
        let mut model = project.model().expect("the bundled model compiles").clone();
        model.horizon.method = method;
        // Means and points, so that both ways of saving are swept.
        let saves: Vec<Save> = model
            .outcomes
            .iter()
            .map(|o| Save::mean(o.variable))
            .chain([Save::point(model.outcomes[0].variable)])
            .collect();
        let plan = Plan::new(&model, &PlanOptions { saves, steps_per_year: Some(24), smoothing });
        let mut draws = Posterior::load(&project.files, "main").expect("the posterior reads").draws(&model);
        draws.truncate(11);
        let mut bundled = Bundled {
            plan,
            members: (0..draws.len() as u64).collect(),
            draws,
            schedule: Schedule::default(),
            sizes: Vec::new(),
            names: Vec::new(),
        };
        let runs = run(&bundled.job());
        bundled.sizes = (0..bundled.plan.saves().len()).map(|s| runs.at(s, 150)[0].abs().max(1e-3)).collect();
        bundled.names = bundled.plan.parameters().iter().map(|(id, e)| model.element_name(*id, *e)).collect();
        bundled
    }

    fn job(&self) -> Job<'_> {
        Job {
            seed: 7,
            noise: true,
            until: 2027.0,
            width: LaneWidth::Narrow,
            ..Job::new(&self.plan, &self.draws, &self.members, &self.schedule)
        }
    }

    /// A smooth function of everything that is saved: its value for each member, and its slopes.
    fn function(&self, block: &BlockRuns, slopes: &mut SavedSlopes) -> Vec<f64> {
        let mut values = vec![0.0; block.count];
        for (save, size) in self.sizes.iter().enumerate() {
            for time in 0..block.times(save) {
                let weight = 1.0 / (1.0 + (time % 17) as f64);
                for (lane, x) in block.values(save, time).iter().enumerate() {
                    let ratio = x / size;
                    values[lane] += weight * (1.0 + ratio * ratio).sqrt();
                    slopes.add(save, time, lane, weight * ratio / (1.0 + ratio * ratio).sqrt() / size);
                }
            }
        }
        values
    }

    fn values(&self, draws: &[Vec<f64>]) -> Vec<f64> {
        let members = vec![0; draws.len()];
        let blocks =
            gradients(&Job { draws, members: &members, width: LaneWidth::Wide, ..self.job() }, usize::MAX, |b, s| {
                self.function(b, s)
            });
        blocks.into_iter().flat_map(|b| b.result).collect()
    }

    fn slopes(&self, job: &Job<'_>, memory: usize) -> Vec<Vec<f64>> {
        gradients(job, memory, |b, s| self.function(b, s)).into_iter().flat_map(|b| b.slopes).collect()
    }
}

#[track_caller]
fn slopes_are_quotients(method: Method, smoothing: Option<Smoothing>) {
    let bundled = Bundled::new(method, smoothing);
    let slopes = bundled.slopes(&bundled.job(), usize::MAX);
    let draw = &bundled.draws[0];
    let used: Vec<usize> = bundled.plan.parameters_in_use().into_iter().collect();
    // Two distances, extrapolated to none (L. F. Richardson): the error falls with the fourth power.
    let distance = |p: usize, k: f64| k * 2e-4 * draw[p].abs().max(0.05);
    let mut moved = Vec::new();
    for p in &used {
        for k in [1.0, -1.0, 2.0, -2.0] {
            let mut point = draw.clone();
            point[*p] += distance(*p, k);
            moved.push(point);
        }
    }
    let values = bundled.values(&moved);
    let quotients: Vec<(f64, f64)> = values
        .chunks(4)
        .zip(&used)
        .map(|(v, p)| {
            let (near, far) = ((v[0] - v[1]) / distance(*p, 2.0), (v[2] - v[3]) / distance(*p, 4.0));
            ((4.0 * near - far) / 3.0, near - far)
        })
        .collect();
    let scaled = |p: usize, slope: f64| (slope * draw[p].abs().max(1e-3)).abs();
    // Where the two distances disagree a step lies between: dates move events from one time step to another.
    let smooth: Vec<(usize, f64)> = (used.iter().copied().zip(&quotients))
        .filter(|(p, (quotient, gap))| scaled(*p, *gap) <= 1e-6 * scaled(*p, *quotient).max(1e-2))
        .map(|(p, (quotient, _))| (p, *quotient))
        .collect();
    assert!(smooth.len() * 10 > used.len() * 6, "only {} of {} are smooth", smooth.len(), used.len());
    let largest = smooth.iter().map(|(p, quotient)| scaled(*p, *quotient)).fold(0.0, f64::max);
    // A quotient may still lie across a kink of the model, where it mixes the slopes of both sides: few do, by little.
    let (mut mixed, mut wrong) = (0, Vec::new());
    let count = smooth.len();
    for (p, quotient) in smooth {
        let error = scaled(p, slopes[0][p] - quotient) / largest;
        mixed += usize::from(error > 1e-7);
        if error > 2e-5 {
            wrong.push((bundled.names[p].clone(), slopes[0][p], quotient, error));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(mixed * 20 <= count, "{mixed} of {count} are off by more than one part in ten million");
}

#[test]
fn euler_gradients_are_difference_quotients() {
    slopes_are_quotients(Method::Euler, None);
}

#[test]
fn runge_kutta_gradients_are_difference_quotients() {
    slopes_are_quotients(Method::RungeKutta4, None);
}

#[test]
fn gradients_of_smooth_plans_are_difference_quotients() {
    slopes_are_quotients(Method::Euler, Smoothing::new(0.05));
}

#[test]
fn memory_lanes_and_threads_do_not_change_a_bit() {
    let bundled = Bundled::new(Method::Euler, None);
    let all = bundled.slopes(&bundled.job(), usize::MAX);
    let bits = |slopes: &[Vec<f64>]| slopes.iter().flatten().map(|x| x.to_bits()).collect::<Vec<u64>>();
    for memory in [0, 1 << 20] {
        assert_eq!(bits(&all), bits(&bundled.slopes(&bundled.job(), memory)), "memory {memory}");
    }
    let single = Job { width: LaneWidth::Single, ..bundled.job() };
    let wide = Job { width: LaneWidth::Wide, ..bundled.job() };
    for job in [single, wide, Job { instructions: Instructions::Baseline, ..bundled.job() }] {
        assert_eq!(bits(&all), bits(&bundled.slopes(&job, usize::MAX)));
    }
}
