//! Triangular factors of small dense matrices, row by row.

/// Lower factor L of a symmetric positive matrix A = L L^T, or `None` if it is not positive. Rows of length n.
pub fn factor(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let inner: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let rest = matrix[i][j] - inner;
            if i == j {
                if rest <= 0.0 || rest.is_nan() {
                    return None;
                }
                lower[i][i] = rest.sqrt();
            } else {
                lower[i][j] = rest / lower[j][j];
            }
        }
    }
    Some(lower)
}

/// Solves L x = b.
pub fn forward(lower: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = Vec::with_capacity(b.len());
    for (i, row) in lower.iter().enumerate() {
        let inner: f64 = row.iter().zip(&x).map(|(l, x)| l * x).sum();
        x.push((b[i] - inner) / row[i]);
    }
    x
}

/// Solves L^T x = b.
pub fn backward(lower: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let mut x = b.to_vec();
    for i in (0..n).rev() {
        x[i] /= lower[i][i];
        let value = x[i];
        for (j, rest) in x.iter_mut().enumerate().take(i) {
            *rest -= lower[i][j] * value;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factor_and_solves_agree() {
        let matrix = vec![vec![4.0, 2.0, 0.6], vec![2.0, 5.0, 1.0], vec![0.6, 1.0, 3.0]];
        let lower = factor(&matrix).unwrap();
        let x = backward(&lower, &forward(&lower, &[1.0, 2.0, 3.0]));
        for (row, expected) in matrix.iter().zip([1.0, 2.0, 3.0]) {
            let found: f64 = row.iter().zip(&x).map(|(a, b)| a * b).sum();
            assert!((found - expected).abs() < 1e-12);
        }
        assert_eq!(factor(&[vec![1.0, 2.0], vec![2.0, 1.0]]), None);
    }
}
