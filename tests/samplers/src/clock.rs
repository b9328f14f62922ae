//! Time as samplers are charged for it.

use std::fs;
use std::thread::available_parallelism;
use std::time::Instant;

/// Time since a start, of the wall clock and on the processor. Other programs on the machine slow the first but not the
/// second, so samplers are held to the second.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    begun: Instant,
    processor: f64,
}

impl Clock {
    /// Starts now.
    pub fn start() -> Clock {
        Clock { begun: Instant::now(), processor: processor().unwrap_or(0.0) }
    }

    /// Seconds of the wall clock.
    pub fn wall(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// Seconds on the processor, all threads together; where the system does not tell, those that all cores had.
    pub fn processor(&self) -> f64 {
        processor().map_or_else(|| self.wall() * cores(), |now| now - self.processor)
    }
}

/// Cores that this program may use.
pub fn cores() -> f64 {
    available_parallelism().map_or(1.0, |cores| cores.get() as f64)
}

/// Seconds that this program had on the processor, in user and kernel, of which the kernel counts hundredths.
fn processor() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // The name in brackets may hold spaces; what follows does not.
    let fields: Vec<&str> = text.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |k: usize| fields.get(k)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_takes_time_of_both_kinds() {
        let clock = Clock::start();
        let mut sum = 0.0;
        while clock.wall() < 60.0 && clock.processor() < 0.05 {
            sum += (0..1000).map(f64::from).sum::<f64>();
        }
        assert!(sum > 0.0 && clock.wall() > 0.0 && clock.processor() >= 0.05);
    }
}
