//! Tables: they scroll inside their own box, name their columns and rows, and can be folded away.

use maud::{Markup, html};

/// A table whose first column names its rows.
pub fn table(caption: &str, head: &[&str], rows: Vec<Vec<String>>) -> Markup {
    let rows: Vec<Vec<Markup>> =
        rows.into_iter().map(|row| row.into_iter().map(|cell| html! { (cell) }).collect()).collect();
    rich(caption, head, &rows)
}

/// The same with marked-up cells.
pub fn rich(caption: &str, head: &[&str], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(caption) {
            table {
                caption class="unseen" { (caption) }
                thead { tr { @for name in head { th scope="col" { (name) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @if let Some((first, rest)) = row.split_first() {
                                th scope="row" { (first) }
                                @for cell in rest { td { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A table that opens on demand, and on paper.
pub fn folded(summary: &str, caption: &str, head: &[&str], rows: Vec<Vec<String>>) -> Markup {
    html! { details { summary { (summary) } (table(caption, head, rows)) } }
}
