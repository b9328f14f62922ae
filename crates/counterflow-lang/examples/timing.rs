//! Timing.
use counterflow_lang::*;
fn main() {
    let time = |name: &str, text: String| {
        let len = text.len();
        let p = Project { files: vec![SourceFile { path: "a.md".into(), text }], ..Project::default() };
        let t = std::time::Instant::now();
        let c = compile(&p);
        println!("{name}: {len} bytes, {:?}, {} diagnostics, model {:?}", t.elapsed(), c.diagnostics.len(), c.model.map(|m| m.variables.len()));
        for d in c.diagnostics.iter().take(2) { println!("   {d}"); }
    };
    let head = "```counterflow\nhorizon 0 to 10 steps 4 saves 4\nunit people\ndimension mode = a, b, c\n";
    let mut v = String::from(head);
    for i in 0..100 {
        v += &format!("param p{i}[mode] : 1/year = 0.1, 0.2, 0.3\n  range 0 .. 1 prior Beta(1, 2) grade assumed\n  \"A parameter\"\n");
        v += &format!("stock s{i}[mode] : people\n  initial 100 * one\n  inflow f{i}\n  \"A stock\"\n");
        v += &format!("flow f{i}[mode] : people/year = p{i} * SUM(s{i}[*]) + MIN(s{}, s{i}) * p{i}^2 / SUM(p{i}[*]) - SMTH1(s{i} * p{i}, 2)\n  \"A flow\"\n", (i + 1) % 100);
    }
    v += "param one : people = 1\n";
    v += "```\n"; time("300 variables", v.clone());
    time("300 variables", v);
    let words = ["aux", "x", "=", "(", "1", "\n", "y", "+", "\"t\"", ":", "flow", "zz", "[", "]", "SUM", "param", "stock"];
    let mut s = String::from(head);
    let mut r: u64 = 1;
    while s.len() < 4_000_000 { r = r.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407); s += words[(r >> 33) as usize % words.len()]; s.push(' '); }
    time("soup", s.clone());
    let s: String = s.replace("\n ", "\n");
    time("soup", s);
    let mut s = String::from(head);
    for i in 0..150_000 { s += &format!("aux c{i} : 1 = c{}\n", i + 1); }
    time("chain", s.clone() + "aux c150000 : 1 = 1\n");
    time("circle", s + "aux c150000 : 1 = c0\n");
    let mut s = String::from(head);
    for i in 0..100_000 { s += &format!("aux c{i} : 1 = d{i}\n"); }
    time("unknown", s);
    let mut s = String::from(head);
    for i in 0..40_000 { s += &format!("aux c{i} : 1 = c{} + c{} + c{}\n", (i * 7) % 40000, (i * 13 + 1) % 40000, (i*31+5)%40000); }
    time("tangle", s);
    let mut s = String::from(head);
    for i in 0..60_000 { s += &format!("lever l{i} : 1 = 1 cost 1 * usd payer x\n"); }
    time("levers", s + "aux z : USD/year = lever_costs\nparam usd : USD/year = 1\n");
    let mut s = String::from("```counterflow\ndimension m = ");
    for i in 0..90_000 { s += &format!("e{i},"); }
    s += "z\naux x[m] : 1 = {";
    for i in 0..90_000 { s += &format!("e{i}: 1,"); }
    time("braces", s + "z: 1}\nhorizon 0 to 1 steps 1\n");
    let mut s = String::from("```counterflow\nunit x");
    for i in 0..400_000 { s += &format!(",u{i}"); }
    time("units", s);
}
