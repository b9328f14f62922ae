//! Broken files: each is told what it lacks, and where.

use counterflow_lang::SourceFile;
use counterflow_xmile::compile;

const SPECS: &str = "<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>";

fn messages(text: &str) -> Vec<String> {
    let compiled = compile(&SourceFile { path: "m".into(), text: text.into() });
    assert!(compiled.model.is_none(), "{text}");
    compiled.diagnostics.iter().map(ToString::to_string).collect()
}

/// The first message about a model whose variables begin on line 2.
#[track_caller]
fn check(variables: &str, expected: &str) {
    let text = format!("<xmile>{SPECS}<model><variables>\n{variables}</variables></model></xmile>");
    let messages = messages(&text);
    assert!(messages.iter().any(|m| m.starts_with(expected)), "{messages:#?}");
}

#[track_caller]
fn check_file(text: &str, expected: &str) {
    let messages = messages(text);
    assert!(messages.iter().any(|m| m.starts_with(expected)), "{messages:#?}");
}

#[test]
fn files_that_are_no_model() {
    check_file("", "m:1:1: error E7001: this is no XML");
    check_file("not XML", "m:1:1: error E7001");
    check_file("<xmile>\n<model>", "m:2:1: error E7001: `model` is not closed");
    check_file("<xmile>\n <model></modle></xmile>", "m:2:");
    check_file("<html/>", "m:1:1: error E7002: found the element `html`");
    check_file("<xmile><model/></xmile>", "m:1:1: error E7002: this file has no `sim_specs`");
    check_file(&format!("<xmile>{SPECS}</xmile>"), "m:1:1: error E7002: this file holds no `model`");
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<xmile>&b;</xmile>";
    check_file(bomb, "m:2:8: error E7001: `&b;` names no character");
    check_file(&"<a>".repeat(5000), "m:1:193: error E7001: elements are nested more than 64 deep");
}

#[test]
fn times_that_lead_nowhere() {
    let file = |specs: &str| format!("<xmile>\n<sim_specs>{specs}</sim_specs><model/></xmile>");
    check_file(&file("<start>5</start><stop>4</stop>"), "m:2:1: error E7002: the run stops at 4");
    check_file(&file("<start>0</start><stop>x</stop>"), "m:2:34: error E0005: `x` is not a number");
    check_file(&file("<start>0</start><stop>1</stop><dt>0</dt>"), "m:2:46: error E7002: a step of 0");
    check_file(&file("<start>0</start><stop>1</stop><dt>1e-9</dt>"), "m:2:1: error E7002: a run from 0");
    check_file(&file("<start>0</start>"), "m:2:1: error E7002: `sim_specs` has no `stop`");
}

#[test]
fn rounded_times_are_told() {
    let told = |specs: &str, variables: &str| {
        let text = format!(
            "<xmile>\n<sim_specs{specs}><start>0</start><stop>3</stop><dt>0.1</dt></sim_specs>\n<model><variables>{variables}</variables></model></xmile>"
        );
        let compiled = compile(&SourceFile { path: "m".into(), text });
        assert!(compiled.model.is_some(), "{:#?}", compiled.diagnostics);
        compiled.diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let x = "<aux name='x'><eqn>TIME</eqn></aux>";
    let interval = told(" savestep='0.25'", x);
    assert_eq!(interval, "m:2:22: warning W7002: the save interval of 0.25 is 2.5 steps; 3 are used, 0.3");
    let variable = told("", "<aux name='SAVEPER'><eqn>0.25</eqn></aux>");
    assert_eq!(variable, "m:3:30: warning W7002: the save interval of 0.25 is 2.5 steps; 3 are used, 0.3");
    let stop = told(" savestep='0.8'", x);
    assert_eq!(stop, "m:2:1: warning W7002: the run ends at 2.4, the last saved point before its stop at 3");
    let delay = told("", "<aux name='x'><eqn>DELAY(TIME, 0.25)</eqn></aux>");
    assert_eq!(delay, "m:3:38: warning W7002: a fixed delay of 0.25 is 2.5 steps; 3 are used, 0.3");
    for specs in ["", " savestep='0.3'", " savestep='1'", " savestep='0.1'"] {
        assert_eq!(told(specs, x), "", "{specs}");
    }
}

#[test]
fn equations_that_do_not_read() {
    check("<aux name='x'/>", "m:2:12: error E7004: `x` has no equation");
    check("<aux name='x'><eqn>1 +</eqn></aux>", "m:2:22: error E1001: found the end of the equation");
    check("<aux name='x'><eqn>1 &lt; ) 2</eqn></aux>", "m:2:27: error E1001: found `)`");
    check("<aux name='x'><eqn>1 ~ 2</eqn></aux>", "m:2:22: error E0003: `~` has no meaning");
    check("<aux name='x'><eqn>\"y</eqn></aux>", "m:2:20: error E0004");
    check("<aux name='x'><eqn>1.2.3</eqn></aux>", "m:2:2");
    check("<aux name='x'><eqn>y z</eqn></aux>", "m:2:20: error E2001: no variable is called `y z`");
    check(
        "<aux name='rate'><eqn>1</eqn></aux><aux name='x'><eqn>rato</eqn></aux>",
        "m:2:55: error E2001: no variable is called `rato` (did you mean `rate`?)",
    );
    check(
        "<aux name='x'><eqn>SQRTT(2)</eqn></aux>",
        "m:2:20: error E2004: no function, macro or graphical function is called `SQRTT`",
    );
    check("<aux name='x'><eqn>SQRT(2, 3)</eqn></aux>", "m:2:20: error E1009: SQRT takes 1 arguments; found 2");
    check("<aux name='x'><eqn>??</eqn></aux>", "m:2:20: error E7004");
    check("<aux name='x'><eqn>1</eqn></aux><aux name='X'><eqn>1</eqn></aux>", "m:2:44: error E2002: `X` is declared");
    let deep = format!("<aux name='x'><eqn>{}1</eqn></aux>", "(".repeat(5000));
    check(&deep, "m:2:220: error E1006");
    let long = format!("<aux name='x'><eqn>1{}</eqn></aux>", "+1".repeat(5000));
    check(&long, "m:2:20: error E1006");
}

#[test]
fn circles_are_named() {
    let two = "<aux name='x'><eqn>y</eqn></aux>\n<aux name='y'><eqn>x + 1</eqn></aux>";
    check(two, "m:2:1: error E5001: these values depend on themselves within one step: `x` needs `y`");
    let initial = "<stock name='a'><eqn>b</eqn></stock><stock name='b'><eqn>a</eqn></stock>";
    check(initial, "m:2:1: error E5002: initial values depend on themselves");
}

#[test]
fn arrays_that_do_not_fit() {
    let with = |variables: &str| {
        let dimensions = "<dimensions><dim name='D'><elem name='a'/><elem name='b'/></dim></dimensions>";
        format!(
            "<xmile>{SPECS}{dimensions}<model><variables>\n<aux name='v'><dimensions><dim name='D'/></dimensions><eqn>1</eqn></aux>\n{variables}</variables></model></xmile>"
        )
    };
    check_file(&with("<aux name='x'><eqn>v[c]</eqn></aux>"), "m:3:22: error E3001: `d` has no element `c`");
    check_file(&with("<aux name='x'><eqn>v[a,b]</eqn></aux>"), "m:3:20: error E3002: `v` has 2 subscripts");
    check_file(&with("<aux name='x'><eqn>v</eqn></aux>"), "m:3:20: error E3003");
    check_file(&with("<aux name='x'><eqn>v[3]</eqn></aux>"), "m:3:22: error E3001");
    check_file(
        &with("<aux name='x'><dimensions><dim name='E'/></dimensions><eqn>1</eqn></aux>"),
        "m:3:38: error E2009",
    );
    let part =
        "<aux name='x'><dimensions><dim name='D'/></dimensions><element subscript='a'><eqn>1</eqn></element></aux>";
    check_file(&with(part), "m:3:12: error E7004: `x[b]` has no equation");
    let lists = "<aux name='x'><dimensions><dim name='D'/></dimensions><eqn>1, 2, 3</eqn></aux>";
    check_file(&with(lists), "m:3:60: error E3005: `x` has 3 equations for 2 elements");
}

#[test]
fn everything_that_is_not_supported_is_told_at_once() {
    let text = format!(
        "<xmile>{SPECS}<model><variables>\n<stock name='a'><eqn>1</eqn><conveyor/></stock>\n<stock name='b'><eqn>1</eqn><queue/></stock>\n\
         <aux name='x'><eqn>DELAY(TIME, TIME)</eqn></aux>\n<module name='m'/></variables></model></xmile>"
    );
    let messages = messages(&text);
    for start in [
        "m:2:29: error E7003: found a conveyor",
        "m:3:29: error E7003: found a queue",
        "m:4:20: error E7005",
        "m:5:15: error E2001",
    ] {
        assert!(messages.iter().any(|m| m.starts_with(start)), "{start}: {messages:#?}");
    }
}

#[test]
fn graphical_functions_that_are_none() {
    check("<aux name='x'><eqn>1</eqn><gf><ypts>1,2</ypts></gf></aux>", "m:2:27: error E1012");
    check("<aux name='x'><eqn>1</eqn><gf><xpts>2,1</xpts><ypts>1,2</ypts></gf></aux>", "m:2:27: error E1012");
    check("<aux name='x'><eqn>1</eqn><gf><xpts>1,b</xpts><ypts>1,2</ypts></gf></aux>", "m:2:39: error E0005");
    check("<gf name='g'><xpts>1,2</xpts><ypts>1,2</ypts></gf><aux name='x'><eqn>g</eqn></aux>", "m:2:70: error E2005");
}

#[test]
fn files_that_unroll_without_end_are_refused() {
    let calls = vec!["M(a)"; 40].join("+");
    let level = |k: usize| {
        let equation = if k == 6 { "a".to_owned() } else { calls.replace('M', &format!("M{}", k + 1)) };
        format!("<macro name='M{k}'><parm>a</parm><eqn>{equation}</eqn></macro>")
    };
    let macros: String = (0..=6).map(level).collect();
    let many = format!(
        "<xmile>{SPECS}<model><variables><aux name='x'><eqn>M0(1)</eqn></aux></variables></model>{macros}</xmile>"
    );
    assert!(messages(&many)[0].contains("E3007"));
    let wide = format!(
        "<xmile>{SPECS}<dimensions><dim name='D' size='90000'/></dimensions><model><variables>\
         <aux name='v'><dimensions><dim name='D'/></dimensions><eqn>1 + SUM(v) + nothing</eqn></aux></variables></model></xmile>"
    );
    assert!(messages(&wide).iter().any(|m| m.contains("E3007")));
}

#[test]
fn macros_that_call_themselves_end() {
    let text = format!(
        "<xmile>{SPECS}<model><variables><aux name='x'><eqn>M(1)</eqn></aux></variables></model>\
         <macro name='M'><parm>a</parm><eqn>M(a) + M(a)</eqn></macro></xmile>"
    );
    assert!(messages(&text)[0].contains("E1006"));
}
