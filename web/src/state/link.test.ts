import { expect, test } from 'vitest';
import { emptyLink, formatLink, parseLink, type LinkState } from './link';

const full: LinkState = {
  path: 'deaths',
  plans: [
    {
      name: 'My plan; it: works & more',
      moves: [
        { lever: 'naloxone', dose: 2, start: '2026-01', ramp_months: 12, end: '2030-12' },
        { lever: 'port_scanning', dose: 0.1 + 0.2, start: '2027-06', ramp_months: 0, end: null },
        { lever: 'treatment_access', dose: 1.5, start: '2026-01', ramp_months: 12, end: null },
      ],
    },
    { name: 'Nothing', moves: [] },
  ],
  assumptions: { 'share[ports]': 0.25, kit_cost: 40 },
  variants: { cooperation: 'withdrawal' },
  others: { l: 'es', s: '1' },
};

test('a state is read back as it was', () => {
  expect(parseLink(formatLink(full))).toEqual(full);
  expect(parseLink(formatLink(emptyLink()))).toEqual(emptyLink());
});

test('the form that the command line reads', () => {
  const text = '#/deaths?v=1&p=naloxone:2:2026-01:12:2030-12;port_scanning:0.4&a=kit_cost:40&x=cooperation:withdrawal&n=My%20plan&l=es';
  const link = parseLink(text);
  expect(link.plans).toEqual([
    {
      name: 'My plan',
      moves: [
        { lever: 'naloxone', dose: 2, start: '2026-01', ramp_months: 12, end: '2030-12' },
        { lever: 'port_scanning', dose: 0.4, start: '2026-01', ramp_months: 12, end: null },
      ],
    },
  ]);
  expect(formatLink(link)).toBe(
    '#/deaths?v=1&p=naloxone:2:::2030-12;port_scanning:0.4&n=My%20plan&a=kit_cost:40&x=cooperation:withdrawal&l=es',
  );
});

test('empty fields take defaults, and what cannot be read is left out', () => {
  expect(parseLink('#/?v=1&p=naloxone:2::0').plans[0]?.moves[0]).toEqual(
    { lever: 'naloxone', dose: 2, start: '2026-01', ramp_months: 0, end: null });
  const link = parseLink('#/x/y/?p=naloxone;:3;a:b;c:1:2026-13:-4:never&a=k;k:;m:x&x=&n=%&p9=a:1');
  expect(link.path).toBe('x/y');
  expect(link.plans).toEqual([
    { name: '%', moves: [{ lever: 'c', dose: 1, start: '2026-01', ramp_months: 12, end: null }] },
  ]);
  expect([link.assumptions, link.variants]).toEqual([{}, {}]);
});

test('separators that a mail program has coded are read too', () => {
  expect(parseLink('#/?v=1&p=naloxone%3A2%3Bport_scanning%3A0.4').plans[0]?.moves.length).toBe(2);
});

test('random states are read back to the bit', () => {
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let i = 0; i < 500; i++) {
    const moves = Array.from({ length: Math.floor(random() * 5) }, (_, k) => ({
      lever: `lever_${k}`,
      dose: (random() - 0.5) * 10 ** Math.floor(random() * 30 - 15),
      start: `20${26 + Math.floor(random() * 9)}-0${1 + Math.floor(random() * 9)}`,
      ramp_months: Math.floor(random() * 60),
      end: random() < 0.5 ? null : '2035-12',
    }));
    const link = { ...emptyLink(), plans: [{ name: '', moves }], assumptions: { x: random() * 1e-9 } };
    expect(parseLink(formatLink(link))).toEqual(link);
  }
});
