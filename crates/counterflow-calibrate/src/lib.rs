//! Runs meet data: priors, likelihoods, samplers and diagnostics.
