//! Smoke.
use counterflow_lang::*;
#[test]
fn smoke() {
    let mut files = Vec::new();
    let mut names: Vec<_> =
        std::fs::read_dir("/work/main/models/fentanyl/sectors").unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    for p in names {
        files.push(SourceFile {
            path: p.file_name().unwrap().to_str().unwrap().into(),
            text: std::fs::read_to_string(&p).unwrap(),
        });
    }
    let p = Project {
        title: "t".into(),
        files,
        strict: true,
        horizon: Some(counterflow_model::Horizon {
            start: 1999.0,
            stop: 2041.0,
            steps_per_year: 48,
            saves_per_year: 12,
            method: counterflow_model::Method::Euler,
        }),
        ..Project::default()
    };
    let t = std::time::Instant::now();
    let c = compile(&p);
    println!("{:?}", t.elapsed());
    for d in &c.diagnostics {
        println!("{d}");
    }
}
