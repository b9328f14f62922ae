//! Histograms over time as tables: for each cell its bins and their whole counts. They add up exactly in any order.

use std::path::Path;

use counterflow_engine::Sketch;

use super::table::{Column, Kind, TableWriter, read};
use crate::error::Problem;

/// Stands for what is not a number; no bin has this number.
const NOT_A_NUMBER: i64 = i64::MIN;
/// Bins in a group of rows.
const GROUP: usize = 1 << 18;

/// Columns of the table: the cell (series by series, time by time), the bin (see [`Sketch::bins`]), how many members.
pub fn columns() -> Vec<(String, Kind)> {
    ["cell", "bin", "members"].map(|name| (name.to_owned(), Kind::Whole)).into()
}

/// Writes the histograms of all cells.
///
/// # Errors
/// If the disk does not take them.
pub fn write(table: &mut TableWriter, cells: &[Sketch]) -> Result<(), Problem> {
    let mut rows = [Vec::new(), Vec::new(), Vec::new()];
    for (cell, sketch) in cells.iter().enumerate() {
        for (bin, count) in entries(sketch) {
            for (column, value) in rows.iter_mut().zip([cell as i64, bin, count as i64]) {
                column.push(value);
            }
        }
        if rows[0].len() >= GROUP || cell + 1 == cells.len() {
            table.rows(&std::mem::take(&mut rows).map(Column::Whole))?;
        }
    }
    Ok(())
}

/// Bins and counts of a sketch, first of all what is not a number.
pub fn entries(sketch: &Sketch) -> impl Iterator<Item = (i64, u64)> + '_ {
    let missing = Some((NOT_A_NUMBER, sketch.not_a_number())).filter(|(_, count)| *count > 0);
    missing.into_iter().chain(sketch.bins())
}

/// Adds the histograms in a file to those at hand.
///
/// # Errors
/// If the file is no such table.
pub fn add(path: &Path, cells: &mut [Sketch]) -> Result<(), Problem> {
    let strange = || Problem::new(path.display().to_string(), "is no table of histograms of this run");
    read(path, |columns| {
        let [Column::Whole(cell), Column::Whole(bin), Column::Whole(count)] = columns else { return Err(strange()) };
        for ((cell, bin), count) in cell.iter().zip(bin).zip(count) {
            let sketch = usize::try_from(*cell).ok().and_then(|cell| cells.get_mut(cell)).ok_or_else(strange)?;
            let count = u64::try_from(*count).map_err(|_| strange())?;
            match *bin {
                NOT_A_NUMBER => sketch.add_not_a_number(count),
                bin => sketch.add_bin(bin, count),
            }
        }
        Ok(())
    })
}
