/** Charts as pictures that need no style sheet. */

/** What of the style is written into the picture. */
const PROPERTIES = [
  'fill', 'fill-opacity', 'stroke', 'stroke-opacity', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'font-size',
  'font-family', 'font-weight', 'text-anchor',
];
const NAMESPACE = 'http://www.w3.org/2000/svg';
const TITLE_ROOM = 34;
const GAP = 18;
const FOOT_ROOM = 22;

/** A figure's charts one below the other, each with its title, and the citation at the foot. */
export function svg(figure: Element, citation: string): SVGSVGElement {
  const charts = [...figure.querySelectorAll<SVGSVGElement>('.frame svg')];
  const width = Math.max(...charts.map((chart) => chart.width.baseVal.value));
  const page = getComputedStyle(document.body);
  const picture = document.createElementNS(NAMESPACE, 'svg');
  let top = 0;
  const background = picture.appendChild(document.createElementNS(NAMESPACE, 'rect'));
  for (const chart of charts) {
    const title = chart.closest('.frame')?.parentElement?.querySelector('h2, h3')?.textContent ?? '';
    picture.append(text(title, 8, top + 22, '15px', page));
    const copy = styled(chart);
    copy.setAttribute('y', String(top + TITLE_ROOM));
    picture.append(copy);
    top += TITLE_ROOM + chart.height.baseVal.value + GAP;
  }
  picture.append(text(citation, 8, top + 8, '10px', page));
  const height = top + FOOT_ROOM;
  picture.setAttribute('xmlns', NAMESPACE);
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) {
    picture.setAttribute(name, String(value));
  }
  for (const [name, value] of Object.entries({ width, height, fill: page.backgroundColor })) {
    background.setAttribute(name, String(value));
  }
  return picture;
}

/** The picture's text. */
export function svgText(picture: SVGSVGElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(picture)}\n`;
}

/** The picture as PNG, two pixels for one. */
export async function png(picture: SVGSVGElement): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svgText(picture)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = 2 * Number(picture.getAttribute('width'));
    canvas.height = 2 * Number(picture.getAttribute('height'));
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('png'))), 'image/png'));
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** A copy that holds its styles. */
function styled(chart: SVGSVGElement): SVGSVGElement {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const originals = [chart, ...chart.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, i) => {
    const style = getComputedStyle(originals[i] as Element);
    PROPERTIES.forEach((name) => element.setAttribute(name, style.getPropertyValue(name)));
    element.removeAttribute('class');
  });
  return copy;
}

function text(words: string, x: number, y: number, size: string, page: CSSStyleDeclaration): SVGTextElement {
  const element = document.createElementNS(NAMESPACE, 'text');
  const attributes = { x: String(x), y: String(y), 'font-size': size, 'font-family': 'system-ui, sans-serif', fill: page.color };
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = words;
  return element;
}
