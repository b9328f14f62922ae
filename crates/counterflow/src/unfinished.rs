//! Unfinished work of samplers on the disk: a row of numbers with a key that says of which work it is.

use std::path::Path;

use crate::error::Problem;

/// The row that was saved under this key; `None` if there is none, or one of other work.
pub fn restore(path: &Path, key: u64) -> Option<Vec<f64>> {
    let bytes = std::fs::read(path).ok()?;
    let mut numbers = bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes")));
    (numbers.next()?.to_bits() == key).then(|| numbers.collect())
}

/// Saves a row under a key in place of what was there, so that at any moment one of them is whole.
///
/// # Errors
/// If it can not be written.
pub fn save(path: &Path, key: u64, row: Vec<f64>) -> Result<(), Problem> {
    let bytes: Vec<u8> = std::iter::once(f64::from_bits(key)).chain(row).flat_map(f64::to_le_bytes).collect();
    let fresh = path.with_extension("new");
    let written = std::fs::write(&fresh, bytes).and_then(|()| std::fs::rename(&fresh, path));
    written.map_err(|error| Problem::unwritable(path, &error))
}
