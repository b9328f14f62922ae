//! Which vector instructions a run uses: found out when the program starts, so that one binary fits every machine.

use pulp::Arch;

/// A choice of vector instructions. Results are the same bits for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instructions {
    /// The best this machine has.
    Best,
    /// Only what every machine of this kind has (SSE2 on x86-64).
    Baseline,
}

/// Runs a closure compiled for the chosen instructions. What it calls must be `inline(always)` to profit.
#[inline(always)]
pub fn with<R>(choice: Instructions, work: impl FnOnce() -> R) -> R {
    match choice {
        Instructions::Best => Arch::new().dispatch(work),
        Instructions::Baseline => work(),
    }
}

/// Name of the best instructions of this machine.
pub fn available_instructions() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    match Arch::new() {
        Arch::V4(_) => return "AVX-512",
        Arch::V3(_) => return "AVX2",
        _ => {}
    }
    "baseline"
}
