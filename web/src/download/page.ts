/** The page as one file that needs nothing else. */

import binaryAddress from 'counterflow-wasm/counterflow_web_bg.wasm?url';
import { bytes } from '../engine/files';
import { SHIPPED } from '../engine/variants';
import { svg, svgText } from './picture';

/** Data that the single file carries. */
const DATA = ['model.json', 'baseline.json', 'sources.json', SHIPPED];

/** The file's text: what is shown now, and the page itself with engine and data, which takes over where scripts may run. */
export async function page(main: HTMLElement, link: string): Promise<string> {
  const [script, style, binary, ...data] = await Promise.all([
    text('alone.js'),
    text('alone.css'),
    engineBinary(),
    ...DATA.map((name) => bytes(name)),
  ]);
  const carried = [['engine.wasm', binary], ...data.map((content, i) => [DATA[i], content])] as [string, ArrayBuffer][];
  const files = await Promise.all(carried.map(async ([name, content]) => inert(`file-${name}`, await base64(content))));
  return `<!doctype html>
<html lang="${document.documentElement.lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:; worker-src blob:; style-src 'unsafe-inline'; img-src data: blob:; connect-src data: blob:">
<title>${escape(document.title)}</title><style>${style}</style></head>
<body>
<div id="page">${seen(main, link)}</div>
${files.join('\n')}
${inert('opened-at', link.slice(link.indexOf('#')).replaceAll('<', '%3C'))}
<script type="module">${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

/** What is shown now: headline, timeline, charts, sentences and tables. */
function seen(main: HTMLElement, link: string): string {
  const heads = [...main.querySelectorAll('h1, .headline p')].map((element) => `<${tag(element)}>${escape(textOf(element))}</${tag(element)}>`);
  const timeline = [...main.querySelectorAll('#timeline-words li')].map((item) => `<li>${escape(textOf(item))}</li>`);
  const figures = [...main.querySelectorAll('figure')].map((figure) => figureText(figure, link));
  return `<main>${heads.join('')}<ul>${timeline.join('')}</ul>${figures.join('')}<p><a href="${escape(link)}">${escape(link)}</a></p></main>`;
}

/** Text that is neither shown nor run. */
const inert = (id: string, content: string) => `<script type="text/plain" id="${id}">${content}</script>`;

async function text(name: string): Promise<string> {
  const response = await fetch(new URL(name, document.baseURI));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.text();
}

async function engineBinary(): Promise<ArrayBuffer> {
  return (await fetch(new URL(binaryAddress, document.baseURI))).arrayBuffer();
}

async function base64(content: ArrayBuffer): Promise<string> {
  const address = await new Promise<string>((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.readAsDataURL(new Blob([content]));
  });
  return address.slice(address.indexOf(',') + 1);
}

function figureText(figure: Element, link: string): string {
  const charts = figure.querySelector('.frame svg') ? svgText(svg(figure, link)).replace(/^<\?xml[^>]*\?>\n/, '') : '';
  const sentences = [...figure.querySelectorAll('p')].map((element) => `<p>${escape(textOf(element))}</p>`);
  const tables = [...figure.querySelectorAll('table')].map((table) => tableText(table));
  if (!charts && !sentences.length && !tables.length) return '';
  return `<figure><h2>${escape(figure.querySelector('h2')?.textContent ?? '')}</h2>${charts}${sentences.join('')}${tables.join('')}</figure>`;
}

function tableText(table: HTMLTableElement): string {
  const rows = [...table.rows].map((row) => {
    const cells = [...row.cells].map((cell) => {
      const name = tag(cell);
      return `<${name} colspan="${cell.colSpan}" rowspan="${cell.rowSpan}">${escape(textOf(cell))}</${name}>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table>${rows.join('')}</table>`;
}

const tag = (element: Element) => element.tagName.toLowerCase();
const textOf = (element: Element) => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

function escape(text: string): string {
  const codes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (sign) => codes[sign] ?? sign);
}
