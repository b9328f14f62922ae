//! The one door for front ends: bundled model, data and posterior, projects, policies, reports.
