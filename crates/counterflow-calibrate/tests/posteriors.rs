//! The ensemble sampler on posteriors whose moments are known.

use counterflow_calibrate::diagnose::{diagnose, mean_sd};
use counterflow_calibrate::sampler::ensemble::{Settings, run, start, step};
use counterflow_calibrate::sampler::{Chains, Density, Score, State};
use counterflow_model::elementary::{exp, ln};
use counterflow_model::random;

/// A posterior made of a normal prior (centre 0, one standard deviation for each coordinate) and a likelihood.
struct Problem<L> {
    prior_sd: Vec<f64>,
    likelihood: L,
}

impl<L: Fn(&[f64]) -> f64> Density for Problem<L> {
    fn dimension(&self) -> usize {
        self.prior_sd.len()
    }

    fn log_density(&self, points: &[Vec<f64>]) -> Vec<Score> {
        let prior =
            |point: &Vec<f64>| -0.5 * point.iter().zip(&self.prior_sd).map(|(x, s)| (x / s) * (x / s)).sum::<f64>();
        points.iter().map(|point| Score { prior: prior(point), likelihood: (self.likelihood)(point) }).collect()
    }
}

impl<L: Fn(&[f64]) -> f64> Problem<L> {
    fn start(&self, settings: &Settings) -> State {
        let stream = random::stream("prior");
        let draw = |member: usize| -> Vec<f64> {
            let coordinate =
                |(i, sd): (usize, &f64)| sd * random::normal(settings.seed, stream, member as u64, i as u64);
            self.prior_sd.iter().enumerate().map(coordinate).collect()
        };
        let points = (0..settings.starting_points(self.dimension())).map(draw).collect();
        start(self, settings, points).unwrap()
    }

    fn sample(&self, settings: &Settings) -> Chains {
        run(self, settings, &mut self.start(settings), &mut |_| {})
    }
}

/// Worst R-hat and least bulk ESS of the first `dimension` coordinates.
fn worst(chains: &Chains, dimension: usize) -> (f64, f64) {
    let all = (0..dimension).map(|i| diagnose(&chains.coordinate(i)));
    all.fold((0.0, f64::INFINITY), |(rhat, ess), d| (f64::max(rhat, d.rhat), ess.min(d.bulk_ess)))
}

/// Means within `0.12` standard deviations, standard deviations within a tenth, R-hat below 1.05.
fn check(name: &str, chains: &Chains, expected: &[(f64, f64)]) {
    for (i, (mean, sd)) in expected.iter().enumerate() {
        let found = mean_sd(&chains.coordinate(i));
        assert!((found.0 - mean).abs() < 0.12 * sd, "{name}, mean {i}: {found:?}, expected {mean} {sd}");
        assert!((found.1 / sd - 1.0).abs() < 0.1, "{name}, sd {i}: {found:?}, expected {mean} {sd}");
    }
    let (rhat, ess) = worst(chains, expected.len());
    println!("{name}: R-hat {rhat:.3}, ESS {ess:.0}, acceptance {:.2}", chains.acceptance);
    assert!(rhat < 1.05, "{name}: R-hat {rhat}");
}

#[test]
fn correlated_normal_in_20_dimensions() {
    // Coordinates share a common part with the flat-prior covariance I + 9 * 11': correlation 0.9.
    let likelihood = |x: &[f64]| {
        let centred: Vec<f64> = x.iter().enumerate().map(|(i, x)| x - i as f64).collect();
        let sum: f64 = centred.iter().sum();
        // (I + 9 * 11')^-1 = I - 11' * 9 / (1 + 9 * 20).
        -0.5 * (centred.iter().map(|c| c * c).sum::<f64>() - sum * sum * 9.0 / 181.0)
    };
    let problem = Problem { prior_sd: vec![1e4; 20], likelihood };
    let settings = Settings { chains: 64, anneal: 400, warmup: 600, sampling: 1000, thin: 5, ..Settings::default() };
    let expected: Vec<(f64, f64)> = (0..20).map(|i| (f64::from(i), 10.0_f64.sqrt())).collect();
    check("correlated", &problem.sample(&settings), &expected);
}

#[test]
fn scales_from_a_thousandth_to_a_thousand_in_60_dimensions() {
    let scale: Vec<f64> = (0..60).map(|i| exp(f64::from(i) / 59.0 * ln(1e6)) * 1e-3).collect();
    let likelihood = |x: &[f64]| -0.5 * x.iter().zip(&scale).map(|(x, s)| (x / s - 3.0) * (x / s - 3.0)).sum::<f64>();
    let problem = Problem { prior_sd: scale.iter().map(|s| 10.0 * s).collect(), likelihood };
    let settings = Settings { anneal: 800, warmup: 1000, sampling: 1000, thin: 5, ..Settings::default() };
    // Precisions 1 and 1/100 add up.
    let expected: Vec<(f64, f64)> = scale.iter().map(|s| (3.0 * s / 1.01, s / 1.01_f64.sqrt())).collect();
    let chains = problem.sample(&settings);
    check("scales", &chains, &expected);
    println!("scales: ESS per evaluation {:.4}", worst(&chains, 60).1 / (settings.sampling * settings.chains) as f64);
}

#[test]
fn banana() {
    // x0 ~ N(0, 10), x1 ~ N(0.03 x0^2 - 3, 1) and eight more standard normal coordinates.
    let likelihood = |x: &[f64]| {
        let bent = x[1] - 0.03 * x[0] * x[0] + 3.0;
        -0.5 * (x[0] * x[0] / 100.0 + bent * bent + x[2..].iter().map(|x| x * x).sum::<f64>())
    };
    let problem = Problem { prior_sd: vec![1e3; 10], likelihood };
    let settings = Settings { anneal: 500, warmup: 1000, sampling: 5000, thin: 20, ..Settings::default() };
    // Variance of 0.03 x0^2 is 0.0009 * 2 * 10^4.
    let mut expected = vec![(0.0, 10.0), (0.0, 19.0_f64.sqrt())];
    expected.resize(10, (0.0, 1.0));
    check("banana", &problem.sample(&settings), &expected);
}

#[test]
fn two_modes_far_apart() {
    // Standard normals at -10 (weight 0.3) and at +10 (weight 0.7) in every coordinate.
    let mode = |x: &[f64], at: f64| -0.5 * x.iter().map(|x| (x - at) * (x - at)).sum::<f64>();
    let likelihood = |x: &[f64]| {
        let (a, b) = (mode(x, -10.0) + ln(0.3), mode(x, 10.0) + ln(0.7));
        a.max(b) + libm::log1p(exp(-(a - b).abs()))
    };
    let problem = Problem { prior_sd: vec![100.0; 5], likelihood };
    let settings = Settings { anneal: 500, warmup: 1000, sampling: 2000, thin: 10, ..Settings::default() };
    let chains = problem.sample(&settings);
    let expected = vec![(4.0, (1.0_f64 + 84.0).sqrt()); 5];
    check("modes", &chains, &expected);
}

#[test]
fn a_state_goes_on_where_it_was_saved() {
    let likelihood = |x: &[f64]| -50.0 * x.iter().map(|x| (x - 0.3) * (x - 0.3)).sum::<f64>();
    let problem = Problem { prior_sd: vec![1.0; 4], likelihood };
    let settings = Settings { chains: 16, anneal: 30, warmup: 60, sampling: 60, thin: 3, ..Settings::default() };
    let mut whole = problem.start(&settings);
    let chains = run(&problem, &settings, &mut whole, &mut |_| {});
    for stop in [1, 20, 50, 90] {
        let mut part = problem.start(&settings);
        for _ in 0..stop {
            step(&problem, &settings, &mut part);
        }
        let mut restored = State::restore(&part.save()).unwrap();
        assert_eq!(restored, part);
        assert_eq!(run(&problem, &settings, &mut restored, &mut |_| {}), chains);
    }
    assert_eq!(chains.draws[0].len(), 20);
    assert_eq!(State::restore(&whole.save()[1..]), None);
}

#[test]
fn impossible_points_are_never_visited() {
    // Half of the prior is impossible, partly as NaN.
    let likelihood = |x: &[f64]| {
        if x[0] < 0.0 {
            f64::NAN
        } else if x[1] < 0.0 {
            f64::NEG_INFINITY
        } else {
            -x[0] - x[1]
        }
    };
    let problem = Problem { prior_sd: vec![1e3; 2], likelihood };
    let settings = Settings { chains: 64, anneal: 200, warmup: 400, sampling: 1000, thin: 5, ..Settings::default() };
    let chains = problem.sample(&settings);
    assert!(chains.pooled().iter().all(|x| x[0] >= 0.0 && x[1] >= 0.0));
    check("corner", &chains, &[(1.0, 1.0), (1.0, 1.0)]);
}
