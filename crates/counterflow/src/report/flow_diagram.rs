//! The sectors with their stocks, and arrows for what each reads of the others.

use counterflow_model::Model;
use maud::{Markup, html};

use super::flow_layout::{Arrow, Plan, Spot, TALL, WIDE};
use super::links::{Link, links, stocks};
use super::scale::px;
use super::svg::{fixed_drawing, path, text};
use super::tables::folded;
use super::words;

/// Holds units, population and the discrepancy, which nearly every sector reads; drawn, it would hide the rest.
const LEFT_OUT: &str = "frame";

/// The diagram in its two forms, and the table that says the same.
pub fn figure(model: &Model) -> Markup {
    let shown: Vec<usize> = (0..model.sectors.len()).filter(|s| model.sectors[*s].name != LEFT_OUT).collect();
    let place = |sector: usize| shown.iter().position(|s| *s == sector);
    let all = links(model);
    let drawn: Vec<Link> =
        all.iter().filter_map(|l| Some(Link { from: place(l.from)?, to: place(l.to)?, ..l.clone() })).collect();
    html! {
        figure class="flow" {
            (drawing(model, &shown, &drawn, TALL))
            (drawing(model, &shown, &drawn, WIDE))
            figcaption {
                p {
                    "An arrow from A to B means that equations of B read variables of A. "
                    "Its number counts such links; an arrow without a number is one link. "
                    "Its colour is that of the column in which it starts. "
                    @if shown.len() < model.sectors.len() {
                        "The frame is left out: it holds units, population and the discrepancy, which nearly every sector reads."
                    }
                }
                (folded("The links in words", "Links between sectors", &["Sector", "Stocks", "Is read by"], rows(model, &all)))
            }
        }
    }
}

fn drawing(model: &Model, shown: &[usize], drawn: &[Link], plan: Plan) -> Markup {
    let names: Vec<&str> = shown.iter().map(|s| model.sectors[*s].name.as_str()).collect();
    let spots = plan.spots(&names);
    let arrows = plan.arrows(&spots, drawn);
    let content = html! {
        @for (column, heading) in plan.headings.iter().enumerate() {
            (text("tick", &px(plan.middle(column)), 16.0, "middle", heading))
        }
        @for (link, arrow) in drawn.iter().zip(&arrows) { (line(link, arrow, spots[link.from])) }
        @for (spot, sector) in spots.iter().zip(shown) { (sector_box(model, *sector, *spot, plan)) }
        @for (link, arrow) in drawn.iter().zip(&arrows).filter(|(l, _)| l.count > 1) { (number(link, arrow)) }
    };
    let id = format!("flow-{}", plan.name);
    let size = (plan.width, plan.height(&spots));
    let description = described(model, shown, drawn);
    let scrolls = plan.name == TALL.name;
    html! {
        // Only the tall form can be wider than its box, and then scrolls.
        div class=(plan.name) tabindex=[scrolls.then_some("0")] role=[scrolls.then_some("region")]
            aria-label=[scrolls.then_some("Diagram of the sectors")] {
            (fixed_drawing(&id, "chart diagram", size, "Sectors of the model and their links", &description, content))
        }
    }
}

fn described(model: &Model, shown: &[usize], drawn: &[Link]) -> String {
    let title = |i: usize| model.sectors[shown[i]].title.as_str();
    let mut strongest: Vec<&Link> = drawn.iter().collect();
    strongest.sort_by_key(|l| std::cmp::Reverse(l.count));
    let words: Vec<String> =
        strongest.iter().take(6).map(|l| format!("{} to {} ({})", title(l.from), title(l.to), l.count)).collect();
    let (sectors, arrows) = (words::count(shown.len(), "sector"), words::count(drawn.len(), "arrow"));
    format!("{sectors}, {arrows}. Most links: {}. The table below lists all.", words::list(&words))
}

fn line(link: &Link, arrow: &Arrow, from: Spot) -> Markup {
    let (out, back) = (arrow.sides.0.out(), arrow.sides.1.out());
    let (start, tip) = (arrow.from, arrow.to);
    // The line ends where the head begins.
    let end = (tip.0 + back.0 * 6.0, tip.1 + back.1 * 6.0);
    let control = |p: (f64, f64), side: (f64, f64)| (p.0 + side.0 * arrow.swing, p.1 + side.1 * arrow.swing);
    let (c1, c2) = (control(start, out), control(end, back));
    let point = |p: (f64, f64)| format!("{} {}", px(p.0), px(p.1));
    let curve = format!("M{}C{},{},{}", point(start), point(c1), point(c2), point(end));
    let wing = |sign: f64| (end.0 + back.1 * 3.4 * sign, end.1 + back.0 * 3.4 * sign);
    let head = format!("M{}L{}L{}Z", point(tip), point(wing(1.0)), point(wing(-1.0)));
    let width = px(1.0 + 0.5 * (link.count.min(10) as f64 - 1.0).max(0.0));
    html! {
        g class={ "link column-" (from.column) } {
            path d=(curve) stroke-width=(width) {}
            (path("head", &head))
        }
    }
}

fn number(link: &Link, arrow: &Arrow) -> Markup {
    let (out, back) = (arrow.sides.0.out(), arrow.sides.1.out());
    // The middle of a cubic curve: an eighth of each end, three eighths of each control point.
    let middle = |a: f64, b: f64, out: f64, back: f64| 0.5 * (a + b) + 0.375 * arrow.swing * (out + back);
    let x = middle(arrow.from.0, arrow.to.0, out.0, back.0);
    let y = middle(arrow.from.1, arrow.to.1, out.1, back.1);
    text("tick halo", &px(x), y + 4.0, "middle", &link.count.to_string())
}

fn sector_box(model: &Model, sector: usize, spot: Spot, plan: Plan) -> Markup {
    let names: Vec<String> = stocks(model, sector).into_iter().map(words::spaced).collect();
    let title = words::wrap(&model.sectors[sector].title, plan.letters);
    let below = inside(&names, plan);
    let (width, height) = plan.size;
    let lines = title.len() + below.len();
    let first = spot.top + height / 2.0 - 14.0 * (lines as f64 - 1.0) / 2.0 + 4.0;
    let x = px(spot.left + width / 2.0);
    html! {
        rect class={ "sector column-" (spot.column) } x=(px(spot.left)) y=(px(spot.top))
            width=(px(width)) height=(px(height)) rx="5" {}
        @for (i, words) in title.iter().enumerate() { (text("label name", &x, first + 14.0 * i as f64, "middle", words)) }
        @for (i, words) in below.iter().enumerate() {
            (text("tick", &x, first + 14.0 * (title.len() + i) as f64, "middle", words))
        }
    }
}

/// Stocks in a box: their names where there is room, else their number.
fn inside(names: &[String], plan: Plan) -> Vec<String> {
    let room = if plan.letters > 20 { 3 } else { 0 };
    let lines = words::wrap(&names.join(", "), plan.letters + 2);
    match names.len() {
        0 => vec!["no stock".to_owned()],
        _ if lines.len() <= room => lines,
        n => {
            let rest = |k: usize| format!("{} and {} more", names[..k].join(", "), n - k);
            let fitting = (1..n).rev().map(rest).find(|text| words::wrap(text, plan.letters + 2).len() <= room);
            fitting.map_or_else(|| vec![words::count(n, "stock")], |text| words::wrap(&text, plan.letters + 2))
        }
    }
}

fn rows(model: &Model, links: &[Link]) -> Vec<Vec<String>> {
    let row = |sector: usize| {
        let readers: Vec<String> = links
            .iter()
            .filter(|l| l.from == sector)
            .map(|l| {
                let names: Vec<String> = l.read.iter().map(|n| words::spaced(n)).collect();
                format!("{} ({}: {})", model.sectors[l.to].title, l.count, names.join(", "))
            })
            .collect();
        let stocks: Vec<String> = stocks(model, sector).into_iter().map(words::spaced).collect();
        let or_none = |list: String| if list.is_empty() { "–".to_owned() } else { list };
        vec![model.sectors[sector].title.clone(), or_none(stocks.join(", ")), or_none(readers.join("; "))]
    };
    (0..model.sectors.len()).map(row).collect()
}
