//! Eigenvalues and eigenvectors of a small symmetric matrix, by cyclic Jacobi rotations.
//!
//! G. H. Golub and C. F. Van Loan, *Matrix Computations*, section 8.5. Slow but simple, and exact to rounding.

/// Eigenvalues, and eigenvectors as rows in the same order.
pub fn symmetric(matrix: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = matrix.len();
    let mut a = matrix.to_vec();
    let mut vectors: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    /// Sweeps after which every matrix of a thousand rows has converged.
    const SWEEPS: usize = 30;
    for _ in 0..SWEEPS {
        let (mut off, mut size) = (0.0, 0.0);
        for (i, row) in a.iter().enumerate() {
            size += row[i] * row[i];
            off += row[..i].iter().map(|x| x * x).sum::<f64>();
        }
        if off <= 1e-26 * size {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut vectors, p, q);
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), vectors)
}

/// Turns rows and columns `p` and `q` so that their shared entry becomes zero.
fn rotate(a: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    if a[p][q] == 0.0 {
        return;
    }
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    for row in a.iter_mut() {
        (row[p], row[q]) = (cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]);
    }
    turn(a, p, q, cosine, sine);
    turn(vectors, p, q, cosine, sine);
}

fn turn(rows: &mut [Vec<f64>], p: usize, q: usize, cosine: f64, sine: f64) {
    let (before, after) = rows.split_at_mut(q);
    for (x, y) in before[p].iter_mut().zip(after[0].iter_mut()) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvectors_are_stretched_by_eigenvalues() {
        let n = 12;
        let entry =
            |i: usize, j: usize| ((i * j + 3 * (i + j)) % 7) as f64 - 2.5 + f64::from(u8::from(i == j)) * i as f64;
        let matrix: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
        let (values, vectors) = symmetric(&matrix);
        for (value, vector) in values.iter().zip(&vectors) {
            for (row, x) in matrix.iter().zip(vector) {
                let stretched: f64 = row.iter().zip(vector).map(|(a, b)| a * b).sum();
                assert!((stretched - value * x).abs() < 1e-10);
            }
        }
    }
}
