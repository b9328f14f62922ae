//! `calibrate` from the command to the files it leaves, on a model of one field.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const HEAD: &str = "\
title = \"Rabbits\"
version = \"1\"
[horizon]
start = 2000.0
stop = 2006.0
steps_per_year = 24
saves_per_year = 12
method = \"euler\"
[compare]
from = 2004.0
to = 2005.0
data_through = 2005.0
data_through_label = \"2005\"
";

const FIELD: &str = "\
# Rabbits

One field with room for some.

```counterflow
unit rabbit
param growth : 1/year = 0.5   range 0.1 .. 1   prior Normal(0.5, 0.2)
param room : rabbit = 200   range 100 .. 400   prior Normal(200, 40)
param first : rabbit = 100
param scatter : 1 = 0.05
flow births : rabbit/year = growth * (MIN(rabbits, room) - rabbits / 2)
stock rabbits : rabbit
  initial first
  inflow births
observe counted = rabbits from rabbits_year
  mean year ~ LogStudent(scatter)
```
";

const ABOUT: &str = "\
title = \"Rabbits\"
publisher = \"The field\"
what = \"Rabbits counted\"
unit = \"rabbit\"
period = \"year\"
kind = \"level\"
span = \"2000 to 2004\"
vintage = \"2005\"
found_in = \"the field\"
licence = \"none\"
how_made = \"counted\"
role = \"fit\"
";

fn model(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    for inner in ["sectors", "data"] {
        std::fs::create_dir_all(folder.join(inner)).unwrap();
    }
    for (file, text) in [
        ("model.toml", HEAD),
        ("sectors/00_field.md", FIELD),
        ("data/rabbits_year.csv", "period,value\n2000,115\n2001,145\n2002,190\n2003,230\n2004,260\n"),
        ("data/rabbits_year.toml", ABOUT),
    ] {
        std::fs::write(folder.join(file), text).unwrap();
    }
    folder
}

/// Draws and what is written beside them.
fn calibrated(model: &Path, name: &str, more: &[&str]) -> (String, String) {
    let out = model.join("out");
    let few = ["--chains", "2", "--warmup", "20", "--sampling", "20", "--leapfrog", "4", "--draws", "10"];
    let output = Command::new(env!("CARGO_BIN_EXE_counterflow"))
        .arg("calibrate")
        .arg(model)
        .arg("--out")
        .arg(&out)
        .args(["--name", name])
        .args(few)
        .args(more)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    // So few paths need not agree, which is the answer no.
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{message}");
    let read = |ending: &str| {
        std::fs::read_to_string(out.join(format!("{name}.{ending}"))).unwrap_or_else(|e| panic!("{e}: {message}"))
    };
    (read("csv"), read("toml"))
}

#[test]
fn a_smooth_calibration_says_so_and_finds_other_draws() {
    let model = model("smooth_rabbits");
    let (exact, about) = calibrated(&model, "main", &[]);
    assert_eq!(exact.lines().count(), 11, "{exact}");
    assert!(!about.contains("smooth =") && !about.contains("--smooth"), "{about}");
    let (again, _) = calibrated(&model, "main", &[]);
    assert_eq!(exact, again, "the same command gives the same draws");
    let (smooth, about) = calibrated(&model, "main", &["--smooth", "0.2"]);
    assert!(about.lines().any(|line| line == "smooth = 0.2"), "{about}");
    assert!(about.lines().any(|line| line.starts_with("command = ") && line.ends_with("--smooth 0.2\"")), "{about}");
    assert_ne!(exact, smooth, "unfinished work of exact formulas is not taken up");
}

#[test]
fn own_figures_take_the_place_of_the_record_and_chains_start_from_its_posterior() {
    let model = model("own_rabbits");
    let (_, _) = calibrated(&model, "main", &[]);
    let kept = model.join("posterior");
    std::fs::create_dir_all(&kept).unwrap();
    for ending in ["csv", "toml"] {
        std::fs::copy(model.join("out").join(format!("main.{ending}")), kept.join(format!("main.{ending}"))).unwrap();
    }
    let own = model.join("own.csv");
    std::fs::write(&own, "year,seen\n2003,240\n2000,115\n2002,<10\n2004,310\n").unwrap();
    let own = own.to_str().unwrap();
    let map = ["--data", own, "--map", "seen=counted,year=date"];
    let (record, about) = calibrated(&model, "from_main", &["--start", "main"]);
    assert!(about.contains(" --start main"), "{about}");
    let (other, about) = calibrated(&model, "own", &[map.as_slice(), &["--arviz"]].concat());
    assert_ne!(record, other, "other figures, other draws");
    assert!(about.contains(" --data own.csv --map seen=counted --map year=date --start main"), "{about}");

    let text = std::fs::read_to_string(model.join("out/own.arviz.json")).unwrap();
    let inference: serde_json::Value = serde_json::from_str(&text).unwrap();
    let growth = inference["posterior"]["growth"].as_array().unwrap();
    assert_eq!((growth.len(), growth[0].as_array().unwrap().len()), (2, 20), "chains and draws");
    assert_eq!(inference["observed_data"]["counted"], serde_json::json!([115.0, 240.0, 310.0]));
    assert_eq!(inference["coords"]["counted_period"], serde_json::json!(["2000", "2003", "2004"]));
    let densities = inference["sample_stats"]["lp"][0].as_array().unwrap();
    assert!(densities.len() == 20 && densities.iter().all(|x| x.as_f64().is_some_and(f64::is_finite)));
}
