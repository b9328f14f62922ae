/** Diagrams of flows: nodes and links as they are drawn, without a way back. */

import type { Flow, FlowKind } from '../../engine/boundary';

export const KINDS: FlowKind[] = ['people', 'kilograms', 'guns', 'dollars'];

/** What is worse for people, and what keeps harm away; everything else has no side. */
const HARM = ['overdose', 'other_death'];
const RELIEF = ['treatment', 'remission', 'stable_remission', 'stopped', 'seized_ports', 'seized_between', 'seized_mail', 'seized_sea', 'found', 'taken'];

/** People from the first use to the end, from above; nodes that are not listed come last. */
const ORDER = [
  'start', 'rx_misuse', 'rx_oud', 'illicit_use', 'illicit_oud', 'paused', 'incarcerated', 'reduced_tolerance', 'treatment',
  'remission', 'stable_remission', 'stopped', 'other_death', 'overdose', 'drugs', 'crimes', 'cash', 'made', 'bought', 'sent',
  'arrived', 'seized_ports', 'seized_between', 'seized_mail', 'seized_sea', 'found', 'held_back', 'spent', 'laundering', 'taken',
];

export interface Drawn {
  nodes: { id: string; title: string }[];
  links: { source: string; target: string; value: number; tone: 'harm' | 'relief' | 'plain' }[];
}

/**
 * Links with something in them. Where people come back to states that they left, every state stands twice: on the left
 * as what was left, on the right as what was reached.
 */
export function drawn(flow: Flow): Drawn {
  const links = flow.links.filter(({ band }) => band[2] > 0);
  const twice = returns(links);
  const place = (id: string) => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);
  const nodes = flow.nodes.toSorted((a, b) => place(a.id) - place(b.id));
  const side = (end: 'from' | 'to', id: string) => (twice ? `${end}:${id}` : id);
  return {
    nodes: twice
      ? (['from', 'to'] as const).flatMap((end) => nodes.map(({ id, title }) => ({ id: side(end, id), title })))
      : nodes,
    links: links.map(({ from, to, band }) => ({
      source: side('from', from),
      target: side('to', to),
      value: band[2],
      tone: HARM.includes(to) ? 'harm' : RELIEF.includes(to) ? 'relief' : 'plain',
    })),
  };
}

/** Whether a way leads back to where it began. */
function returns(links: Flow['links']): boolean {
  const next = new Map<string, string[]>();
  for (const { from, to } of links) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const open = new Set<string>();
  const visit = (node: string): boolean => {
    if (open.has(node)) return true;
    if (done.has(node)) return false;
    open.add(node);
    const back = (next.get(node) ?? []).some(visit);
    open.delete(node);
    done.add(node);
    return back;
  };
  return [...next.keys()].some(visit);
}

/** Sum of the medians of links into a node, or out of it. */
export function through(flow: Flow, end: 'from' | 'to', nodes: string[]): number {
  return flow.links.filter((link) => nodes.includes(link[end])).reduce((sum, { band }) => sum + band[2], 0);
}
