//! Who stands where on a plane of cost against an effect: efficient, dominated, or dominated by a mix of two others.
//!
//! The order is that of M. C. Weinstein, *Principles of cost-effective resource allocation in health care
//! organizations* (1990): from the cheapest upwards, each step must buy more effect, and at a rising price.

/// A place on the plane: cost, and effect of which more is better.
pub type Place = (f64, f64);

/// Where a point stands among the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// Nothing does as much for less, and no mix of two does. The step is taken from `from`, `None` being the status quo.
    Efficient {
        /// The efficient point before it.
        from: Option<usize>,
        /// Additional cost for each additional unit of effect; `None` for the cheapest of all, if it costs no more and does
        /// no less than the status quo.
        ratio: Option<f64>,
    },
    /// Another one, `None` being the status quo, costs no more and does no less, and is better in one of the two.
    Dominated {
        /// That other one.
        by: Option<usize>,
    },
    /// A mix of two others does as much for less: extended dominance.
    MixDominated {
        /// The cheaper and the dearer of the two; `None` is the status quo.
        by: (Option<usize>, Option<usize>),
    },
    /// Its cost or effect is not a number, or nothing is known of its cost.
    Unknown,
}

/// Where each point stands, the status quo being a further point at zero. `None` is a point that can not be placed.
pub fn standings(points: &[Option<Place>]) -> Vec<Standing> {
    let mut all: Vec<(Option<usize>, Place)> = vec![(None, (0.0, 0.0))];
    all.extend(points.iter().enumerate().filter_map(|(i, p)| Some((Some(i), finite((*p)?)?))));
    let frontier = frontier(&all);
    points
        .iter()
        .enumerate()
        .map(|(i, place)| match place.and_then(finite) {
            Some(place) => standing(i, place, &all, &frontier),
            None => Standing::Unknown,
        })
        .collect()
}

fn finite(place: Place) -> Option<Place> {
    (place.0.is_finite() && place.1.is_finite()).then_some(place)
}

fn dominates(one: Place, other: Place) -> bool {
    one.0 <= other.0 && one.1 >= other.1 && one != other
}

fn standing(i: usize, place: Place, all: &[(Option<usize>, Place)], frontier: &[(Option<usize>, Place)]) -> Standing {
    if let Some(step) = frontier.iter().position(|(who, _)| *who == Some(i)) {
        let before = step.checked_sub(1).map(|k| frontier[k]);
        return match before {
            Some((from, (cost, effect))) => {
                Standing::Efficient { from, ratio: Some((place.0 - cost) / (place.1 - effect)) }
            }
            None => Standing::Efficient { from: None, ratio: None },
        };
    }
    // The one that dominates most clearly is named: first an efficient one.
    if let Some((by, _)) = frontier.iter().chain(all).find(|(_, other)| dominates(*other, place)) {
        return Standing::Dominated { by: *by };
    }
    let dearer = frontier.iter().position(|(_, other)| other.1 >= place.1);
    match dearer.and_then(|k| Some((frontier[k.checked_sub(1)?].0, frontier[k].0))) {
        Some(by) => Standing::MixDominated { by },
        // It equals an efficient point.
        None => Standing::Efficient { from: None, ratio: None },
    }
}

/// The efficient points, from the cheapest upwards.
fn frontier(all: &[(Option<usize>, Place)]) -> Vec<(Option<usize>, Place)> {
    let mut left: Vec<_> =
        all.iter().copied().filter(|(_, place)| !all.iter().any(|(_, other)| dominates(*other, *place))).collect();
    left.sort_by(|a, b| a.1.0.total_cmp(&b.1.0));
    left.dedup_by(|later, earlier| later.1 == earlier.1);
    let slope = |a: Place, b: Place| (b.0 - a.0) / (b.1 - a.1);
    let mut kept: Vec<(Option<usize>, Place)> = Vec::new();
    for point in left {
        while let [.., before, last] = kept[..]
            && slope(before.1, last.1) >= slope(last.1, point.1)
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand(points: &[Place]) -> Vec<Standing> {
        standings(&points.iter().copied().map(Some).collect::<Vec<_>>())
    }

    #[test]
    fn steps_of_the_frontier_have_rising_ratios() {
        let found = stand(&[(10.0, 5.0), (30.0, 9.0), (25.0, 4.0), (20.0, 6.0)]);
        assert_eq!(found[0], Standing::Efficient { from: None, ratio: Some(2.0) });
        assert_eq!(found[1], Standing::Efficient { from: Some(0), ratio: Some(5.0) });
        assert_eq!(found[2], Standing::Dominated { by: Some(0) });
        // From 0 to 1 an effect of 6 costs 15 by a mix; alone it costs 20.
        assert_eq!(found[3], Standing::MixDominated { by: (Some(0), Some(1)) });
    }

    #[test]
    fn the_status_quo_dominates_what_costs_and_harms_and_is_dominated_by_what_saves() {
        let found = stand(&[(10.0, -5.0), (0.0, 0.0)]);
        assert_eq!(found[0], Standing::Dominated { by: None });
        assert_eq!(found[1], Standing::Efficient { from: None, ratio: None });
        let found = stand(&[(-10.0, 5.0), (5.0, 8.0), (-20.0, -1.0)]);
        assert_eq!(found[0], Standing::Efficient { from: Some(2), ratio: Some(10.0 / 6.0) });
        assert_eq!(found[1], Standing::Efficient { from: Some(0), ratio: Some(5.0) });
        assert_eq!(found[2], Standing::Efficient { from: None, ratio: None });
    }

    #[test]
    fn what_can_not_be_placed_is_unknown_and_dominates_nobody() {
        let found = standings(&[None, Some((f64::NAN, 1.0)), Some((1.0, 1.0))]);
        assert_eq!(found[..2], [Standing::Unknown, Standing::Unknown]);
        assert_eq!(found[2], Standing::Efficient { from: None, ratio: Some(1.0) });
        assert_eq!(standings(&[]), []);
    }
}
