/** The small markup of the claims' texts: paragraphs and points, code between backticks, citations as `[@key; @other]`. */

export type Inline = { kind: 'text' | 'code'; text: string } | { kind: 'cite'; keys: string[] };

/** Paragraphs, or the points of a list. */
export interface Block {
  points: boolean;
  lines: Inline[][];
}

/** Reads a text; what is no markup is text. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const points = line.startsWith('- ');
    if (blocks.at(-1)?.points !== points) blocks.push({ points, lines: [] });
    blocks.at(-1)?.lines.push(inline(points ? line.slice(2) : line));
  }
  return blocks;
}

function inline(line: string): Inline[] {
  const parts = line.split(/(`[^`]*`|\[@[^\]]*\])/).filter((part) => part !== '');
  return parts.map((part): Inline => {
    if (part.startsWith('`') && part.endsWith('`')) return { kind: 'code', text: part.slice(1, -1) };
    if (part.startsWith('[@')) return { kind: 'cite', keys: part.slice(1, -1).split(';').map((key) => key.trim().replace(/^@/, '')) };
    return { kind: 'text', text: part };
  });
}
