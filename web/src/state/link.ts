/** The whole state as a short address, which the command line reads too: `#/VIEW?v=1&p=…&a=…&x=…`. */

import type { Move } from '../engine/boundary';

/** Version of the form of the address. */
export const LINK_VERSION = '1';
/** What a move is without its later fields. */
export const DEFAULT_START = '2026-01';
export const DEFAULT_RAMP = 12;
/** Most scenarios side by side. */
export const MOST_PLANS = 4;

/** Moves under a name. */
export interface Plan {
  name: string;
  moves: Move[];
}

/** What an address says. */
export interface LinkState {
  /** Page or view: what stands before the question mark, without slashes at the ends. */
  path: string;
  plans: Plan[];
  assumptions: Record<string, number>;
  variants: Record<string, string>;
  /** Keys that only the page reads, such as the language. */
  others: Record<string, string>;
}

/** A state without anything moved. */
export function emptyLink(): LinkState {
  return { path: '', plans: [{ name: '', moves: [] }], assumptions: {}, variants: {}, others: {} };
}

/** Reads the fragment of an address, with or without `#`. What cannot be read is left out. */
export function parseLink(fragment: string): LinkState {
  const [path = '', query = ''] = split(fragment.replace(/^#/, ''), '?');
  const link = emptyLink();
  link.path = path.replace(/^\/+|\/+$/g, '');
  for (const part of query.split('&').filter(Boolean)) {
    const [key = '', coded = ''] = split(part, '=');
    take(link, key, decode(coded));
  }
  return link;
}

/** Writes the fragment, with `#`. Reading it gives the same state. */
export function formatLink(link: LinkState): string {
  const parts = [`v=${LINK_VERSION}`];
  link.plans.forEach((plan, i) => {
    const number = i === 0 ? '' : String(i + 1);
    // A later plan without moves is still one of the plans: the status quo beside the others.
    if (plan.moves.length > 0 || i > 0) parts.push(`p${number}=${plan.moves.map(formatMove).join(';')}`);
    if (plan.name) parts.push(`n${number}=${encodeURIComponent(plan.name)}`);
  });
  const pairs = (record: Record<string, string | number>) =>
    Object.entries(record).map(([name, value]) => `${encodeURIComponent(name)}:${encodeURIComponent(value)}`).join(';');
  if (Object.keys(link.assumptions).length > 0) parts.push(`a=${pairs(link.assumptions)}`);
  if (Object.keys(link.variants).length > 0) parts.push(`x=${pairs(link.variants)}`);
  for (const [key, value] of Object.entries(link.others)) parts.push(`${key}=${encodeURIComponent(value)}`);
  return `#/${link.path}?${parts.join('&')}`;
}

function take(link: LinkState, key: string, value: string): void {
  const plan = /^([pn])([2-9]?)$/.exec(key);
  if (plan) takePlan(link, plan[1] === 'p', Number(plan[2] || 1) - 1, value);
  else if (key === 'a') {
    for (const [name, number] of pairsOf(value)) if (isNumber(number)) link.assumptions[name] = Number(number);
  } else if (key === 'x') for (const [slot, variant] of pairsOf(value)) link.variants[slot] = variant;
  else if (key !== 'v' && key !== '') link.others[key] = value;
}

function takePlan(link: LinkState, moves: boolean, index: number, value: string): void {
  if (index >= MOST_PLANS) return;
  while (link.plans.length <= index) link.plans.push({ name: '', moves: [] });
  const plan = link.plans[index] as Plan;
  if (moves) plan.moves = value.split(';').map(parseMove).filter((move) => move !== null);
  else plan.name = value;
}

function parseMove(text: string): Move | null {
  const [lever = '', dose = '', start = '', ramp = '', end = ''] = text.split(':');
  if (!lever || !isNumber(dose)) return null;
  return {
    lever,
    dose: Number(dose),
    start: isMonth(start) ? start : DEFAULT_START,
    ramp_months: isNumber(ramp) && Number(ramp) >= 0 ? Number(ramp) : DEFAULT_RAMP,
    end: isMonth(end) ? end : null,
  };
}

function formatMove(move: Move): string {
  const fields = [
    encodeURIComponent(move.lever),
    String(move.dose),
    move.start === DEFAULT_START ? '' : move.start,
    move.ramp_months === DEFAULT_RAMP ? '' : String(move.ramp_months),
    move.end ?? '',
  ];
  while (fields.at(-1) === '') fields.pop();
  return fields.join(':');
}

function pairsOf(value: string): [string, string][] {
  return value.split(';').flatMap((pair) => {
    const [name = '', rest = ''] = split(pair, ':');
    return name && rest ? [[name, rest] as [string, string]] : [];
  });
}

const isNumber = (text: string) => text.trim() !== '' && Number.isFinite(Number(text));
const isMonth = (text: string) => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

function split(text: string, at: string): [string, string] {
  const found = text.indexOf(at);
  return found < 0 ? [text, ''] : [text.slice(0, found), text.slice(found + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
