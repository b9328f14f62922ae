/** The page as one file that needs nothing else: charts, sentences and tables as they stand. */

import { svg, svgText } from './picture';

const STYLE = `body{margin:2rem auto;max-width:60rem;padding:0 1rem;font:16px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff}
figure{margin:2rem 0;break-inside:avoid}svg{max-width:100%;height:auto}table{border-collapse:collapse;font-size:.85rem}
th,td{padding:.2rem .6rem;border-bottom:1px solid #ccc;text-align:right}th:first-child{text-align:left}`;

/** The file's text. `main` is what is shown; `link` opens the same state again. */
export function page(main: HTMLElement, link: string): string {
  const figures = [...main.querySelectorAll('figure')].map((figure) => figureText(figure, link));
  const heads = [...main.querySelectorAll('h1, .headline p')].map((element) => `<${tag(element)}>${escape(textOf(element))}</${tag(element)}>`);
  const timeline = [...main.querySelectorAll('#timeline-words li')].map((item) => `<li>${escape(textOf(item))}</li>`);
  return `<!doctype html>
<html lang="${document.documentElement.lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escape(document.title)}</title><style>${STYLE}</style></head>
<body>
${heads.join('\n')}
<ul>${timeline.join('')}</ul>
${figures.join('\n')}
<p><a href="${escape(link)}">${escape(link)}</a></p>
</body>
</html>
`;
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
