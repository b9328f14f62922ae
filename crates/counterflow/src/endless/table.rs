//! Tables of a long run as Parquet files: whole numbers and doubles, group of rows by group of rows.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Encoding, Repetition, Type as Physical};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::durable::{Draft, Finished};
use crate::error::Problem;

/// A column of some rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Numbers of members, bins, counts.
    Whole(Vec<i64>),
    /// Values.
    Real(Vec<f64>),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Whole,
    /// Doubles.
    Real,
}

/// A table that is being written.
pub struct TableWriter {
    file: SerializedFileWriter<Draft>,
    path: String,
}

impl TableWriter {
    /// Begins a table with these columns, and with what its readers must know beside it.
    ///
    /// # Errors
    /// If the folder does not take it.
    pub fn new(
        folder: &Path,
        stem: &str,
        columns: &[(String, Kind)],
        about: &[(&str, String)],
    ) -> Result<TableWriter, Problem> {
        let path = folder.join(stem).display().to_string();
        let draft = Draft::new(folder, stem).map_err(|e| unwritable(&path, &e))?;
        let path = draft.path().display().to_string();
        let file = begin(draft, columns, about).map_err(|e| unwritable(&path, &e))?;
        Ok(TableWriter { file, path })
    }

    /// Writes a group of rows.
    ///
    /// # Errors
    /// If the disk does not take it.
    pub fn rows(&mut self, columns: &[Column]) -> Result<(), Problem> {
        group(&mut self.file, columns).map_err(|e| unwritable(&self.path, &e))
    }

    /// Brings the table to the disk and gives it its name.
    ///
    /// # Errors
    /// If the disk does not take it.
    pub fn finish(self, stem: &str) -> Result<Finished, Problem> {
        let path = self.path;
        let draft = self.file.into_inner().map_err(|e| unwritable(&path, &e))?;
        draft.finish(stem, "parquet").map_err(|e| unwritable(&path, &e))
    }
}

fn begin(
    draft: Draft,
    columns: &[(String, Kind)],
    about: &[(&str, String)],
) -> Result<SerializedFileWriter<Draft>, ParquetError> {
    let field = |(name, kind): &(String, Kind)| {
        let physical = if *kind == Kind::Whole { Physical::INT64 } else { Physical::DOUBLE };
        Type::primitive_type_builder(name, physical).with_repetition(Repetition::REQUIRED).build().map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder("run").with_fields(fields).build()?;
    let about = about.iter().map(|(key, value)| KeyValue::new(format!("counterflow.{key}"), value.clone())).collect();
    let mut properties = WriterProperties::builder()
        .set_key_value_metadata(Some(about))
        // Values of runs hardly repeat; a dictionary of them only costs time.
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None);
    for (name, _) in columns.iter().filter(|(_, kind)| *kind == Kind::Whole) {
        // Members and bins rise by little from row to row.
        properties = properties.set_column_encoding(vec![name.clone()].into(), Encoding::DELTA_BINARY_PACKED);
    }
    SerializedFileWriter::new(draft, Arc::new(schema), Arc::new(properties.build()))
}

fn group(file: &mut SerializedFileWriter<Draft>, columns: &[Column]) -> Result<(), ParquetError> {
    let mut rows = file.next_row_group()?;
    for column in columns {
        let mut writer = rows.next_column()?.ok_or_else(|| ParquetError::General("too many columns".to_owned()))?;
        match column {
            Column::Whole(values) => _ = writer.typed::<Int64Type>().write_batch(values, None, None)?,
            Column::Real(values) => _ = writer.typed::<DoubleType>().write_batch(values, None, None)?,
        }
        writer.close()?;
    }
    rows.close().map(|_| ())
}

/// Reads a table, group of rows by group of rows.
///
/// # Errors
/// If it does not read, or `take` finds fault.
pub fn read(path: &Path, mut take: impl FnMut(&[Column]) -> Result<(), Problem>) -> Result<(), Problem> {
    let shown = path.display().to_string();
    let broken = |e: ParquetError| Problem::new(shown.clone(), format!("does not read as a table: {e}"));
    let file = File::open(path).map_err(|e| Problem::new(shown.clone(), format!("cannot be read: {e}")))?;
    let reader = SerializedFileReader::new(file).map_err(broken)?;
    for position in 0..reader.num_row_groups() {
        let group = reader.get_row_group(position).map_err(broken)?;
        let columns = (0..group.num_columns()).map(|k| column(group.as_ref(), k)).collect::<Result<Vec<Column>, _>>();
        take(&columns.map_err(broken)?)?;
    }
    Ok(())
}

fn column(group: &dyn RowGroupReader, position: usize) -> Result<Column, ParquetError> {
    let rows = group.metadata().num_rows().max(0) as usize;
    let (mut whole, mut real) = (Vec::new(), Vec::new());
    match group.get_column_reader(position)? {
        ColumnReader::Int64ColumnReader(mut reader) => {
            while whole.len() < rows && reader.read_records(rows - whole.len(), None, None, &mut whole)?.0 > 0 {}
            Ok(Column::Whole(whole))
        }
        ColumnReader::DoubleColumnReader(mut reader) => {
            while real.len() < rows && reader.read_records(rows - real.len(), None, None, &mut real)?.0 > 0 {}
            Ok(Column::Real(real))
        }
        _ => Err(ParquetError::General("a column is neither of whole numbers nor of doubles".to_owned())),
    }
}

fn unwritable(path: &str, error: &dyn std::fmt::Display) -> Problem {
    let problem = Problem::new(path, format!("cannot be written: {error}"));
    problem.help("what was finished before is kept; make room or give access, and run again")
}
