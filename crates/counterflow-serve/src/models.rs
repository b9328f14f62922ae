//! The models that answer: one for each choice of variants, made when it is first asked for, and answers that were given.
//!
//! An answer is a function of its question, so that one that was given once can be given again.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use counterflow::page::bundle::Bundle;
use counterflow::page::desk::Desk;
use counterflow::page::scenario::Scenario;
use counterflow::page::shown::{Shown, with_variants};
use counterflow::{Problem, Project};

/// Models that are kept beside the one without a choice.
const MOST_MODELS: usize = 4;
/// Bytes of answers that are kept.
const MOST_BYTES: usize = 64 << 20;

/// A model in both of its forms, each made when it is first asked for.
#[derive(Debug)]
pub struct Answering {
    project: Project,
    desk: OnceLock<Result<Desk, Vec<Problem>>>,
    shown: OnceLock<Result<Shown, Vec<Problem>>>,
}

impl Answering {
    fn new(project: Project) -> Answering {
        Answering { project, desk: OnceLock::new(), shown: OnceLock::new() }
    }

    /// Its desk.
    ///
    /// # Errors
    /// If the model has no posterior.
    pub fn desk(&self) -> Result<&Desk, Vec<Problem>> {
        self.desk.get_or_init(|| Bundle::of(&self.project).map(Desk::new)).as_ref().map_err(Clone::clone)
    }

    /// What a page shows of it.
    ///
    /// # Errors
    /// As [`Answering::desk`].
    pub fn shown(&self) -> Result<&Shown, Vec<Problem>> {
        self.shown.get_or_init(|| Shown::new(&self.project)).as_ref().map_err(Clone::clone)
    }
}

/// A model with a choice of variants, by slot.
type Other = (BTreeMap<String, String>, Arc<Answering>);

/// All models of a server.
#[derive(Debug)]
pub struct Models {
    plain: Arc<Answering>,
    others: Mutex<VecDeque<Other>>,
    answers: Mutex<Answers>,
}

#[derive(Debug, Default)]
struct Answers {
    known: BTreeMap<String, Arc<str>>,
    order: VecDeque<String>,
    bytes: usize,
}

impl Models {
    /// The models of a project.
    pub fn new(project: Project) -> Models {
        let plain = Arc::new(Answering::new(project));
        Models { plain, others: Mutex::default(), answers: Mutex::default() }
    }

    /// The model with the variants of a scenario.
    ///
    /// # Errors
    /// Every variant that there is not.
    pub fn of(&self, scenario: &Scenario) -> Result<Arc<Answering>, Vec<Problem>> {
        if scenario.variants.is_empty() {
            return Ok(Arc::clone(&self.plain));
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, model)) = others.iter().find(|(variants, _)| *variants == scenario.variants) {
            return Ok(Arc::clone(model));
        }
        let model = Arc::new(Answering::new(with_variants(self.plain.project.clone(), scenario)?));
        others.push_back((scenario.variants.clone(), Arc::clone(&model)));
        if others.len() > MOST_MODELS {
            others.pop_front();
        }
        Ok(model)
    }

    /// The answer to a question: one that was given, or a new one, which is then kept.
    ///
    /// # Errors
    /// What the new one fails with.
    pub fn answer<E>(&self, question: String, new: impl FnOnce() -> Result<String, E>) -> Result<Arc<str>, E> {
        let answers = || self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = answers().known.get(&question) {
            return Ok(Arc::clone(known));
        }
        let answer: Arc<str> = new()?.into();
        answers().keep(question, &answer);
        Ok(answer)
    }
}

impl Answers {
    fn keep(&mut self, question: String, answer: &Arc<str>) {
        let size = |question: &str, answer: &str| 2 * question.len() + answer.len();
        if size(&question, answer) > MOST_BYTES / 8 || self.known.contains_key(&question) {
            return;
        }
        self.bytes += size(&question, answer);
        self.order.push_back(question.clone());
        self.known.insert(question, Arc::clone(answer));
        while self.bytes > MOST_BYTES {
            let Some(oldest) = self.order.pop_front() else { return };
            if let Some(answer) = self.known.remove(&oldest) {
                self.bytes -= size(&oldest, &answer);
            }
        }
    }
}
