//! What is kept is what the engine gives: read back from the disk and held against runs in memory.

use std::path::PathBuf;

use super::table::{Column, read};
use super::*;
use crate::simulate::{Request as Plain, Values, simulate};

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("counterflow_{name}_{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn request(members: u64, design: Design) -> Request {
    Request {
        policy: Policy::status_quo(),
        series: vec!["overdose_deaths".to_owned(), "price_index".to_owned()],
        from: None,
        to: None,
        every: Every::Save,
        members,
        design,
        seed: 5,
        chunk: 48,
        trajectories: true,
        part: Part::WHOLE,
    }
}

/// All rows of a run's tables of one kind, column by column.
fn rows(folder: &Path, manifest: &Manifest, table: &str) -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> = Vec::new();
    for file in manifest.chunks.iter().flat_map(|chunk| &chunk.files).filter(|file| file.path.starts_with(table)) {
        let take = |columns: &[Column]| {
            all.resize(columns.len(), Vec::new());
            for (into, column) in all.iter_mut().zip(columns) {
                match column {
                    Column::Whole(values) => into.extend(values.iter().map(|x| *x as f64)),
                    Column::Real(values) => into.extend(values),
                }
            }
            Ok(())
        };
        read(&folder.join(&file.path), take).unwrap();
    }
    all
}

#[test]
fn what_is_kept_is_what_was_run() {
    let (project, folder) = (Project::bundled().unwrap(), folder("kept"));
    let request = request(100, Design::Posterior);
    let standing = run(&project, &request, &folder, &|| false, &mut |_| ()).unwrap();
    let identity = &standing.manifest.identity;
    let (outcomes, paths) =
        (rows(&folder, &standing.manifest, "outcomes"), rows(&folder, &standing.manifest, "trajectories"));
    let times = identity.times.len();
    assert_eq!((outcomes[0].len(), paths[0].len(), times), (100, 100 * times, 504));
    assert!(outcomes[0].iter().copied().eq((0..100).map(f64::from)));
    for member in [0, 47, 48, 99] {
        let counted = |k: usize| {
            let rows = member * times..(member + 1) * times;
            let inside = rows.filter(|row| (2026.0 - 1e-9..2036.0 - 1e-9).contains(&paths[1][*row]));
            inside.map(|row| paths[k][row]).fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0))
        };
        let ((deaths, months), (price, _)) = (counted(2), counted(3));
        assert_eq!((months, outcomes[1][member], outcomes[2][member]), (120.0, deaths / 120.0 * 10.0, price / 120.0));
    }
    // The same members as `--draws`; its values are at the start of each month, so that only the level can be compared.
    let plain = Plain {
        policy: Policy::status_quo(),
        series: request.series.clone(),
        from: None,
        to: None,
        every: Every::Save,
        draws: Some(100),
        seed: 5,
    };
    let simulation = simulate(&project, &plain, &mut |_, _| ()).unwrap();
    let Values::Bands(bands) = &simulation.columns[0].values else { panic!("bands") };
    let mut column: Vec<f64> = (0..100).map(|member| paths[2][member * times + 300]).collect();
    column.sort_by(f64::total_cmp);
    assert!((column[50] / bands[300].median - 1.0).abs() < 0.05, "{} and {}", column[50], bands[300].median);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_run_that_is_told_to_stop_stops_at_a_chunk() {
    let (project, folder) = (Project::bundled().unwrap(), folder("stopped"));
    let request = Request { every: Every::Year, trajectories: false, ..request(144, Design::Sobol) };
    let chunks = std::cell::Cell::new(0);
    let mut hear = |event| chunks.set(chunks.get() + u32::from(matches!(event, Event::Chunk(..))));
    let stopped = run(&project, &request, &folder, &|| chunks.get() == 2, &mut hear).unwrap();
    assert_eq!((stopped.stopped, stopped.computed, stopped.manifest.done()), (true, 96, 96));
    assert!(stopped.outcomes.is_empty() && stopped.manifest.result.is_none());
    let whole = run(&project, &request, &folder, &|| false, &mut |_| ()).unwrap();
    assert_eq!((whole.stopped, whole.computed, whole.outcomes.len()), (false, 48, 2));
    std::fs::remove_dir_all(&folder).unwrap();
}
