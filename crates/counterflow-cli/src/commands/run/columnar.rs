//! A run as a Parquet file: the columns of the CSV, with units and what was run beside them.

use std::sync::Arc;

use counterflow::Problem;
use counterflow::simulate::Simulation;
use parquet::basic::{Repetition, Type as Physical};
use parquet::data_type::DoubleType;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use serde_json::{Map, Value};

use super::shapes::{Asked, Plain, plain};

/// The file's bytes: one row for each time, one column of doubles for each series or quantile.
///
/// # Errors
/// If the columns make no schema.
pub fn parquet(simulation: &Simulation, asked: &Asked<'_>) -> Result<Vec<u8>, Problem> {
    let columns = plain(simulation);
    let about = about(simulation, asked, &columns);
    written(&columns, about).map_err(|e| Problem::new("--format parquet", e.to_string()))
}

/// What a reader of the file must know beside its values.
fn about(simulation: &Simulation, asked: &Asked<'_>, columns: &[Plain]) -> Vec<KeyValue> {
    let units: Map<String, Value> = columns.iter().map(|c| (c.name.clone(), Value::from(c.unit.clone()))).collect();
    [
        ("model", simulation.title.clone()),
        ("model_version", asked.version.to_owned()),
        ("policy", asked.request.policy.name.clone()),
        ("member", simulation.member.clone()),
        ("seed", asked.request.seed.to_string()),
        ("units", Value::Object(units).to_string()),
    ]
    .map(|(key, value)| KeyValue::new(format!("counterflow.{key}"), value))
    .into()
}

fn written(columns: &[Plain], about: Vec<KeyValue>) -> Result<Vec<u8>, ParquetError> {
    let field = |column: &Plain| {
        let doubles = Type::primitive_type_builder(&column.name, Physical::DOUBLE);
        doubles.with_repetition(Repetition::REQUIRED).build().map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder("run").with_fields(fields).build()?;
    let properties = WriterProperties::builder().set_key_value_metadata(Some(about)).build();
    let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    let mut rows = file.next_row_group()?;
    for column in columns {
        if let Some(mut writer) = rows.next_column()? {
            writer.typed::<DoubleType>().write_batch(&column.values, None, None)?;
            writer.close()?;
        }
    }
    rows.close()?;
    file.into_inner()
}
