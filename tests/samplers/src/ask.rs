//! A density that answers one point at a time, as NUTS asks: alone, or together with the points of other chains.
//!
//! NUTS needs one slope before it knows where to ask for the next, so a chain alone leaves all lanes but one empty. Several
//! chains need not be in step for their questions to be answered in one block: it is enough that each waits until all
//! others have asked too.

use std::sync::mpsc::{Receiver, Sender, channel};

use counterflow_calibrate::sampler::Density;

/// Log density and slopes at a point.
pub type Answer = (f64, Vec<f64>);

/// What a chain asks; `None` is the answer when time is over.
pub trait Ask: Send {
    /// Log density and slopes at a point.
    fn ask(&mut self, point: &[f64]) -> Option<Answer>;
}

/// A chain that is answered at once.
pub struct Alone<'a> {
    /// The density.
    pub density: &'a (dyn Density + Sync),
    /// Whether time is over.
    pub over: &'a (dyn Fn() -> bool + Sync),
}

impl Ask for Alone<'_> {
    fn ask(&mut self, point: &[f64]) -> Option<Answer> {
        (!(self.over)()).then(|| self.density.slopes(&[point.to_vec()]).remove(0))
    }
}

/// A chain that is answered together with others.
pub struct Together {
    chain: usize,
    questions: Sender<Question>,
    answers: Receiver<Answer>,
}

struct Question {
    chain: usize,
    /// `None` if the chain has ended.
    point: Option<Vec<f64>>,
}

impl Ask for Together {
    fn ask(&mut self, point: &[f64]) -> Option<Answer> {
        self.questions.send(Question { chain: self.chain, point: Some(point.to_vec()) }).ok()?;
        self.answers.recv().ok()
    }
}

impl Drop for Together {
    fn drop(&mut self) {
        // If nobody listens any more, nobody waits for this chain.
        _ = self.questions.send(Question { chain: self.chain, point: None });
    }
}

/// Answers the questions of several chains.
pub struct Desk {
    questions: Receiver<Question>,
    answers: Vec<Option<Sender<Answer>>>,
}

/// So many chains, and the desk that answers them.
pub fn together(chains: usize) -> (Vec<Together>, Desk) {
    let (questions, asked) = channel();
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..chains).map(|_| channel()).unzip();
    let one = |(chain, answers)| Together { chain, questions: questions.clone(), answers };
    let askers = receivers.into_iter().enumerate().map(one).collect();
    (askers, Desk { questions: asked, answers: senders.into_iter().map(Some).collect() })
}

impl Desk {
    /// Answers until time is over or all chains have ended, always all chains that are left at once.
    pub fn answer(mut self, density: &dyn Density, over: &dyn Fn() -> bool) {
        let mut waiting: Vec<(usize, Vec<f64>)> = Vec::new();
        while self.answers.iter().any(Option::is_some) {
            let Ok(question) = self.questions.recv() else { break };
            match question.point {
                Some(point) => waiting.push((question.chain, point)),
                None => self.answers[question.chain] = None,
            }
            if waiting.is_empty() || waiting.len() < self.answers.iter().flatten().count() {
                continue;
            }
            if over() {
                // Chains whose answers will never come end.
                break;
            }
            // In the order of chains, so that blocks are the same in each run.
            waiting.sort_unstable_by_key(|(chain, _)| *chain);
            let (chains, points): (Vec<usize>, Vec<Vec<f64>>) = waiting.drain(..).unzip();
            for (chain, answer) in chains.into_iter().zip(density.slopes(&points)) {
                if let Some(sender) = &self.answers[chain] {
                    // A chain that has just ended says so itself.
                    _ = sender.send(answer);
                }
            }
        }
    }
}
