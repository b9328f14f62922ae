//! The bundled model with most of its parameters held, small enough that a posterior takes less than a minute.

use std::path::Path;

use counterflow::Project;
use counterflow::calibration::{CalibrationDensity, CalibrationOptions};

use crate::world::World;

/// The parameters that stay uncertain: of every sector that data reach, some that levels follow, and scales of the
/// likelihoods. The discrepancy is held at none, so that what the data say goes through the mechanisms alone.
const KEPT: &[&str] = &[
    "arrival",
    "death_dispersion",
    "effort_growth",
    "fentanyl_multiplier",
    "homicide_dispersion",
    "homicides_per_kill",
    "interception_ports",
    "kit_reach",
    "patient_scatter",
    "pill_2019",
    "pill_scatter",
    "purity_2019",
    "purity_scatter",
    "relapse",
    "seeking",
    "seizure_scatter",
    "spread_rate",
    "yearly_dispersion",
];

/// The world of the bundled model in which only [`KEPT`] is uncertain.
pub fn national() -> World {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/fentanyl");
    let project = Project::open(&folder).expect("the bundled model reads");
    let density = CalibrationDensity::new(&project, &CalibrationOptions::default()).expect("the model has data");
    let kept = |name: &String| KEPT.contains(&name.as_str());
    let held = density.names().iter().filter(|name| !kept(name)).cloned().collect();
    drop(density);
    let world = World::of(project, held);
    assert_eq!(world.names.len(), KEPT.len(), "{:?}", world.names);
    world
}
