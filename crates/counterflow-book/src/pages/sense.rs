//! Extremes and sense: every statement of what must come out, how it is written, and in how many draws it does.

use counterflow::report::words::count;
use counterflow::should::{Found, Row, Standing};
use counterflow_model::SectorId;
use maud::{Markup, html};

use super::{Library, RECORD};
use crate::site::Page;

/// File of the page.
pub const FILE: &str = "sense.html";

impl Library<'_> {
    /// The page.
    pub fn sense(&self) -> Page {
        Page { file: FILE.into(), title: "Extremes and sense".into(), part: RECORD, content: self.stated() }
    }

    fn stated(&self) -> Markup {
        let found: &Found = &self.material.shoulds;
        let holding = found.count(Standing::Holds) + found.count(Standing::NoLongerMissed);
        html! {
            p {
                "A model can fit the record and be wrong beyond it. Each statement sets inputs, often far outside what anybody thinks likely, "
                "and says what must come out. The status quo with the posterior medians and "
                (count(found.members - 1, "draw")) " are asked; the tests ask with every text of every part in dispute."
            }
            p {
                strong { (holding) " of " (count(found.rows.len(), "statement")) " hold" } ", "
                (found.count(Standing::KnownMiss)) " are known misses with their reason, "
                (found.count(Standing::Fails)) " fail."
            }
            @for sector in self.sectors_of_statements() { (self.statements_of(sector)) }
        }
    }

    /// Chapters that make statements, in the order of the text.
    fn sectors_of_statements(&self) -> Vec<SectorId> {
        let mut sectors: Vec<SectorId> = self.material.shoulds.rows.iter().map(|row| row.should.sector).collect();
        sectors.dedup();
        sectors
    }

    fn statements_of(&self, sector: SectorId) -> Markup {
        let rows = self.material.shoulds.rows.iter().filter(|row| row.should.sector == sector);
        html! {
            @if let Some(title) = self.material.checked_title(sector) { h2 { (title) } }
            @for row in rows { (self.statement(row)) }
        }
    }

    fn statement(&self, row: &Row) -> Markup {
        let standing = match row.standing() {
            Standing::Holds | Standing::NoLongerMissed => "holds",
            Standing::KnownMiss => "known miss",
            Standing::Fails => "fails",
        };
        html! {
            section class="claim" {
                h3 { (row.should.statement) }
                p { strong { (standing) } ", in " (row.holding) " of " (row.members) "." }
                @if !row.should.because.is_empty() { p { (row.should.because) } }
                @if let Some(reason) = &row.should.known_miss { p { "Known: " (reason) } }
                details {
                    summary { "The statement as it is written" }
                    pre { code { (self.material.written(row)) } }
                }
            }
        }
    }
}
