//! Names of XMILE: case, blanks and underscores make no difference, and quotes and escapes are not part of them.

/// The form in which names are compared: lower case, runs of blanks and underscores as one underscore.
pub fn canonical(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in unescaped(name).trim_matches(is_blank).chars() {
        if !is_blank(c) {
            out.extend(c.to_lowercase());
        } else if !out.ends_with('_') {
            out.push('_');
        }
    }
    out
}

/// The form in which names are shown: as written, without quotes, on one line.
pub fn shown(name: &str) -> String {
    unescaped(name).split(|c: char| c.is_whitespace()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Blanks of names: white space, among it the one that does not break, and the underscore.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '_'
}

/// Without surrounding quotes; `\n` is a blank, and `\"` and `\\` are what stands behind the stroke.
fn unescaped(name: &str) -> String {
    let name = name.trim();
    let inner = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(name);
    let mut out = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some('n' | 'r' | 't') => out.push(' '),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_blanks_and_quotes_make_no_difference() {
        for name in ["Stock A", "stock_a", "\"STOCK  a\"", "Stock\\nA", " stock _ A "] {
            assert_eq!(canonical(name), "stock_a", "{name}");
        }
        assert_eq!(canonical(r#""wom\"bat""#), "wom\"bat");
        assert_eq!(shown("\"Big\\nName_1\""), "Big Name_1");
    }
}
