//! `should` statements of the text to those of the model.

use counterflow_model::{DimensionId, Expectation, Reference, Setting, Should, Target, When};

use super::{Lower, Scope};
use crate::shapes;
use crate::syntax::{ExpectClause, Kind, Name, ReferenceText, SettingClause, Span, Subscript, TargetText};

impl Lower<'_, '_> {
    /// All of them, in the order of the text.
    pub fn shoulds(&mut self) -> Vec<Should> {
        let names = self.names;
        let mut shoulds = Vec::new();
        for (statement, span) in &names.shoulds {
            let from = statement.from.map(|from| from.number);
            let expectations = statement.expectations.iter().map(|clause| self.expectation(clause, from, *span));
            let expectations = expectations.collect();
            shoulds.push(Should {
                statement: statement.statement.clone(),
                given: statement.given.iter().filter_map(|setting| self.setting(setting)).collect(),
                settings: statement.settings.iter().filter_map(|setting| self.setting(setting)).collect(),
                from,
                expectations,
                share: statement.share,
                because: statement.because.clone(),
                known_miss: statement.known_miss.clone(),
                sector: self.sector(*span),
                place: self.place(*span),
            });
        }
        shoulds
    }

    fn setting(&self, setting: &SettingClause) -> Option<Setting> {
        let target = match &setting.target {
            TargetText::Each => Target::EachLever,
            TargetText::Every => Target::EveryLever,
            TargetText::Named(name) => {
                let Kind::Name(name, subscripts) = &name.kind else { return None };
                let id = self.names.variable(&name.text)?;
                let dimensions = self.names.entry(id).dimensions.clone().unwrap_or_default();
                Target::Elements(id, self.elements(&dimensions, subscripts.as_deref()))
            }
        };
        Some(Setting { target, amounts: setting.amounts.clone() })
    }

    /// The element that subscripts name, or all elements without them.
    fn elements(&self, dimensions: &[DimensionId], subscripts: Option<&[Subscript]>) -> Vec<usize> {
        let named = |subscript: &Subscript| match subscript {
            Subscript::Name(name) => Some(name.clone()),
            Subscript::All(_) => None,
        };
        let elements: Option<Vec<Name>> = subscripts.and_then(|all| all.iter().map(named).collect());
        let one = elements.and_then(|elements| shapes::position(self.names, &elements, dimensions).ok());
        one.map_or_else(|| (0..self.names.size(dimensions)).collect(), |position| vec![position])
    }

    fn expectation(&mut self, clause: &ExpectClause, from: Option<f64>, span: Span) -> Expectation {
        let scope = Scope { owner: "should", dimensions: &[], span };
        let (measured, value) = clause.sides();
        let measured = self.expression(measured, &scope);
        let reference = match clause.reference {
            ReferenceText::Before => Reference::Before,
            ReferenceText::StatusQuo(factor) => Reference::StatusQuo(factor),
            ReferenceText::Value => Reference::Value(
                value.map_or(counterflow_model::Expr::Number(f64::NAN), |e| self.expression(e, &scope)),
            ),
        };
        let when = match clause.when {
            When::Always(first, last) => {
                let start = from.unwrap_or(self.horizon.start);
                When::Always(first.max(start), last.min(self.horizon.stop))
            }
            when => when,
        };
        let text =
            self.project.files.get(clause.span.file).and_then(|file| file.text.get(clause.span.start..clause.span.end));
        let text =
            text.unwrap_or_default().trim_start_matches("expect").split_whitespace().collect::<Vec<_>>().join(" ");
        Expectation { text, measured, when, relation: clause.relation, reference }
    }
}
