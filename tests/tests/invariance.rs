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
        let plan = Plan::new(model, &PlanOptions { saves, steps_per_year: Some(12) });
        let mut draws = Posterior::load(&project.files, "main").expect("the posterior reads").draws(model);
        // Neither a whole number of narrow nor of wide blocks.
        draws.truncate(75);
        Bundled { plan, members: (0..draws.len() as u64).collect(), draws, schedule: Schedule::default() }
    }

    fn job(&self) -> Job<'_> {
        Job {
            plan: &self.plan,
            draws: &self.draws,
            members: &self.members,
            seed: 7,
            noise: true,
            schedule: &self.schedule,
            from: Start::Beginning,
            until: 2032.0,
            width: LaneWidth::Wide,
            instructions: Instructions::Best,
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
    same_bits(&reference, &run(&Job { width: LaneWidth::Narrow, ..bundled.job() }));
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

#[test]
fn another_member_changes_no_neighbour() {
    let bundled = Bundled::new();
    let whole = run(&bundled.job());
    let fewer = run(&Job { draws: &bundled.draws[..40], members: &bundled.members[..40], ..bundled.job() });
    for time in 0..fewer.len(0) {
        assert_eq!(&whole.at(0, time)[..40], fewer.at(0, time));
    }
}
