//! XML text: elements with attributes, indented, escaped.

/// A text that grows by elements.
#[derive(Debug, Default)]
pub struct Xml {
    text: String,
    open: Vec<&'static str>,
}

/// Attributes of an element.
pub type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Xml {
    /// A text that begins with the XML declaration.
    pub fn new() -> Xml {
        Xml { text: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".into(), open: Vec::new() }
    }

    /// Begins an element that holds others.
    pub fn begin(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.head(name, attributes);
        self.text.push_str(">\n");
        self.open.push(name);
    }

    /// Ends the element that was begun last.
    pub fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.text.push_str(&format!("</{name}>\n"));
        }
    }

    /// An element that holds text, or nothing if the text is empty.
    pub fn leaf(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.head(name, attributes);
        if text.is_empty() {
            self.text.push_str("/>\n");
        } else {
            self.text.push_str(&format!(">{}</{name}>\n", escaped(text)));
        }
    }

    /// The whole text.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.text
    }

    fn head(&mut self, name: &str, attributes: Attributes<'_>) {
        self.indent();
        self.text.push_str(&format!("<{name}"));
        for (key, value) in attributes {
            self.text.push_str(&format!(" {key}=\"{}\"", escaped(value)));
        }
    }

    fn indent(&mut self) {
        self.text.push_str(&"  ".repeat(self.open.len()));
    }
}

/// Text without characters that XML reserves or forbids.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_nest_and_escape() {
        let mut xml = Xml::new();
        xml.begin("aux", &[("name", "a \"b\"")]);
        xml.leaf("eqn", &[], "x < 1 & y");
        xml.leaf("dim", &[("name", "mode")], "");
        let expected =
            "<aux name=\"a &quot;b&quot;\">\n  <eqn>x &lt; 1 &amp; y</eqn>\n  <dim name=\"mode\"/>\n</aux>\n";
        assert_eq!(xml.finish().split_once('\n').map(|(_, rest)| rest.to_owned()), Some(expected.to_owned()));
    }
}
