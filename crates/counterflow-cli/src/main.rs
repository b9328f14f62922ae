//! The `counterflow` program.
use counterflow_engine::*;
fn main() {
    let p = counterflow::Project::bundled().unwrap_or_else(|e| { for x in e { println!("{x}"); } std::process::exit(2) });
    for d in &p.compiled.diagnostics { println!("{d}"); }
    let m = p.compiled.model.as_ref().unwrap();
    let names: Vec<String> = std::env::args().skip(1).collect();
    let mut saves = vec![]; 
    for n in &names {
        let (base, el) = match n.split_once(':') { Some((b,e)) => (b, e.parse().unwrap()), None => (n.as_str(), 0) };
        let id = m.find(base).unwrap_or_else(|| panic!("{base}"));
        saves.push(Save{what: What::Element(id, el), sampling: Sampling::Mean});
    }
    let t=std::time::Instant::now();
    let plan = Plan::new(m, &PlanOptions{saves, steps_per_year: None});
    eprintln!("{:?} plan {:?}", plan.size(), t.elapsed());
    let draw: Vec<f64> = plan.parameters().iter().map(|(id, e)| match &m.variable(*id).definition { counterflow_model::Definition::Parameter(q) => q.values[*e], _ => 0.0}).collect();
    let draws = vec![draw; 1]; let members=vec![0u64];
    let s = Schedule::default();
    let t=std::time::Instant::now();
    let job = Job{plan:&plan, draws:&draws, members:&members, seed:1, noise:false, schedule:&s, from: Start::Beginning, until: 2041.0, width: LaneWidth::Narrow, instructions: Instructions::Best};
    let r = run(&job);
    eprintln!("run {:?}", t.elapsed());
    print!("{:>6}", "year"); for n in &names { print!(" {:>12}", &n[..n.len().min(12)]); } println!();
    for y in 0..42 { let mut line=format!("{:>6}", 1999+y); for k in 0..names.len() { let v: f64 = (0..12).map(|i| r.at(k, y*12+i)[0]).sum::<f64>()/12.0; line += &format!(" {:>12.5}", if v.abs()>1e4 {(v).round()} else {v}); } println!("{line}"); }
    let draws = vec![draws[0].clone(); 1024]; let members: Vec<u64> = (0..1024).collect();
    let t=std::time::Instant::now();
    let job = Job{plan:&plan, draws:&draws, members:&members, until: 2025.5, width: LaneWidth::Wide, ..job};
    let _ = run(&job);
    eprintln!("1024 to 2025.5 {:?}", t.elapsed());
}
