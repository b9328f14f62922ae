//! The record of a chapter against what the posterior predicts for it.

use counterflow::fit::SeriesFit;
use counterflow::report::fits::panel;
use counterflow_model::{Family, Observation};
use maud::{Markup, html};

use super::Chapter;
use crate::addresses::{DATA, series_anchor};
use crate::material::Material;

impl Chapter<'_> {
    /// Observations that the chapter declares.
    pub fn observations(&self) -> impl Iterator<Item = &Observation> {
        self.model.observations.iter().filter(|observation| observation.sector == self.sector)
    }

    /// A chart for each observation; nothing if the chapter has none.
    pub fn fit(&self, material: &Material<'_>) -> Option<Markup> {
        let of = |o: &Observation| material.fit.series.iter().find(|series| series.name == o.name);
        let fits: Vec<(&Observation, &SeriesFit)> = self.observations().filter_map(|o| Some((o, of(o)?))).collect();
        (!fits.is_empty()).then(|| {
            html! {
                p { "Dots are data, hollow where the fit did not use them; the line is the posterior's median, the bands hold 50 and 90 in 100 of what it predicts, scatter of the data included." }
                div class="small-panels" {
                    @for (observation, series) in fits { (self.observed(observation, series)) }
                }
            }
        })
    }

    fn observed(&self, observation: &Observation, series: &SeriesFit) -> Markup {
        let family = Family::ALL
            .iter()
            .find(|(_, family)| *family == observation.likelihood.family)
            .map_or("", |(name, _)| name);
        html! {
            div class="observed" {
                (panel(series, ""))
                details {
                    summary { "What is held against what" }
                    p { "Series: " a href={ (DATA) "#" (series_anchor(&observation.series)) } { (series.title) } " (" (series.publisher) ")." }
                    p { "The model's side:" }
                    (self.math().expression(&observation.expression))
                    p { "Scatter: " (family) " with scale" }
                    (self.math().expression(&observation.likelihood.scale))
                }
            }
        }
    }
}
