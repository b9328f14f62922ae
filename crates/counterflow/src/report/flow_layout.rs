//! Where the sectors stand in the flow diagram, and where arrows leave and enter them.

use super::links::Link;

/// A drawing plan: a tall one for phones and a wide one for everything else.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Name, also the CSS class.
    pub name: &'static str,
    /// Left edges of the columns.
    columns: &'static [f64],
    /// Width and height of a box.
    pub size: (f64, f64),
    /// Distance from one row to the next.
    pitch: f64,
    /// Top of the first row.
    top: f64,
    /// Width of the drawing.
    pub width: f64,
    /// Sector, column and row of the bundled model's sectors.
    places: &'static [(&'static str, usize, usize)],
    /// Heading of each column.
    pub headings: &'static [&'static str],
    /// Characters in a line of a box.
    pub letters: usize,
}

/// Two columns: the drug's way to people at the left, organisations and governments at the right.
pub const TALL: Plan = Plan {
    name: "tall",
    columns: &[60.0, 212.0],
    size: (102.0, 56.0),
    pitch: 92.0,
    top: 40.0,
    width: 366.0,
    places: &[
        ("precursors", 0, 0),
        ("production", 0, 1),
        ("crossing", 0, 2),
        ("market", 0, 3),
        ("treatment", 0, 4),
        ("people", 0, 5),
        ("overdose", 0, 6),
        ("accounts", 0, 7),
        ("cooperation", 1, 0),
        ("organisations", 1, 1),
        ("money", 1, 2),
        ("firearms", 1, 3),
        ("violence", 1, 4),
    ],
    headings: &["Supply, then people", "Organisations, governments"],
    letters: 14,
};

/// Three columns: organisations and governments, supply, people.
pub const WIDE: Plan = Plan {
    name: "wide",
    columns: &[70.0, 400.0, 730.0],
    size: (180.0, 78.0),
    pitch: 122.0,
    top: 44.0,
    width: 980.0,
    places: &[
        ("cooperation", 0, 0),
        ("organisations", 0, 1),
        ("money", 0, 2),
        ("firearms", 0, 3),
        ("violence", 0, 4),
        ("precursors", 1, 0),
        ("production", 1, 1),
        ("crossing", 1, 2),
        ("market", 1, 3),
        ("treatment", 2, 1),
        ("people", 2, 2),
        ("overdose", 2, 3),
        ("accounts", 2, 4),
    ],
    headings: &["Organisations and governments", "Supply", "People in the United States"],
    letters: 28,
};

/// A sector's box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Column.
    pub column: usize,
    /// Row.
    pub row: usize,
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
}

/// A side of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Towards smaller y.
    Top,
    /// Towards larger y.
    Bottom,
    /// Towards smaller x.
    Left,
    /// Towards larger x.
    Right,
}

/// An arrow: where it starts and ends, and how far it swings out on its way.
#[derive(Clone, Copy, Debug)]
pub struct Arrow {
    /// Start.
    pub from: (f64, f64),
    /// End.
    pub to: (f64, f64),
    /// Sides at start and end.
    pub sides: (Side, Side),
    /// Distance of the control points.
    pub swing: f64,
}

impl Plan {
    /// A spot for each sector name; names the plan does not know stand below the known ones, column by column.
    pub fn spots(&self, names: &[&str]) -> Vec<Spot> {
        let known = |name: &str| self.places.iter().find(|(n, ..)| *n == name).map(|(_, c, r)| (*c, *r));
        let mut next: Vec<usize> = vec![0; self.columns.len()];
        for (column, row) in names.iter().filter_map(|n| known(n)) {
            next[column] = next[column].max(row + 1);
        }
        let mut place = |name: &str| {
            known(name).unwrap_or_else(|| {
                let column = (0..next.len()).min_by_key(|c| next[*c]).unwrap_or(0);
                next[column] += 1;
                (column, next[column] - 1)
            })
        };
        let spot = |(column, row): (usize, usize)| Spot {
            column,
            row,
            left: self.columns[column],
            top: self.top + self.pitch * row as f64,
        };
        names.iter().map(|name| spot(place(name))).collect()
    }

    /// Middle of a column.
    pub fn middle(&self, column: usize) -> f64 {
        self.columns[column] + self.size.0 / 2.0
    }

    /// Height of a drawing with these boxes.
    pub fn height(&self, spots: &[Spot]) -> f64 {
        spots.iter().fold(self.top, |most, s| most.max(s.top + self.size.1)) + 10.0
    }

    /// Arrows for links between spots: ends that share a side of a box are spread along it, in the order of where
    /// their other ends stand, so that few arrows cross.
    pub fn arrows(&self, spots: &[Spot], links: &[Link]) -> Vec<Arrow> {
        let sides: Vec<(Side, Side)> = links.iter().map(|l| self.sides(spots[l.from], spots[l.to])).collect();
        let mut ends: Vec<(usize, Side, f64, usize, bool)> = Vec::new();
        for (i, link) in links.iter().enumerate() {
            for (here, there, side, starts) in
                [(link.from, link.to, sides[i].0, true), (link.to, link.from, sides[i].1, false)]
            {
                ends.push((here, side, order(spots[here], spots[there], side, starts), i, starts));
            }
        }
        ends.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)).then(a.3.cmp(&b.3)));
        let mut places = vec![((0.0, 0.0), (0.0, 0.0)); links.len()];
        for group in ends.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            for (at, (here, side, _, link, starts)) in group.iter().enumerate() {
                let share = (at as f64 + 1.0) / (group.len() as f64 + 1.0);
                let place = self.port(spots[*here], *side, share);
                if *starts { places[*link].0 = place } else { places[*link].1 = place }
            }
        }
        let arrow = |i: usize| {
            let link = &links[i];
            let swing = self.swing(spots[link.from], spots[link.to], places[i]);
            Arrow { from: places[i].0, to: places[i].1, sides: sides[i], swing }
        };
        (0..links.len()).map(arrow).collect()
    }

    fn sides(&self, a: Spot, b: Spot) -> (Side, Side) {
        let last = self.columns.len() - 1;
        match (a.column.cmp(&b.column), a.row.abs_diff(b.row)) {
            (std::cmp::Ordering::Less, _) => (Side::Right, Side::Left),
            (std::cmp::Ordering::Greater, _) => (Side::Left, Side::Right),
            (_, 1) if a.row < b.row => (Side::Bottom, Side::Top),
            (_, 1) => (Side::Top, Side::Bottom),
            _ if a.column == last => (Side::Right, Side::Right),
            _ => (Side::Left, Side::Left),
        }
    }

    fn port(&self, spot: Spot, side: Side, share: f64) -> (f64, f64) {
        let (width, height) = self.size;
        match side {
            Side::Top => (spot.left + width * share, spot.top),
            Side::Bottom => (spot.left + width * share, spot.top + height),
            Side::Left => (spot.left, spot.top + height * share),
            Side::Right => (spot.left + width, spot.top + height * share),
        }
    }

    fn swing(&self, a: Spot, b: Spot, ends: ((f64, f64), (f64, f64))) -> f64 {
        if a.column != b.column {
            return (ends.0.0 - ends.1.0).abs() * 0.5;
        }
        match a.row.abs_diff(b.row) {
            0 | 1 => (ends.0.1 - ends.1.1).abs() * 0.4,
            rows => (self.columns[0] - 6.0).min(18.0 + 11.0 * rows as f64) * 1.25,
        }
    }
}

/// Order along a side: by where the other end stands; of two arrows between the same boxes one pair side by side.
fn order(here: Spot, there: Spot, side: Side, starts: bool) -> f64 {
    let nudge = if starts { -0.25 } else { 0.25 };
    match side {
        Side::Top | Side::Bottom => there.left + nudge * if side == Side::Bottom { 1.0 } else { -1.0 },
        // On an outer side the nearest neighbours take the ports nearest to them.
        Side::Left | Side::Right if here.column == there.column => {
            let rows = there.row as f64 - here.row as f64;
            if rows > 0.0 { 100.0 - rows + nudge } else { -100.0 - rows + nudge }
        }
        Side::Left | Side::Right => there.row as f64 - here.row as f64 + nudge * (here.left - there.left).signum(),
    }
}

impl Side {
    /// Unit vector out of the box.
    pub fn out(self) -> (f64, f64) {
        match self {
            Side::Top => (0.0, -1.0),
            Side::Bottom => (0.0, 1.0),
            Side::Left => (-1.0, 0.0),
            Side::Right => (1.0, 0.0),
        }
    }
}
