//! Stocks and flows of a chapter: each group that flows join is one drawing, with the influences on its flows beside it.
//!
//! A stock is a box with a line down from it; a flow is a pipe with a valve between two such lines, or between a line
//! and a cloud where it comes from or goes to nothing that the model counts. Flows share a row where there is room.

mod groups;
mod layout;

use counterflow::report::svg::{fixed_drawing, path, text};
use counterflow::report::words::{count, list, slug, spaced, wrap};
use counterflow_model::{Model, VariableId};
use maud::{Markup, html};

use crate::addresses::Addresses;
use crate::uses::Uses;
pub use groups::{Flow, Group, groups};
use layout::{BOX, Layout, Row, TOP, layout};

/// What the drawings of a chapter need.
pub struct Drawings<'a> {
    /// The model.
    pub model: &'a Model,
    /// Where names lead.
    pub addresses: &'a Addresses,
    /// What flows depend on.
    pub uses: &'a Uses,
}

/// Letters in a line of a box.
const LETTERS: usize = 15;
/// Height of a line of text.
const LINE: f64 = 14.0;

impl Drawings<'_> {
    /// The drawing of a group, with the influences on its flows.
    pub fn figure(&self, group: &Group) -> Markup {
        let layout = layout(group);
        let own: Vec<String> = group.stocks.iter().filter(|s| !group.is_abroad(**s)).map(|s| self.name(*s)).collect();
        let title = format!("Stocks and flows: {}", list(&own));
        let id = format!("stocks-{}", slug(&own.join("-")));
        let size = (layout.width, layout.height);
        html! {
            figure class="stocks" {
                div class="scroll" tabindex="0" role="region" aria-label=(title) {
                    div style=(format!("width:{:.0}px", size.0)) {
                        (fixed_drawing(&id, "diagram", size, &title, &self.described(group), self.content(group, &layout)))
                    }
                }
                figcaption { details { summary { "What the flows depend on" } (self.influences(group)) } }
            }
        }
    }

    fn name(&self, id: VariableId) -> String {
        spaced(&self.model.variable(id).name)
    }

    fn end(&self, stock: Option<VariableId>) -> String {
        stock.map_or_else(|| "outside".to_owned(), |stock| self.name(stock))
    }

    fn described(&self, group: &Group) -> String {
        let flow = |f: &Flow| format!("{} from {} to {}", self.name(f.id), self.end(f.from), self.end(f.to));
        let flows: Vec<String> = group.flows.iter().map(flow).collect();
        format!(
            "{} joined by {}: {}.",
            count(group.stocks.len(), "stock"),
            count(group.flows.len(), "flow"),
            flows.join("; ")
        )
    }

    fn influences(&self, group: &Group) -> Markup {
        html! {
            ul {
                @for flow in &group.flows {
                    li {
                        a href=(self.addresses.variable(flow.id)) { (self.name(flow.id)) }
                        ", from " (self.end(flow.from)) " to " (self.end(flow.to)) ": "
                        (names(self.model, self.addresses, self.uses.reads(flow.id).iter().copied()))
                    }
                }
            }
        }
    }

    fn content(&self, group: &Group, layout: &Layout) -> Markup {
        html! {
            @for (column, _) in layout.columns.iter().enumerate() {
                @let x = layout.x(column as f64);
                (path("lifeline", &format!("M{x:.1} {:.1}V{:.1}", TOP, layout.height - 6.0)))
            }
            @for row in &layout.rows { @for place in &row.flows { (self.pipe(&group.flows[place.flow], place.span, row, layout)) } }
            @for (column, stock) in layout.columns.iter().enumerate() { (self.stock(*stock, layout.x(column as f64), group.is_abroad(*stock))) }
        }
    }

    fn stock(&self, id: VariableId, x: f64, abroad: bool) -> Markup {
        let variable = self.model.variable(id);
        let mut lines = wrap(&spaced(&variable.name), LETTERS);
        let dimensions: Vec<String> =
            variable.dimensions.iter().map(|d| spaced(&self.model.dimensions[d.0].name)).collect();
        if !dimensions.is_empty() {
            lines.extend(wrap(&format!("by {}", dimensions.join(", ")), LETTERS + 2));
        }
        let (width, height) = BOX;
        let first = 6.0 + height / 2.0 - LINE * (lines.len() as f64 - 1.0) / 2.0 + 4.0;
        html! {
            a href=(self.addresses.variable(id)) {
                rect class=(if abroad { "stock abroad" } else { "stock" }) x=(format!("{:.1}", x - width / 2.0)) y="6"
                    width=(format!("{width:.0}")) height=(format!("{height:.0}")) rx="3" {}
                @for (i, line) in lines.iter().enumerate() {
                    (text("name", &format!("{x:.1}"), first + LINE * i as f64, "middle", line))
                }
            }
        }
    }

    /// A pipe with its valve, its name above, and clouds at ends without a stock.
    fn pipe(&self, flow: &Flow, span: (f64, f64), row: &Row, layout: &Layout) -> Markup {
        let y = row.y;
        let (left, right) = (layout.x(span.0), layout.x(span.1));
        let forward = match (flow.from, flow.to) {
            (Some(from), Some(to)) => layout.column(from) <= layout.column(to),
            // Clouds stand left of what they feed and right of what they take.
            _ => true,
        };
        let (from, to) = if forward { (left, right) } else { (right, left) };
        let way = (to - from).signum();
        let ends = [(from, flow.from.is_none()), (to, flow.to.is_none())];
        let middle = (left + right) / 2.0;
        let letters = ((right - left - 14.0) / 6.6).max(8.0) as usize;
        let lines = wrap(&self.name(flow.id), letters);
        let tip = to - way * if flow.to.is_none() { 11.0 } else { 3.0 };
        html! {
            (path("pipe-ground", &format!("M{from:.1} {y:.1}H{:.1}", tip - way * 6.0)))
            (path("pipe", &format!("M{from:.1} {y:.1}H{:.1}", tip - way * 6.0)))
            (path("pipe-inside", &format!("M{from:.1} {y:.1}H{:.1}", tip - way * 6.0)))
            (path("head", &format!("M{tip:.1} {y:.1}l{:.1} -6v12Z", -way * 10.0)))
            (path("valve", &format!("M{:.1} {:.1}l14 12v-12l-14 12Z", middle - 7.0, y - 6.0)))
            @for (x, is_cloud) in ends { @if is_cloud { (cloud(x, y)) } }
            a href=(self.addresses.variable(flow.id)) {
                @for (i, line) in lines.iter().enumerate() {
                    @let up = (lines.len() - 1 - i) as f64 * LINE;
                    (text("flow-name", &format!("{middle:.1}"), y - 11.0 - up, "middle", line))
                }
            }
        }
    }
}

/// Names as links, with commas between.
pub fn names(model: &Model, addresses: &Addresses, all: impl Iterator<Item = VariableId>) -> Markup {
    html! {
        @for (i, id) in all.enumerate() {
            @if i > 0 { ", " }
            a href=(addresses.variable(id)) { (spaced(&model.variable(id).name)) }
        }
    }
}

fn cloud(x: f64, y: f64) -> Markup {
    let circle = |dx: f64, dy: f64, r: f64| (x + dx, y + dy, r);
    let parts = [circle(-5.0, 1.0, 5.0), circle(5.0, 1.0, 5.0), circle(0.0, -3.0, 6.0), circle(0.0, 3.0, 5.0)];
    html! {
        @for class in ["cloud-line", "cloud"] {
            @for (x, y, r) in parts {
                circle class=(class) cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r=(format!("{r:.0}")) {}
            }
        }
    }
}
