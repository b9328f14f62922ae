//! What the lynx and hare cost the Hamiltonian chains on one core, for the comparison with other programs.

use std::fmt::Write;
use std::time::Instant;

use counterflow_calibrate::sampler::hamiltonian::chains;

use crate::lynx_hare::LynxHare;
use crate::proof::{Posterior, constants, warmed};

/// Paths from which each chain keeps a draw.
const SAMPLING: usize = 3000;

/// `cargo xtask bench --samplers` runs this. It prints one line of seconds and writes the draws, one row for each as
/// `tests/peers/sample_peer.py` does, to the file that the environment names.
#[test]
#[ignore = "a measurement: `cargo xtask bench --samplers`"]
fn lynx_hare_speed() {
    let posterior = LynxHare::new();
    let clock = Clock::start();
    let mut warm = warmed(&posterior, SAMPLING);
    let warmup = clock.seconds();
    warm.finish();
    let (sampling, wall) = (clock.seconds() - warmup, clock.wall.elapsed().as_secs_f64());
    let chains = chains(&warm.settings, &warm.state);
    if let Some(path) = std::env::var_os("COUNTERFLOW_DRAWS") {
        let mut text = String::new();
        for (chain, draws) in chains.draws.iter().enumerate() {
            for point in draws {
                let quantities = posterior.quantities(&constants(point));
                let values: Vec<String> = quantities.iter().map(|quantity| quantity.value.to_string()).collect();
                writeln!(text, "{chain},{}", values.join(",")).expect("a string takes all");
            }
        }
        std::fs::write(path, text).expect("the file can be written");
    }
    let settings = warm.settings;
    let gradients = settings.chains * LynxHare::STEPS * (settings.warmup + settings.sampling);
    println!(
        "{{\"chains\": {}, \"warmup\": {}, \"draws\": {}, \"setup_s\": 0, \"warmup_s\": {warmup}, \"sampling_s\": {sampling}, \
         \"wall_s\": {wall}, \"gradients\": {gradients}}}",
        settings.chains, settings.warmup, settings.sampling
    );
}

/// Time on the processor of this thread, where the system tells it, or of the wall clock.
struct Clock {
    wall: Instant,
    processor: Option<f64>,
}

impl Clock {
    fn start() -> Clock {
        Clock { wall: Instant::now(), processor: on_processor() }
    }

    fn seconds(&self) -> f64 {
        let since = on_processor().zip(self.processor).map(|(now, then)| now - then);
        since.unwrap_or_else(|| self.wall.elapsed().as_secs_f64())
    }
}

/// Nanoseconds that the kernel counted for this thread.
fn on_processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}
