//! The plan: which values are computed when, and in which registers.

use std::collections::{BTreeMap, BTreeSet};

use counterflow_model::{Definition, Horizon, Method, Model, Step, VariableId};

use crate::elaborate::{Elements, elaborate};
use crate::grouping::Likeness;
use crate::instruction::Register;
use crate::lanes::LookupTable;
use crate::nodes::{Node, NodeId, Nodes, Reach};
use crate::packing::pack;
use crate::program::{Program, select};
use crate::runs::{Save, What};
use crate::smoothing::{Smoothing, smoothed};

/// What to plan for.
#[derive(Clone, Debug, Default)]
pub struct PlanOptions {
    /// What runs save; only what these need is computed.
    pub saves: Vec<Save>,
    /// Steps in a year, if not the model's own. Must be a multiple of its saves.
    pub steps_per_year: Option<u32>,
    /// Smooth forms of formulas with kinks and jumps; without, every formula is exact.
    pub smoothing: Option<Smoothing>,
}

/// A model made ready to run.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) horizon: Horizon,
    pub(crate) saves: Vec<Save>,
    pub(crate) layout: Layout,
    pub(crate) lookups: Vec<LookupTable>,
    pub(crate) nodes: Nodes,
    pub(crate) levers: Vec<(VariableId, usize, f64)>,
    pub(crate) noise_keys: Vec<(u64, u32)>,
    pub(crate) uniform_order: Vec<NodeId>,
    pub(crate) initial: Program,
    pub(crate) member: Program,
    /// Every value in a register of its own, for the way back of gradients.
    pub(crate) dynamic: Program,
    /// The same in few registers, for runs.
    pub(crate) packed: Program,
    pub(crate) parameters: Vec<(VariableId, usize)>,
    pub(crate) size: Size,
}

/// Where the inputs of programs stand among the registers.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Slots of the stocks and, after them, of the cells in registers `0..`.
    pub stocks: Vec<u32>,
    /// How many of those are stocks, which integrate; cells take their next value at whole steps.
    pub integrals: usize,
    /// Register and slot of each parameter in use.
    pub parameters: Vec<(Register, u32)>,
    /// First register of the held values; one for each slot in use.
    pub held: Vec<(Register, u32)>,
    /// Register and slot of each noise input.
    pub noise: Vec<(Register, u32)>,
    /// Register and value of each constant.
    pub constants: Vec<(Register, f64)>,
    /// Register and node of each value that is the same for all members.
    pub uniforms: Vec<(Register, NodeId)>,
}

/// How large a plan is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Elements of flows, auxiliaries and stocks whose value changes in time and is computed.
    pub equations: usize,
    /// Operations per derivative evaluation before fusing.
    pub operations: usize,
    /// Instructions per derivative evaluation.
    pub instructions: usize,
    /// Stock elements.
    pub stocks: usize,
    /// Parameter elements that the saved values depend on.
    pub parameters: usize,
}

impl Plan {
    /// Plans a model.
    pub fn new(model: &Model, options: &PlanOptions) -> Plan {
        let mut horizon = model.horizon;
        if let Some(steps) = options.steps_per_year {
            let per_save = f64::from(steps) / horizon.saves_per_time();
            assert!(per_save >= 1.0 && per_save.fract() == 0.0, "steps per year must be a multiple of saves per year");
            (horizon.step, horizon.steps_per_save) = (Step::part(steps), per_save as u32);
        }
        let mut elements = elaborate(model, horizon.step.length(), options.smoothing.is_some());
        if let Some(smoothing) = options.smoothing {
            elements = smoothed(model, elements, horizon, smoothing);
        }
        let save_nodes: Vec<NodeId> = options.saves.iter().map(|s| node_of(&elements, s.what)).collect();
        Plan::of_elements(model, &elements, horizon, &options.saves, &save_nodes)
    }

    /// Plans elements: runs save the values of these nodes, one for each save.
    pub(crate) fn of_elements(
        model: &Model,
        elements: &Elements,
        horizon: Horizon,
        saves: &[Save],
        save_nodes: &[NodeId],
    ) -> Plan {
        let live = Live::find(elements, save_nodes);
        Builder { model, elements, live: &live }.plan(horizon, saves, save_nodes)
    }

    /// What runs of this plan save.
    pub fn saves(&self) -> &[Save] {
        &self.saves
    }

    /// Every parameter element of the model, in the order of a draw.
    pub fn parameters(&self) -> &[(VariableId, usize)] {
        &self.parameters
    }

    /// Positions in a draw of the parameter elements that the saved values depend on.
    pub fn parameters_in_use(&self) -> BTreeSet<usize> {
        self.layout.parameters.iter().map(|(_, slot)| *slot as usize).collect()
    }

    /// How large the plan is.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Span and step of runs.
    pub fn horizon(&self) -> Horizon {
        self.horizon
    }

    /// Derivative evaluations in a step.
    pub fn stages(&self) -> u32 {
        match self.horizon.method {
            Method::Euler => 1,
            Method::RungeKutta4 => 4,
        }
    }
}

fn node_of(elements: &Elements, what: What) -> NodeId {
    match what {
        What::Element(id, element) => elements.value[elements.offsets[id.0] + element],
        What::Observation(i) => elements.observations[i],
        What::Check(i) => elements.checks[i],
    }
}

/// What the saved values need, directly or through stocks and held values.
struct Live {
    stocks: Vec<u32>,
    held: Vec<u32>,
    parameters: BTreeSet<u32>,
}

impl Live {
    fn find(elements: &Elements, roots: &[NodeId]) -> Live {
        let nodes = &elements.nodes;
        let mut seen = vec![false; nodes.len()];
        let (mut stocks, mut held) = (BTreeSet::new(), BTreeSet::new());
        let mut parameters = BTreeSet::new();
        let mut pending: Vec<NodeId> = roots.to_vec();
        while let Some(id) = pending.pop() {
            if std::mem::replace(&mut seen[id.0 as usize], true) {
                continue;
            }
            let node = nodes.get(id);
            pending.extend(Nodes::operands(node));
            match node {
                Node::Stock(slot) if stocks.insert(slot) => {
                    let stock = elements.stocks[slot as usize];
                    pending.extend([stock.net, stock.initial]);
                }
                Node::Held(slot) if held.insert(slot) => pending.push(elements.held[slot as usize]),
                Node::Parameter(slot) => _ = parameters.insert(slot),
                _ => {}
            }
        }
        Live { stocks: stocks.into_iter().collect(), held: held.into_iter().collect(), parameters }
    }
}

struct Builder<'a> {
    model: &'a Model,
    elements: &'a Elements,
    live: &'a Live,
}

impl Builder<'_> {
    fn plan(&self, horizon: Horizon, saves: &[Save], save_nodes: &[NodeId]) -> Plan {
        let nodes = &self.elements.nodes;
        let net: Vec<NodeId> = self.live.stocks.iter().map(|s| self.elements.stocks[*s as usize].net).collect();
        let step_roots: Vec<NodeId> = net.iter().chain(save_nodes).copied().collect();
        let start_roots: Vec<NodeId> = (self.live.stocks.iter().map(|s| self.elements.stocks[*s as usize].initial))
            .chain(self.live.held.iter().map(|h| self.elements.held[*h as usize]))
            .collect();
        let all_roots: Vec<NodeId> = step_roots.iter().chain(&start_roots).copied().collect();
        let (layout, inputs, first_free) = self.layout(&all_roots);
        let likeness = Likeness::of(nodes);
        let (initial, _) = select(nodes, &likeness, &start_roots, &inputs, first_free);
        let hoisted = self.frontier(&step_roots, Reach::Member, &inputs);
        let (member, after_member) = select(nodes, &likeness, &hoisted, &inputs, initial.end);
        let (dynamic, _) = select(nodes, &likeness, &step_roots, &after_member, member.end);
        let uniform_order = self.uniform_order(&layout);
        let packed = pack(&dynamic, member.end);
        let size = self.size(&step_roots, &dynamic);
        Plan {
            horizon,
            saves: saves.to_vec(),
            layout,
            lookups: self.model.lookups.iter().map(LookupTable::new).collect(),
            nodes: nodes.clone(),
            levers: self.levers(),
            noise_keys: self.elements.noise.clone(),
            uniform_order,
            initial,
            member,
            dynamic,
            packed,
            parameters: self.elements.parameters.clone(),
            size,
        }
    }

    /// Gives every input a register: stocks first, then what is set once per run, then what is set at each step.
    fn layout(&self, roots: &[NodeId]) -> (Layout, BTreeMap<NodeId, Register>, Register) {
        let nodes = &self.elements.nodes;
        let mut registers: BTreeMap<NodeId, Register> = BTreeMap::new();
        let stocks = self.live.stocks.clone();
        let integrals = stocks.partition_point(|slot| (*slot as usize) < self.elements.integrals);
        let mut layout = Layout { stocks, integrals, ..Layout::default() };
        let uniforms = self.frontier(roots, Reach::Uniform, &registers);
        let mut used = vec![false; nodes.len()];
        let mut pending: Vec<NodeId> = roots.to_vec();
        while let Some(id) = pending.pop() {
            let inside_uniform = nodes.reach(id) == Reach::Uniform;
            if !std::mem::replace(&mut used[id.0 as usize], true) && !inside_uniform {
                pending.extend(Nodes::operands(nodes.get(id)));
            }
        }
        let position = |list: &[u32], slot: u32| list.binary_search(&slot).expect("live slots are listed") as u32;
        let mut next = layout.stocks.len() as Register;
        let mut fresh = || {
            next += 1;
            next - 1
        };
        for (held_register, slot) in self.live.held.iter().map(|slot| (fresh(), *slot)).collect::<Vec<_>>() {
            layout.held.push((held_register, slot));
        }
        for id in (0..nodes.len() as u32).map(NodeId).filter(|id| used[id.0 as usize]) {
            match nodes.get(id) {
                Node::Stock(slot) => _ = registers.insert(id, position(&layout.stocks, slot)),
                Node::Held(slot) => {
                    let (register, _) = layout.held[position(&self.live.held, slot) as usize];
                    registers.insert(id, register);
                }
                Node::Parameter(slot) => {
                    let register = fresh();
                    layout.parameters.push((register, slot));
                    registers.insert(id, register);
                }
                Node::Noise(slot) => {
                    let register = fresh();
                    layout.noise.push((register, slot));
                    registers.insert(id, register);
                }
                Node::Number(bits) => {
                    let register = fresh();
                    layout.constants.push((register, f64::from_bits(bits)));
                    registers.insert(id, register);
                }
                _ if uniforms.contains(&id) => {
                    let register = fresh();
                    layout.uniforms.push((register, id));
                    registers.insert(id, register);
                }
                _ => {}
            }
        }
        (layout, registers, next)
    }

    /// Nodes of the given reach that are used by nodes of another reach, or asked for.
    fn frontier(&self, roots: &[NodeId], reach: Reach, inputs: &BTreeMap<NodeId, Register>) -> Vec<NodeId> {
        let nodes = &self.elements.nodes;
        let mut seen = BTreeSet::new();
        let mut found = BTreeSet::new();
        let mut pending: Vec<NodeId> = roots.to_vec();
        while let Some(id) = pending.pop() {
            if !seen.insert(id) || inputs.contains_key(&id) {
                continue;
            }
            if nodes.reach(id) == reach {
                found.insert(id);
            } else {
                pending.extend(Nodes::operands(nodes.get(id)));
            }
        }
        found.into_iter().collect()
    }

    fn uniform_order(&self, layout: &Layout) -> Vec<NodeId> {
        let mut wanted = BTreeSet::new();
        let mut pending: Vec<NodeId> = layout.uniforms.iter().map(|(_, id)| *id).collect();
        while let Some(id) = pending.pop() {
            if wanted.insert(id) {
                pending.extend(Nodes::operands(self.elements.nodes.get(id)));
            }
        }
        wanted.into_iter().collect()
    }

    fn levers(&self) -> Vec<(VariableId, usize, f64)> {
        let neutral = |id: VariableId| match &self.model.variable(id).definition {
            Definition::Lever(lever) => lever.neutral,
            _ => unreachable!("a lever's slot"),
        };
        self.elements.levers.iter().map(|(id, element)| (*id, *element, neutral(*id))).collect()
    }

    fn size(&self, roots: &[NodeId], dynamic: &Program) -> Size {
        let nodes = &self.elements.nodes;
        let mut seen = BTreeSet::new();
        let mut pending: Vec<NodeId> = roots.to_vec();
        while let Some(id) = pending.pop() {
            if seen.insert(id) {
                pending.extend(Nodes::operands(nodes.get(id)));
            }
        }
        let moving = |id: &NodeId| matches!(nodes.reach(*id), Reach::Uniform | Reach::Dynamic);
        let operation = |id: &NodeId| moving(id) && Nodes::operands(nodes.get(*id)).next().is_some();
        let mut equations = self.live.stocks.len();
        for id in self.model.ids() {
            if matches!(self.model.variable(id).definition, Definition::Flow(_) | Definition::Auxiliary(_)) {
                let first = self.elements.offsets[id.0];
                let all = &self.elements.value[first..first + self.model.size(id)];
                equations += all.iter().filter(|n| moving(n) && seen.contains(n)).count();
            }
        }
        Size {
            equations,
            operations: seen.iter().filter(|n| operation(n)).count(),
            instructions: dynamic.instructions.len(),
            stocks: self.live.stocks.len(),
            parameters: self.live.parameters.len(),
        }
    }
}
