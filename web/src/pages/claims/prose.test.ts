import { expect, test } from 'vitest';
import { blocksOf } from './prose';

test('points, code and citations; everything else is text', () => {
  expect(blocksOf('A `b < c` line [@one; @two].\n\n- point [no key]\n- [@three]\n')).toEqual([
    {
      points: false,
      lines: [[
        { kind: 'text', text: 'A ' }, { kind: 'code', text: 'b < c' }, { kind: 'text', text: ' line ' },
        { kind: 'cite', keys: ['one', 'two'] }, { kind: 'text', text: '.' },
      ]],
    },
    { points: true, lines: [[{ kind: 'text', text: 'point [no key]' }], [{ kind: 'cite', keys: ['three'] }]] },
  ]);
});
