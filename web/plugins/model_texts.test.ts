import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseTexts } from './model_texts';

test('sections, keys in quotes, escapes and long strings', () => {
  const source = '# c\n"1/year" = "por año"\n[a.b]\nname = "x \\"y\\""\nlong = """\nfirst\nsecond"""\n';
  expect(parseTexts(source)).toEqual({ '': { '1/year': 'por año' }, 'a.b': { name: 'x "y"', long: 'first\nsecond' } });
  expect(() => parseTexts('x = 3')).toThrow('x = 3');
});

test('every file of texts is read', () => {
  const folder = new URL('../../models/fentanyl/texts/', import.meta.url);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.toml'))) {
    expect(Object.keys(parseTexts(readFileSync(new URL(name, folder), 'utf8'))).length).toBeGreaterThan(0);
  }
});
