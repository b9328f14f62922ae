//! Cost against deaths averted: one plane for each country, with bands both ways.

use maud::{Markup, html};

use super::Page;
use super::lines::class;
use crate::answers::Band;
use crate::brief::{Plane, Point, Standing};
use crate::report::axis::grid_across;
use crate::report::scale::Scale;
use crate::report::svg::{Frame, dot, drawing, level_line, text, upright};
use crate::report::{tables, words};

const TOP: f64 = 22.0;
const HEIGHT: f64 = 260.0;

/// Both planes.
pub fn section(page: &Page<'_>) -> Markup {
    let rate = words::percent(page.brief.discount);
    html! {
        p {
            "Cost is public cost beyond the status quo over " (page.years()) ", discounted by " (rate)
            " a year to the first of these years (the rate of the Second Panel on Cost-Effectiveness in Health and Medicine is 3 %; "
            code { "--discount" } " takes another). "
            "Deaths are counted, not discounted; the last column shows the price of one where deaths are discounted as money is. "
            "The accounts of the model are not discounted anywhere else."
        }
        p {
            "Standing is by medians. A policy is dominated where another, or the status quo, costs no more and averts no fewer. "
            "It is dominated by a mix where parts of two others would avert as many for less. "
            "Each of the rest is an efficient step: it averts more than the one before it, at the ratio of additional cost to additional deaths averted."
        }
        @if page.brief.taken.planes.is_empty() { p { "This model has no public cost to set against deaths." } }
        div class="panels" { @for plane in &page.brief.taken.planes { (figure(page, plane)) } }
    }
}

fn figure(page: &Page<'_>, plane: &Plane) -> Markup {
    let facts = page.facts(plane.outcome);
    let spoken = plane
        .points
        .iter()
        .enumerate()
        .map(|(k, point)| spoken(page, plane.outcome, k, point))
        .collect::<Vec<_>>()
        .join(" ");
    html! {
        figure {
            h3 { (facts.title) " " small { "averted, and what that costs" } }
            (chart(&facts.id, &facts.title, &spoken, &plane.points))
            (legend(page, plane))
            figcaption { p { (spoken) } }
            (numbers(page, plane))
        }
    }
}

fn spoken(page: &Page<'_>, outcome: usize, policy: usize, point: &Point) -> String {
    let cost = words::difference(&point.cost, "USD");
    let effect = page.against_status_quo(outcome, policy).map_or_else(String::new, |c| page.worn(&c.difference));
    format!("{}: deaths {effect}; cost {cost}; {}.", page.name(Some(policy)), standing(page, &point.standing))
}

fn standing(page: &Page<'_>, standing: &Standing) -> String {
    match standing {
        Standing::Efficient { from, ratio: Some(ratio) } => {
            format!(
                "efficient: {} for each additional death averted, from {}",
                words::signed(*ratio, "USD"),
                lower(page, *from)
            )
        }
        Standing::Efficient { ratio: None, .. } => "efficient: the cheapest".to_owned(),
        Standing::Dominated { by } => format!("dominated by {}", lower(page, *by)),
        Standing::MixDominated { by } => {
            format!("dominated by a mix of {} and {}", lower(page, by.0), lower(page, by.1))
        }
        Standing::Unknown => "not placed: nothing is known of a part of its cost".to_owned(),
    }
}

fn lower(page: &Page<'_>, policy: Option<usize>) -> String {
    if policy.is_none() { "the status quo".to_owned() } else { page.name(policy).to_owned() }
}

fn chart(id: &str, title: &str, spoken: &str, points: &[Point]) -> Markup {
    let ends = |band: &Band| [band.lo90, band.hi90];
    let x = Scale::around_zero(points.iter().flat_map(|p| ends(&p.averted)));
    let y = Scale::around_zero(points.iter().flat_map(|p| ends(&p.cost)));
    let frame = Frame { x, y, height: HEIGHT };
    let down = |cost: f64| TOP + frame.down(cost);
    let (size, unit) = words::common_size(y.ticks(4), "USD");
    let content = html! {
        (text("tick", "0%", 11.0, "start", &format!("cost, {unit}")))
        (grid_across(x, TOP, TOP + HEIGHT, 4, &words::number))
        (text("tick", "100%", TOP + HEIGHT + 30.0, "end", "averted →"))
        @for tick in y.ticks(4) {
            (level_line("grid", "0%", "100%", down(tick)))
            (text("tick", "0%", down(tick) - 3.0, "start", &words::number(tick / size)))
        }
        (upright("zero", &x.percent(0.0), TOP, TOP + HEIGHT))
        (level_line("zero", "0%", "100%", down(0.0)))
        @for (k, point) in points.iter().enumerate() {
            @let (across, height) = (x.percent(point.averted.median), down(point.cost.median));
            g class="place" {
                (level_line(&class(k), &x.percent(point.averted.lo90), &x.percent(point.averted.hi90), height))
                (upright(&class(k), &across, down(point.cost.lo90), down(point.cost.hi90)))
                (dot(&format!("mark {}", class(k)), &across, height, 4.5))
                (text("name", &across, height - 8.0, crate::report::axis::anchor_at(x.share(point.averted.median)), &format!("{}", k + 1)))
            }
        }
    };
    let name = format!("{title}: discounted cost against deaths averted");
    let said = format!("The status quo is where both lines cross. {spoken}");
    drawing(&format!("plane-{}", words::slug(id)), "chart", TOP + HEIGHT + 36.0, &name, &said, content)
}

fn legend(page: &Page<'_>, plane: &Plane) -> Markup {
    html! {
        ol class="line-legend" { @for k in 0..plane.points.len() { li { (page.name(Some(k))) } } }
    }
}

fn numbers(page: &Page<'_>, plane: &Plane) -> Markup {
    let head = [
        "Policy",
        "Cost, discounted",
        "Deaths averted (below zero: added)",
        "Against today",
        "Basis",
        "Standing",
        "USD for each death averted",
        "The same, deaths discounted",
        "What would reverse the sign",
    ];
    let ratio = |x: Option<f64>| x.map_or_else(|| "averts none".to_owned(), |x| words::signed(x, "USD"));
    let row = |(k, point): (usize, &Point)| {
        let contest = page.against_status_quo(plane.outcome, k);
        let today = contest.and_then(|c| c.today.as_ref()).map(|a| words::difference(&a.band, "people"));
        let flips = contest.map(|c| page.reversed_by(c)).filter(|flips| !flips.is_empty());
        vec![
            page.name(Some(k)).to_owned(),
            words::difference(&point.cost, "USD"),
            words::level(&point.averted, "people"),
            today.unwrap_or_default(),
            contest.map_or("", |c| words::basis(c.difference.basis)).to_owned(),
            standing(page, &point.standing),
            ratio(point.ratio),
            ratio(point.ratio_discounted),
            flips.map_or_else(|| "none that was moved".to_owned(), |flips| flips.join("; ")),
        ]
    };
    let rows = plane.points.iter().enumerate().map(row).collect();
    tables::folded(
        "All numbers",
        &format!("{}: cost against deaths averted", page.facts(plane.outcome).title),
        &head,
        rows,
    )
}
