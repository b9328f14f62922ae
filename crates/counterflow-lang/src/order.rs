//! Order of computation: no value may depend on itself, neither within a step nor at the start.

use crate::codes::Code;
use crate::functions::{self, Function};
use crate::report::{Finding, Report};
use crate::resolve::{Names, Origin, Role};
use crate::syntax::{Body, Expr, Kind};
use counterflow_model::standard::Cascade;
use std::collections::{BTreeSet, VecDeque};

/// More cycles than this are not listed: they come from the first few.
const MOST_CYCLES: usize = 20;

/// Names of a long circle that are shown.
const MOST_NAMES: usize = 20;

/// Which moment is asked about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// Every step: stocks have their values, and so have INIT, SMTH and the inner stocks of delays.
    Step,
    /// The start: stocks are computed from their initial values.
    Start,
}

/// Reports every definition that needs its own value.
///
/// Whole variables are ordered, not elements: an array whose elements depend on each other counts as circular.
pub fn check(names: &Names, report: &mut Report) {
    let mut known = BTreeSet::new();
    for cycle in cycles(&dependencies(names, Moment::Step)) {
        known.insert(cycle.iter().copied().collect::<BTreeSet<usize>>());
        tell(names, Code::E5001, &cycle, report);
    }
    for cycle in cycles(&dependencies(names, Moment::Start)) {
        if !known.contains(&cycle.iter().copied().collect()) {
            tell(names, Code::E5002, &cycle, report);
        }
    }
}

fn tell(names: &Names, code: Code, cycle: &[usize], report: &mut Report) {
    let first = &names.variables[cycle[0]];
    let mut around: Vec<&str> = cycle.iter().take(MOST_NAMES).map(|i| names.variables[*i].name.as_str()).collect();
    if cycle.len() > MOST_NAMES {
        around.push("...");
    }
    around.push(&first.name);
    let path = around.join(" -> ");
    let (message, help) = if code == Code::E5001 {
        let help = "somewhere in the circle a stock or a delay must hold the value of the step before";
        (format!("`{}` depends on itself: {path}", first.name), help)
    } else {
        let help = "give one of them a starting value that does not depend on the others";
        (format!("the value of `{}` at the start depends on itself: {path}", first.name), help)
    };
    report.push(Finding::new(code, first.span, message).label("needs its own value").help(help));
}

/// For each variable those whose values it needs at that moment.
fn dependencies(names: &Names, moment: Moment) -> Vec<Vec<usize>> {
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); names.variables.len()];
    for one in &names.uses {
        let wanted = match one.role {
            Role::Value => true,
            Role::Initial => moment == Moment::Start,
            Role::Flow | Role::Observed | Role::Scale(_) | Role::Condition | Role::Measured => false,
        };
        if let (Some(id), true) = (one.variable, wanted) {
            gather(names, one.expr, moment, &mut needs[id.0]);
        }
    }
    for (i, entry) in names.variables.iter().enumerate() {
        if matches!(entry.origin, Origin::AllCosts) {
            let is_cost = |j: &usize| matches!(names.variables[*j].origin, Origin::Cost(_));
            needs[i] = (0..names.variables.len()).filter(is_cost).collect();
        }
    }
    for needed in &mut needs {
        needed.sort_unstable();
        needed.dedup();
    }
    needs
}

fn gather(names: &Names, expr: &Expr, moment: Moment, needs: &mut Vec<usize>) {
    match &expr.kind {
        Kind::Name(name, _) if functions::clock(&name.text).is_none() => {
            if let Some(id) = names.variable(&name.text)
                && !(moment == Moment::Step && holds(&names.entry(id).origin))
            {
                needs.push(id.0);
            }
        }
        Kind::Call(name, arguments) => {
            let needed = match functions::of_call(&name.text, arguments.len()) {
                Some(Function::Initial) if moment == Moment::Step => Vec::new(),
                Some(Function::Stateful(stateful)) => held(stateful, arguments, moment),
                _ => arguments.iter().collect(),
            };
            needed.into_iter().for_each(|argument| gather(names, argument, moment, needs));
        }
        _ => expr.children().into_iter().for_each(|child| gather(names, child, moment, needs)),
    }
}

/// Arguments that the value of a smooth or delay needs at once: its stocks hold what came before.
fn held(function: Cascade, arguments: &[Expr], moment: Moment) -> Vec<&Expr> {
    // What leaves a delay is its stock over its time; a smooth is its stock.
    let time = function.is_delay.then_some(&arguments[1]);
    let initial = (moment == Moment::Start).then(|| arguments.get(2).unwrap_or(&arguments[0]));
    time.into_iter().chain(initial).collect()
}

/// Whether a variable has its value before a step is computed.
fn holds(origin: &Origin) -> bool {
    matches!(origin, Origin::Statement(statement) if matches!(statement.body, Body::Stock(_)))
}

/// Circles, each shown by a shortest way round.
fn cycles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let remaining = on_circles(needs);
    // Number of the walk that came by, from 1. Every walk ends, in a circle of its own or where another has been.
    let mut walked = vec![0; needs.len()];
    let mut found = Vec::new();
    for (walk, start) in (1..).zip(remaining.iter().copied()) {
        let mut at = start;
        while walked[at] == 0 {
            walked[at] = walk;
            // What remains needs something that remains, so the walk goes on.
            at = needs[at].iter().copied().find(|need| remaining.contains(need)).unwrap_or(at);
        }
        if walked[at] == walk && found.len() < MOST_CYCLES {
            found.extend(shortest(needs, at));
        }
    }
    found
}

/// Variables that remain when those that need nothing that remains are taken away, again and again.
fn on_circles(needs: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    let mut open: Vec<usize> = needs.iter().map(Vec::len).collect();
    for (i, needed) in needs.iter().enumerate() {
        needed.iter().for_each(|j| users[*j].push(i));
    }
    let mut ready: Vec<usize> = (0..needs.len()).filter(|i| open[*i] == 0).collect();
    while let Some(i) = ready.pop() {
        for user in &users[i] {
            open[*user] -= 1;
            if open[*user] == 0 {
                ready.push(*user);
            }
        }
    }
    (0..needs.len()).filter(|i| open[*i] > 0).collect()
}

/// A shortest way from a variable back to itself, if there is one.
fn shortest(needs: &[Vec<usize>], start: usize) -> Option<Vec<usize>> {
    let mut came_from: Vec<Option<usize>> = vec![None; needs.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(i) = queue.pop_front() {
        for &j in &needs[i] {
            if j == start {
                let mut path = vec![i];
                while let Some(before) = came_from[path[path.len() - 1]] {
                    path.push(before);
                }
                path.reverse();
                return Some(path);
            }
            if came_from[j].is_none() {
                came_from[j] = Some(i);
                queue.push_back(j);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_circle_once() {
        let needs = vec![vec![1], vec![2], vec![0], vec![3], vec![0], vec![]];
        assert_eq!(cycles(&needs), vec![vec![0, 1, 2], vec![3]]);
    }
}
