//! Other samplers than the project's own on the same posterior: what they give for the same time.

pub mod ask;
pub mod clock;
pub mod nuts;
pub mod race;
