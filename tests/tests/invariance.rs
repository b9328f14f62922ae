//! The same bits for any number of threads, lane width and vector instructions, on the bundled model.

use counterflow::Project;
use counterflow::posterior::Posterior;
use counterflow_engine::{
    Instructions, Job, LaneWidth, Plan, PlanOptions, Runs, Save, Schedule, Start, run, run_to_checkpoint,
};

struct Bundled {
    plan: Plan,
    draws: Vec<Vec<f64>>,
    members: Vec<u64>,
    schedule: Schedule,
}

impl Bundled {
    fn new() -> Bundled {
        let project = Project::bundled().expect("the bundled model reads");
        let model = project.model().expect("the bundled model compiles");
        let saves = model.outcomes.iter().map(|o| Save::mean(o.variable)).collect();
        let plan = Plan::new(model, &PlanOptions { saves, steps_per_year: Some(12), ..PlanOptions::default() });
        let mut draws = Posterior::load(&project.files, "main").expect("the posterior reads").draws(model);
        // Neither a whole number of narrow nor of wide blocks.
        draws.truncate(75);
        Bundled { plan, members: (0..draws.len() as u64).collect(), draws, schedule: Schedule::default() }
    }

    fn job(&self) -> Job<'_> {
        Job {
            seed: 7,
            noise: true,
            until: 2032.0,
            width: LaneWidth::Wide,
            ..Job::new(&self.plan, &self.draws, &self.members, &self.schedule)
        }
    }
}

#[track_caller]
fn same_bits(a: &Runs, b: &Runs) {
    assert_eq!(a.times.len(), b.times.len());
    for save in 0..8 {
        for time in 0..a.len(save) {
            let bits = |r: &Runs| r.at(save, time).iter().map(|x| x.to_bits()).collect::<Vec<u64>>();
            assert_eq!(bits(a), bits(b), "save {save}, time {time}");
        }
    }
}

#[test]
fn threads_lanes_and_instructions_change_nothing() {
    let bundled = Bundled::new();
    let reference = run(&bundled.job());
    for width in [LaneWidth::Single, LaneWidth::Narrow] {
        same_bits(&reference, &run(&Job { width, ..bundled.job() }));
    }
    same_bits(&reference, &run(&Job { instructions: Instructions::Baseline, ..bundled.job() }));
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be made");
        same_bits(&reference, &pool.install(|| run(&bundled.job())));
    }
}

#[test]
fn a_run_in_two_pieces_is_the_same_run() {
    let bundled = Bundled::new();
    let whole = run(&bundled.job());
    let (first, checkpoint) = run_to_checkpoint(&Job { until: 2026.0, ..bundled.job() });
    let rest = run(&Job { from: Start::Checkpoint(&checkpoint), ..bundled.job() });
    for save in 0..8 {
        let split = first.len(save);
        for time in 0..whole.len(save) {
            let piece = if time < split { first.at(save, time) } else { rest.at(save, time - split) };
            assert_eq!(whole.at(save, time), piece, "save {save}, time {time}");
        }
    }
}

/// Calibration runs at 24 steps a year, the model at 48: halving the step must not matter next to what data tell.
#[test]
fn halving_the_step_changes_outcomes_by_less_than_two_percent() {
    let project = Project::bundled().expect("the bundled model reads");
    let model = project.model().expect("the bundled model compiles");
    let saves: Vec<Save> = model.outcomes.iter().map(|o| Save::mean(o.variable)).collect();
    let yearly = |steps: u32| {
        let plan = Plan::new(
            model,
            &PlanOptions { saves: saves.clone(), steps_per_year: Some(steps), ..PlanOptions::default() },
        );
        let (_, draw) = counterflow::simulate::named_member(&project, &plan).expect("the posterior reads");
        let draws = vec![draw];
        let schedule = Schedule::default();
        let runs = run(&Job { seed: 1, until: 2036.0, ..Job::new(&plan, &draws, &[0], &schedule) });
        let year = |save, y: usize| runs.path(save, 0).skip(12 * y).take(12).sum::<f64>() / 12.0;
        (0..saves.len()).map(|save| (0..37).map(|y| year(save, y)).collect()).collect::<Vec<Vec<f64>>>()
    };
    let (coarse, fine) = (yearly(24), yearly(48));
    for (save, outcome) in model.outcomes.iter().enumerate() {
        let size = fine[save].iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        for (year, (a, b)) in coarse[save].iter().zip(&fine[save]).enumerate() {
            assert!((a - b).abs() <= 0.02 * size, "{} in {}: {a} and {b}", outcome.id, 1999 + year);
        }
    }
}

#[test]
fn another_member_changes_no_neighbour() {
    let bundled = Bundled::new();
    let whole = run(&bundled.job());
    let fewer = run(&Job { draws: &bundled.draws[..40], members: &bundled.members[..40], ..bundled.job() });
    for time in 0..fewer.len(0) {
        assert_eq!(&whole.at(0, time)[..40], fewer.at(0, time));
    }
}
