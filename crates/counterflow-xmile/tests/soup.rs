//! Whatever comes from outside: reading never panics and always ends.

use counterflow_lang::SourceFile;
use counterflow_xmile::compile;
use proptest::prelude::*;

/// A file with most constructs in it.
const FILE: &str = include_str!("everything.xmile");

fn read(text: &str) {
    let compiled = compile(&SourceFile { path: "soup.xmile".into(), text: text.into() });
    for found in &compiled.diagnostics {
        assert!(found.place.line >= 1 && found.place.span.end <= text.len(), "{found}");
        assert!(text.get(found.place.span.clone()).is_some(), "{found}");
    }
}

#[test]
fn the_file_itself_is_sound() {
    let compiled = compile(&SourceFile { path: "everything.xmile".into(), text: FILE.into() });
    assert!(compiled.model.is_some() && compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in ".{0,400}") {
        read(&text);
    }

    #[test]
    fn cut_off(at in 0..FILE.len()) {
        read(FILE.get(..at).unwrap_or_default());
    }

    #[test]
    fn with_something_else_in_it(at in 0..FILE.len(), length in 0_usize..40, piece in "[<>/&;\"'=a-z0-9()\\[\\]*+,:@{}. -]{0,12}") {
        let end = (at + length).min(FILE.len());
        if let (Some(before), Some(after)) = (FILE.get(..at), FILE.get(end..)) {
            read(&format!("{before}{piece}{after}"));
        }
    }

    #[test]
    fn any_equation(equation in "[-+*/^<>=()\\[\\],;:@.a-dTIMEIFTHENELSE0-9 ]{0,60}") {
        let specs = "<sim_specs><start>0</start><stop>4</stop></sim_specs>";
        let escaped = equation.replace('<', "&lt;");
        read(&format!("<xmile>{specs}<model><variables><aux name='a'><eqn>{escaped}</eqn></aux><aux name='b'><eqn>2</eqn></aux></variables></model></xmile>"));
    }
}
