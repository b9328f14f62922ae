//! What is known to be wrong or unknown in a chapter, computed: misfits, missed experiments, assumptions, and checks.

use counterflow::listing;
use counterflow::report::fits::misfit;
use counterflow::report::words::{count, percent, spaced};
use counterflow::reproduce::{Row, answer_in_words, published_in_words};
use counterflow_model::Check;
use maud::{Markup, html};

use super::Chapter;
use crate::addresses::base;
use crate::material::Material;

/// A median that misses the data by more than this share of their mean is told of.
const FAR: f64 = 0.25;

impl Chapter<'_> {
    /// The limits; nothing if there is nothing to tell.
    pub fn limits(&self, material: &Material<'_>) -> Option<Markup> {
        let parts = [self.assumptions(), self.misfits(material), self.missed(material), self.checks()];
        let told: Vec<Markup> = parts.into_iter().flatten().collect();
        (!told.is_empty()).then(|| html! { @for part in told { (part) } })
    }

    fn assumptions(&self) -> Option<Markup> {
        let sector = &self.model.sectors[self.sector.0].name;
        let entries = listing::parameters(self.project, self.model).unwrap_or_default();
        let with_prior: Vec<_> = entries.iter().filter(|e| e.sector == *sector && e.prior.is_some()).collect();
        let assumed = with_prior.iter().filter(|e| e.grade == Some("assumed")).count();
        let unreached = with_prior.iter().filter(|e| e.posterior.is_none()).count();
        (!with_prior.is_empty()).then(|| {
            html! {
                p {
                    "Of " (count(with_prior.len(), "uncertain number")) " here " (assumed)
                    " rest on an assumption of the authors, and " (unreached) " are reached by no data and keep their prior."
                }
            }
        })
    }

    fn misfits(&self, material: &Material<'_>) -> Option<Markup> {
        let own = |name: &str| self.observations().any(|o| o.name == name);
        let fits: Vec<_> = (material.fit.series.iter())
            .filter(|series| own(&series.name))
            .filter_map(|series| Some((series, series.with_discrepancy?)))
            .filter(|(series, scores)| misfit(series) || scores.error > FAR)
            .collect();
        (!fits.is_empty()).then(|| {
            html! {
                p { "Series of 2015 to 2024 that the model meets badly:" }
                ul {
                    @for (series, scores) in fits {
                        li {
                            (series.title) ": the band of 90 in 100 holds " (percent(scores.coverage90)) " of "
                            (count(scores.count, "datum").replace("datums", "data")) " and is " (percent(scores.width90))
                            " of their mean wide; the median misses by " (percent(scores.error)) " of it on average."
                        }
                    }
                }
            }
        })
    }

    /// Experiments about this chapter's variables that count and do not hold.
    fn missed(&self, material: &Material<'_>) -> Option<Markup> {
        let own = |row: &&Row| {
            let asked = row.experiment.ask.as_ref().and_then(|ask| self.model.find(base(&ask.name)));
            asked.is_some_and(|id| self.is_own(id))
        };
        let misses = |row: &&Row| row.counted() && row.answer.as_ref().is_some_and(|answer| !answer.verdict.holds());
        let rows: Vec<&Row> = material.experiments.rows.iter().filter(own).filter(misses).collect();
        (!rows.is_empty()).then(|| {
            html! {
                p { "Natural experiments that the model misses:" }
                ul {
                    @for row in rows {
                        li {
                            a href={ (crate::pages::experiments::FILE) "#e-" (row.experiment.id) } { (row.experiment.target) }
                            @if let (Some(answer), Some(ask)) = (&row.answer, &row.experiment.ask) {
                                " Published " (published_in_words(&row.experiment)) ", the model " (answer_in_words(answer, ask)) "."
                            }
                        }
                    }
                }
            }
        })
    }

    fn checks(&self) -> Option<Markup> {
        let own: Vec<&Check> = self.model.checks.iter().filter(|check| check.sector == self.sector).collect();
        (!own.is_empty()).then(|| {
            html! {
                p { "What must hold at every saved time of every run:" }
                ul { @for check in own { li { (spaced(&check.statement)) (self.math().expression(&check.condition)) } } }
            }
        })
    }
}
