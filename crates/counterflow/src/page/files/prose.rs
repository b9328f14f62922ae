//! Text of claims as HTML: paragraphs and points, citations and code; everything else is text and is escaped.

use maud::{Markup, Render, html};

use crate::project::Project;

/// The HTML of a text: one paragraph or point a line, citations as `[key; other]`, code between backticks.
pub(super) fn html(project: &Project, text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let blocks = lines.chunk_by(|one, next| is_point(one) == is_point(next));
    html! {
        @for block in blocks {
            @if is_point(block[0]) {
                ul { @for line in block { li { (inline(project, &line[2..])) } } }
            } @else {
                @for line in block { p { (inline(project, line)) } }
            }
        }
    }
    .into_string()
}

fn is_point(line: &str) -> bool {
    line.starts_with("- ")
}

/// A line with its code and citations.
fn inline(project: &Project, line: &str) -> Markup {
    let parts = line.split('`').enumerate();
    html! {
        @for (at, part) in parts {
            // Every second part stands between backticks.
            @if at % 2 == 1 { code { (part) } } @else { (cited(project, part)) }
        }
    }
}

/// A stretch of text with its citations as links.
fn cited(project: &Project, text: &str) -> Markup {
    let mut made: Vec<Markup> = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('[') {
        let Some((inside, after)) = from.split_once(']') else { break };
        let keys: Vec<&str> = inside.split(';').map(str::trim).collect();
        made.push(before.render());
        if keys.iter().all(|key| project.bibliography.contains_key(*key)) {
            made.push(citation(project, &keys));
        } else {
            made.push(format!("[{inside}]").render());
        }
        rest = after;
    }
    made.push(rest.render());
    html! { @for part in &made { (part) } }
}

/// Links to sources, in brackets. The page tells of a source where its key leads.
fn citation(project: &Project, keys: &[&str]) -> Markup {
    html! {
        "("
        @for (at, key) in keys.iter().enumerate() {
            @if at > 0 { "; " }
            @if let Some(source) = project.bibliography.get(*key) {
                a class="source" href={ "#/sources/" (key) } data-source=(key) title=(source.title) { (source.short_name()) }
            }
        }
        ")"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_safe_html() {
        let project = Project::bundled().expect("the bundled model reads");
        let text =
            "First <b>line</b> & [lim2022_source; cdc_vsrr].\n- a `x < y` point [not a key]\n- another\nLast [open.";
        let found = html(&project, text);
        assert!(found.starts_with("<p>First &lt;b&gt;line&lt;/b&gt; &amp; (<a class=\"source\""), "{found}");
        assert!(found.contains("data-source=\"lim2022_source\"") && found.contains(">Lim 2022</a>; <a"), "{found}");
        assert!(
            found.contains("<ul><li>a <code>x &lt; y</code> point [not a key]</li><li>another</li></ul>"),
            "{found}"
        );
        assert!(found.ends_with("<p>Last [open.</p>"), "{found}");
    }
}
