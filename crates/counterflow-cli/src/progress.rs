//! Progress on standard error, only where a person watches.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that shows how far long work has come. Nothing is shown where standard error is not a terminal.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar with a word before it.
    pub fn new(label: &'static str) -> Progress {
        let bar = if stderr().is_terminal() { ProgressBar::new(1) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{prefix} {wide_bar} {percent}% {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(label);
        Progress { bar }
    }

    /// The same with the rate of work, for work that takes long.
    pub fn rated(label: &'static str) -> Progress {
        let progress = Progress::new(label);
        let style = ProgressStyle::with_template("{prefix} {human_pos}/{human_len} {wide_bar} {per_sec}, {eta} left");
        progress.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        progress
    }

    /// So much was done before the work began: it does not count for the rate.
    pub fn resumed(&self, done: u64) {
        self.bar.set_position(done);
        self.bar.reset_eta();
    }

    /// So much of a named stage is done, with the log density reached.
    pub fn say(&self, stage: &str, done: usize, of: usize, log_density: f64) {
        self.bar.set_prefix(format!("{stage} {done}/{of}, log density {log_density:.1}"));
        self.at(done, of);
    }

    /// So much of so much is done.
    pub fn at(&self, done: usize, of: usize) {
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
