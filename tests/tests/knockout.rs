//! Knock-outs of the bundled model: every named loop can be cut, and cutting it shows.

use counterflow::Project;
use counterflow::knockout::knockouts;

#[test]
fn every_loop_is_cut_and_the_strong_ones_show() {
    let project = Project::bundled().expect("the bundled model reads");
    let found = knockouts(&project, 16, None, &mut |_| ()).expect("the loops are cut");
    assert!(found.rows.len() >= 10, "{}", found.rows.len());
    assert_eq!(found.draws, 16);
    for row in &found.rows {
        assert!(row.not_a_number < found.draws / 2, "{}: {} draws give no number", row.id, row.not_a_number);
        assert!(row.log_likelihood.median.is_finite() && row.outcomes.iter().all(|band| band.median.is_finite()));
        let moves = row.outcomes.iter().any(|band| band.median != 0.0) || row.log_likelihood.median != 0.0;
        assert!(moves, "cutting {} changes nothing at all: its statement names the wrong variable", row.id);
    }
    let row = |id: &str| found.rows.iter().find(|row| row.id == id).unwrap_or_else(|| panic!("no loop {id}"));
    let deaths = found.outcomes.iter().position(|id| id == "us_deaths_all").expect("an outcome");
    // The literature's strongest loop [Lim et al. 2022]: without it deaths rise, and the data do not fit.
    assert!(row("perceived_risk").outcomes[deaths].lo90 > 0.0);
    assert!(row("perceived_risk").log_likelihood.hi90 < -100.0);
}
