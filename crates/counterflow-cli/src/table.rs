//! Tables of text for a terminal: columns as wide as what stands in them, the last one wrapped.

/// How a column is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// At the left.
    Left,
    /// At the right, for numbers.
    Right,
    /// At the left, wrapped to this width.
    Wrapped(usize),
    /// At the left, wrapped to what is left of the terminal.
    Rest,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    settings: Vec<Set>,
    rows: Vec<Vec<String>>,
}

/// Blanks between columns.
const GAP: &str = "  ";
/// A column that takes the rest of the line is never narrower than this.
const NARROWEST: usize = 20;

impl Table {
    /// A table with these columns: the heading and how it is set.
    pub fn new(columns: &[(&str, Set)]) -> Table {
        let headings = columns.iter().map(|(heading, _)| (*heading).to_owned()).collect();
        Table { settings: columns.iter().map(|(_, set)| *set).collect(), rows: vec![headings] }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    /// Adds a row of as many cells as there are.
    pub fn cells(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The table for a terminal of this width: headings, a line, rows.
    pub fn text(&self, terminal: usize) -> String {
        let widths = self.widths(terminal);
        let mut text = String::new();
        for (i, row) in self.rows.iter().enumerate() {
            let cells: Vec<Vec<String>> =
                row.iter().zip(&widths).map(|(cell, width)| self.wrapped(cell, *width)).collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for line in 0..height {
                let part = |column: usize| cells[column].get(line).map_or("", String::as_str);
                let set: Vec<String> = (0..cells.len()).map(|c| self.set(c, part(c), widths[c])).collect();
                text.push_str(set.join(GAP).trim_end());
                text.push('\n');
            }
            if i == 0 {
                let lines: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                text.push_str(&lines.join(GAP));
                text.push('\n');
            }
        }
        text
    }

    fn widths(&self, terminal: usize) -> Vec<usize> {
        let longest = |column: usize| {
            let lines = self.rows.iter().filter_map(|row| row.get(column)).flat_map(|cell| cell.lines());
            lines.map(width).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..self.settings.len()).map(longest).collect();
        for (width, set) in widths.iter_mut().zip(&self.settings) {
            if let Set::Wrapped(most) = set {
                *width = (*width).min(*most);
            }
        }
        if let Some(rest) = self.settings.iter().position(|set| *set == Set::Rest) {
            let gaps = GAP.len() * (widths.len() - 1);
            let others: usize = widths.iter().enumerate().filter(|(c, _)| *c != rest).map(|(_, width)| width).sum();
            widths[rest] = widths[rest].min(terminal.saturating_sub(others + gaps).max(NARROWEST));
        }
        widths
    }

    fn wrapped(&self, cell: &str, width: usize) -> Vec<String> {
        cell.lines().flat_map(|line| wrap(line, width)).collect()
    }

    fn set(&self, column: usize, text: &str, columns: usize) -> String {
        let blanks = " ".repeat(columns.saturating_sub(width(text)));
        if self.settings[column] == Set::Right { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
    }
}

/// Width in columns; the model's texts have no wide characters.
fn width(text: &str) -> usize {
    text.chars().count()
}

/// Breaks text at blanks, so that no line is longer than `columns` unless a word is.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("starts with one");
        if !line.is_empty() && width(line) + 1 + width(word) > columns {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// Wrapped text with every line indented.
pub fn indented(text: &str, indent: usize, columns: usize) -> String {
    let lines = wrap(text, columns.saturating_sub(indent).max(NARROWEST));
    lines.iter().map(|line| format!("{:indent$}{line}\n", "")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_wrap() {
        let mut table = Table::new(&[("name", Set::Left), ("value", Set::Right), ("text", Set::Rest)]);
        table.row(["a".into(), "1".into(), "some words that are wrapped at blanks".into()]);
        table.row(["bcd".into(), "-20.5".into(), "short".into()]);
        let expected = "\
name  value  text
----  -----  --------------------
a         1  some words that are
             wrapped at blanks
bcd   -20.5  short
";
        assert_eq!(table.text(30), expected);
    }
}
