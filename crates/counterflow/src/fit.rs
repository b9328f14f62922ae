//! The fit of the posterior to each data series, with and without the discrepancy, misfit included.

use counterflow_explore::comparison::Band;

/// Fit of all series.
#[derive(Clone, Debug)]
pub struct Fit {
    /// One entry for each observation of the model.
    pub series: Vec<SeriesFit>,
}

/// Fit of one series.
#[derive(Clone, Debug)]
pub struct SeriesFit {
    /// Name of the observation.
    pub name: String,
    /// Title of the data series.
    pub title: String,
    /// Unit of the values.
    pub unit: String,
    /// Publisher.
    pub publisher: String,
    /// Sentence of the observation.
    pub documentation: String,
    /// One entry for each datum, in time order.
    pub points: Vec<FitPoint>,
    /// Scores over the data of 2015-2024 with the discrepancy.
    pub with_discrepancy: Option<Scores>,
    /// The same for a fit without it.
    pub without_discrepancy: Option<Scores>,
}

/// One datum and what the posterior predicts for it, scatter of the data included.
#[derive(Clone, Debug)]
pub struct FitPoint {
    /// The period, as written in the data.
    pub period: String,
    /// Its middle, in years.
    pub time: f64,
    /// The datum.
    pub value: f64,
    /// Whether the fit used it.
    pub used: bool,
    /// Posterior predictive band.
    pub band: Band,
}

/// How well bands cover and how wide they are.
#[derive(Clone, Copy, Debug)]
pub struct Scores {
    /// Number of data.
    pub count: usize,
    /// Share of data inside the 90 % band.
    pub coverage90: f64,
    /// Mean width of the 90 % band, relative to the mean datum.
    pub width90: f64,
    /// Mean absolute error of the median, relative to the mean datum.
    pub error: f64,
}
