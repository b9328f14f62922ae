//! Equations of a chapter, each with its unit, its sentence and its links both ways; and its lookups.

use counterflow::report::scale::{Scale, extent};
use counterflow::report::svg::{Frame, drawing, path, plot, text};
use counterflow::report::words::{exact, slug, spaced, unit};
use counterflow_model::{Definition, Equation, Lookup, LookupId, Variable, VariableId};
use maud::{Markup, html};

use super::Chapter;
use crate::addresses::{begins_lookup, page_of};
use crate::diagram::names;

/// Height of a lookup's plot.
const HEIGHT: f64 = 90.0;

/// Whether a variable is given from outside: a number or a lever.
pub fn is_input(definition: &Definition) -> bool {
    matches!(definition, Definition::Parameter(_) | Definition::Lever(_))
}

impl Chapter<'_> {
    /// All equations in the order of the text.
    pub fn equations(&self) -> Option<Markup> {
        let own: Vec<VariableId> = (self.model.ids())
            .filter(|id| self.is_own(*id) && !is_input(&self.model.variable(*id).definition))
            .collect();
        (!own.is_empty()).then(|| html! { @for id in own { (self.variable(id)) } })
    }

    fn variable(&self, id: VariableId) -> Markup {
        let variable = self.model.variable(id);
        let anchor = self.addresses.anchor(id);
        let unit = unit(&variable.unit.to_string());
        html! {
            div class="variable" id=(anchor) {
                p class="what" {
                    strong { (spaced(&variable.name)) } " "
                    small { (kind(variable)) @if !unit.is_empty() { ", " (unit) } }
                    br; (variable.documentation)
                }
                (self.lines_of(id))
                (self.relations(id))
            }
        }
    }

    /// Links to what a variable reads and what reads it.
    pub fn relations(&self, id: VariableId) -> Markup {
        let (reads, read_by) = (self.uses.reads(id), self.uses.read_by(id));
        html! {
            @if !reads.is_empty() || !read_by.is_empty() {
                p class="relations" {
                    @if !reads.is_empty() { "Uses " (names(self.model, self.addresses, reads.iter().copied())) ". " }
                    @if !read_by.is_empty() { "Used by " (names(self.model, self.addresses, read_by.iter().copied())) "." }
                }
            }
        }
    }

    fn lines_of(&self, id: VariableId) -> Markup {
        let math = self.math();
        let left = math.left(id, None);
        match &self.model.variable(id).definition {
            Definition::Flow(equation) | Definition::Auxiliary(equation) => {
                self.right_sides(id, equation, &|left| left)
            }
            Definition::Stock(stock) => {
                let rate = |left: Markup| html! { mfrac { mrow { mi { "d" } mspace width="0.15em" {} (left) } mrow { mi { "d" } mspace width="0.15em" {} mi { "time" } } } };
                let start = |left: Markup| html! { msub { mrow { (left) } mtext { "start" } } };
                html! { (self.right_sides(id, &stock.net, &rate)) (self.right_sides(id, &stock.initial, &start)) }
            }
            Definition::Cell(cell) => {
                let next = |left: Markup| html! { msub { mrow { (left) } mtext { "next" } } };
                let start = |left: Markup| html! { msub { mrow { (left) } mtext { "start" } } };
                html! { (self.right_sides(id, &cell.next, &next)) (self.right_sides(id, &cell.initial, &start)) }
            }
            Definition::Parameter(_) | Definition::Lever(_) => html! { (left) },
        }
    }

    fn right_sides(&self, id: VariableId, equation: &Equation, left: &dyn Fn(Markup) -> Markup) -> Markup {
        let math = self.math();
        html! {
            @match equation {
                Equation::Every(expr) => (math.equation(&left(math.left(id, None)), expr)),
                Equation::Each(exprs) => {
                    @for (position, expr) in exprs.iter().enumerate() {
                        (math.equation(&left(math.left(id, Some(position))), expr))
                    }
                }
            }
        }
    }

    /// Lookups that the chapter's text declares.
    pub fn lookups(&self) -> Option<Markup> {
        let page = page_of(&self.model.sectors[self.sector.0].path);
        let declared = |name: &str| self.source().lines().any(|line| begins_lookup(line, name));
        let own = self.model.lookups.iter().enumerate().filter(|(_, lookup)| declared(&lookup.name));
        let drawn: Vec<Markup> = own.map(|(position, lookup)| self.lookup(LookupId(position), lookup, &page)).collect();
        (!drawn.is_empty()).then(|| html! { div class="small-panels" { @for one in drawn { (one) } } })
    }

    fn lookup(&self, id: LookupId, lookup: &Lookup, page: &str) -> Markup {
        let anchor =
            self.addresses.lookup(id).and_then(|address| address.split_once('#')).map_or("", |(_, anchor)| anchor);
        let points: Vec<(f64, f64)> = lookup.x.iter().copied().zip(lookup.y.iter().copied()).collect();
        let listed: Vec<String> = points.iter().map(|(x, y)| format!("({}, {})", exact(*x), exact(*y))).collect();
        let (low, high) = extent(lookup.y.iter().copied()).unwrap_or((0.0, 1.0));
        let x = Scale::new(points.first().map_or(0.0, |p| p.0), points.last().map_or(1.0, |p| p.0));
        let frame = Frame { x, y: Scale::new(low, high), height: HEIGHT };
        let title = format!("Lookup {}", spaced(&lookup.name));
        let description = format!("A line through the points {}.", listed.join(", "));
        let content = html! {
            (plot(14.0, HEIGHT, path("fitted", &frame.line(points.iter().copied()))))
            (text("tick", "0%", 11.0, "start", &exact(high)))
            (text("tick", "0%", HEIGHT + 30.0, "start", &format!("{} at {}", exact(lookup.y[0]), exact(x.low()))))
            (text("tick", "100%", HEIGHT + 30.0, "end", &format!("at {}", exact(x.high()))))
        };
        html! {
            figure id=(anchor) {
                h3 { (spaced(&lookup.name)) }
                (drawing(&format!("lookup-{}-{}", slug(page), slug(&lookup.name)), "chart small", HEIGHT + 36.0, &title, &description, content))
                figcaption { p { (self.sentence_of(&lookup.name)) } p { "Points: " (listed.join(", ")) } }
            }
        }
    }

    /// The sentence of a lookup's statement: the first text in quotation marks after its name.
    fn sentence_of(&self, name: &str) -> String {
        let mut lines = self.source().lines().skip_while(|line| !begins_lookup(line, name));
        let first = lines.next().into_iter();
        let statement: String = first.chain(lines.take_while(|line| line.starts_with(' '))).collect();
        statement.split('"').nth(1).unwrap_or("").to_owned()
    }
}

/// What a variable is, in a word.
pub fn kind(variable: &Variable) -> &'static str {
    match variable.definition {
        Definition::Stock(_) => "stock",
        Definition::Cell(_) => "cell",
        Definition::Flow(_) => "flow",
        Definition::Auxiliary(_) => "auxiliary",
        Definition::Parameter(_) => "parameter",
        Definition::Lever(_) => "lever",
    }
}
