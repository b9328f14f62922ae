//! Pages of messages about imported files: the first example raises its code and no other error, the second does not.

use counterflow_lang::{Code, Compiled, Severity, SourceFile};
use counterflow_xmile::compile;

fn examples(page: &str) -> Vec<String> {
    page.split("```xml\n").skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

fn run(text: &str) -> Compiled {
    compile(&SourceFile { path: "example.xmile".into(), text: text.into() })
}

fn fault(code: Code) -> Option<String> {
    let page = code.page();
    if !page.starts_with(&format!("# {code}: {}\n", code.title())) {
        return Some("the heading is not the code and its title".into());
    }
    let examples = examples(page);
    let [wrong, right] = &examples[..] else { return Some("a page has two examples".into()) };
    let found = run(wrong);
    let errors = found.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    if errors.clone().any(|d| d.code != code) || found.diagnostics.iter().all(|d| d.code != code) {
        return Some(format!("the example raises {:?}", found.diagnostics));
    }
    let mended = run(right);
    (mended.model.is_none() || !mended.diagnostics.is_empty()).then(|| format!("mended: {:?}", mended.diagnostics))
}

#[test]
fn every_page_raises_its_code_and_mends_it() {
    let ours = Code::ALL.iter().filter(|code| code.text()[1..].starts_with('7'));
    let faults: Vec<String> = ours.filter_map(|code| fault(*code).map(|fault| format!("{code}: {fault}"))).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
