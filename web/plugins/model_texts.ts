/** The model's own texts, `models/fentanyl/texts/LANGUAGE/FILE.toml`, as modules `model-texts:LANGUAGE/FILE`. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const PREFIX = 'model-texts:';
const FOLDER = fileURLToPath(new URL('../../models/fentanyl/texts/', import.meta.url));

/** Texts by section and key. What stands before the first section is in the section ''. */
export type Texts = Record<string, Record<string, string>>;

/**
 * Reads the part of TOML that these files use: sections, strings on one line, and strings in three quotes.
 *
 * Throws with the line that is anything else.
 */
export function parseTexts(source: string): Texts {
  const texts: Texts = {};
  let section = '';
  const lines = source.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] ?? '').trim();
    if (line === '' || line.startsWith('#')) continue;
    const head = /^\[([^\]]+)\]$/.exec(line);
    const entry = /^("(?:[^"\\]|\\.)*"|[\w-]+)\s*=\s*(.*)$/.exec(line);
    if (head) section = head[1] ?? '';
    else if (entry) {
      let value = entry[2] ?? '';
      if (value.startsWith('"""')) {
        while (!value.slice(3).includes('"""') && i + 1 < lines.length) value += `\n${lines[++i]}`;
        value = value.slice(3, value.lastIndexOf('"""')).replace(/^\n/, '');
        value = JSON.stringify(value);
      }
      (texts[section] ??= {})[unquoted(entry[1] ?? '')] = string(value, line);
    } else throw new Error(`line ${i + 1}: ${line}`);
  }
  return texts;
}

const unquoted = (key: string) => (key.startsWith('"') ? string(key, key) : key);

function string(value: string, line: string): string {
  if (!value.startsWith('"')) throw new Error(`not a string: ${line}`);
  return JSON.parse(value) as string;
}

export function modelTexts(): Plugin {
  return {
    name: 'counterflow-model-texts',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const path = `${FOLDER}${id.slice(PREFIX.length + 1)}.toml`;
      this.addWatchFile(path);
      return `export default ${JSON.stringify(parseTexts(readFileSync(path, 'utf8')))};`;
    },
  };
}
