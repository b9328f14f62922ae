//! Runs meet data: priors, likelihoods, samplers and diagnostics.
//!
//! This crate knows no engine and no files: a run enters as a slice of monthly values, a posterior as a
//! [`sampler::Density`]. It uses no threads; a density may.
//!
//! ```
//! use counterflow_calibrate::sampler::ensemble::{Settings, run, start};
//! use counterflow_calibrate::sampler::{Density, Score};
//! use counterflow_calibrate::{diagnose, likelihood, prior::TruncatedPrior, space::Space};
//! use counterflow_model::{Family, Prior};
//!
//! /// One parameter, a rate, of which 120 and 130 were counted.
//! struct Posterior(Space);
//!
//! impl Density for Posterior {
//!     fn dimension(&self) -> usize {
//!         self.0.dimension()
//!     }
//!
//!     fn log_density(&self, points: &[Vec<f64>]) -> Vec<Score> {
//!         let score = |point: &Vec<f64>| {
//!             let rate = self.0.natural(point)[0];
//!             let count = |value| likelihood::log_density(Family::NegativeBinomial, value, rate, 0.0, None);
//!             Score { prior: self.0.log_prior(point), likelihood: count(120.0) + count(130.0) }
//!         };
//!         points.iter().map(score).collect()
//!     }
//! }
//!
//! let prior = TruncatedPrior::new(Prior::LogNormal(100.0, 1.0), 1.0, 1e4).unwrap();
//! let posterior = Posterior(Space::new(&[prior]));
//! let settings = Settings { chains: 16, anneal: 50, warmup: 100, sampling: 400, thin: 4, ..Settings::default() };
//! let points = (0..settings.starting_points(1) as u64).map(|member| posterior.0.draw(1, member)).collect();
//! let mut state = start(&posterior, &settings, points).unwrap();
//! let chains = run(&posterior, &settings, &mut state, &mut |_| {});
//! let rates: Vec<Vec<f64>> =
//!     chains.draws.iter().map(|chain| chain.iter().map(|point| posterior.0.natural(point)[0]).collect()).collect();
//! assert!((diagnose::mean_sd(&rates).0 - 125.0).abs() < 1.0 && diagnose::diagnose(&rates).rhat < 1.02);
//! ```

pub mod diagnose;
pub mod likelihood;
pub mod period;
pub mod places;
pub mod predict;
pub mod prior;
pub mod sampler;
pub mod score;
pub mod space;
pub mod special;
pub mod transform;
