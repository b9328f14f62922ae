import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import firstEnglish from './en.json';
import firstSpanish from './es.json';
import pagesEnglish from './pages/en.json';
import pagesSpanish from './pages/es.json';

const en = { ...firstEnglish, ...pagesEnglish };
const es = { ...firstSpanish, ...pagesSpanish };

const SOURCE = join(import.meta.dirname, '..');

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.(ts|svelte)$/.test(name) && !name.endsWith('.test.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

const code = sources(SOURCE).join('\n');

test('both languages have the same keys with the same places for values', () => {
  expect(Object.keys(es)).toEqual(Object.keys(en));
  expect(Object.keys(en).length).toBe(Object.keys(firstEnglish).length + Object.keys(pagesEnglish).length);
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();
  for (const [key, text] of Object.entries(en)) {
    expect([key, ...new Set(places(es[key as keyof typeof es]))]).toEqual([key, ...new Set(places(text))]);
  }
});

test('every key is used', () => {
  const families = new Set([...code.matchAll(/(?:named|hasName)\(\s*'(\w+)'/g)].map((m) => m[1]));
  const unused = Object.keys(en).filter((key) => {
    const family = key.slice(0, key.indexOf('.'));
    return !code.includes(`'${key}'`) && !families.has(family);
  });
  expect(unused).toEqual([]);
});

test('no text is empty, and no sentence of the one language stands in the other', () => {
  for (const [key, text] of Object.entries(en)) {
    const other = es[key as keyof typeof es];
    expect([key, text.trim() !== '', other.trim() !== '']).toEqual([key, true, true]);
    if (text.split(' ').length > 3) expect([key, other]).not.toEqual([key, text]);
  }
});
