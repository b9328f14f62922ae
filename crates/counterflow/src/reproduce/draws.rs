//! The draws behind a row: which parameter its spread follows.

use counterflow_model::Model;

/// Names of all parameter elements, in the order of a draw.
pub fn names(model: &Model) -> Vec<String> {
    let elements = model.parameters().flat_map(|(id, p)| (0..p.values.len()).map(move |k| (id, k)));
    elements.map(|(id, k)| model.element_name(id, k)).collect()
}

/// Position of the parameter whose ranks go most closely with those of the values, and the correlation of ranks; `None`
/// if nothing varies. Values that are not finite are left out.
pub fn strongest(draws: &[Vec<f64>], values: &[f64]) -> Option<(usize, f64)> {
    let kept: Vec<usize> = (0..values.len()).filter(|k| values[*k].is_finite()).collect();
    let wanted = ranks(&kept.iter().map(|k| values[*k]).collect::<Vec<f64>>())?;
    let correlation = |parameter: usize| {
        let column: Vec<f64> = kept.iter().map(|k| draws[*k][parameter]).collect();
        ranks(&column).map(|own| (parameter, own.iter().zip(&wanted).map(|(a, b)| a * b).sum::<f64>()))
    };
    let all = (0..draws.first()?.len()).filter_map(correlation);
    all.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))
}

/// Ranks, with mean nought and squares that add up to one; equal values share their mean rank. `None` if all are equal.
fn ranks(values: &[f64]) -> Option<Vec<f64>> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let equal = order[from..].iter().take_while(|k| values[**k] == values[order[from]]).count();
        let rank = from as f64 + 0.5 * (equal as f64 - 1.0) - 0.5 * (order.len() as f64 - 1.0);
        order[from..from + equal].iter().for_each(|k| ranks[*k] = rank);
        from += equal;
    }
    let length = ranks.iter().map(|rank| rank * rank).sum::<f64>().sqrt();
    (length > 0.0).then(|| ranks.into_iter().map(|rank| rank / length).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_parameter_by_ranks() {
        let draws = vec![vec![1.0, 5.0, 0.0], vec![2.0, 4.0, 0.0], vec![3.0, 5.0, 0.0], vec![9.0, 1.0, 0.0]];
        let (position, correlation) = strongest(&draws, &[-1.0, -8.0, -27.0, f64::NAN]).unwrap();
        assert_eq!(position, 0);
        assert!((correlation + 1.0).abs() < 1e-12, "{correlation}");
        assert!(strongest(&draws, &[2.0; 4]).is_none());
        assert_eq!(
            ranks(&[7.0, 7.0, 9.0]).unwrap().iter().map(|x| x.signum()).collect::<Vec<f64>>(),
            [-1.0, -1.0, 1.0]
        );
    }
}
