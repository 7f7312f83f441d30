/** Letters as strokes, drawn for this project: a machine that runs tests has no fonts, and librsvg then leaves texts out without a word. */

// Capital height 10, baseline at y = 10, x-height 6.4, descenders to 13; what follows the width is an SVG path.
const bowl = '6.8C5 5 4 3.6 2.5 3.6S0 5 0 6.8 1 10 2.5 10 5 8.6 5 6.8';
const bowlOfB = '6.8C0 5 1 3.6 2.5 3.6S5 5 5 6.8 4 10 2.5 10 0 8.6 0 6.8';
const arch = 'M0 6C0 4.5 1 3.6 2.4 3.6S4.6 4.5 4.6 6V10';
const glyphs: Readonly<Record<string, readonly [number, string]>> = {
  '0': [6, 'M3 0C.8 0 0 2 0 5S.8 10 3 10 6 8 6 5 5.2 0 3 0Z'],
  '1': [6, 'M1 2L3.6 0V10'],
  '2': [6, 'M.3 2.6C.5 1 1.6 0 3.1 0 4.8 0 5.8 1.1 5.8 2.7 5.8 4.6 3.8 6 .2 10H6'],
  '3': [6, 'M.3 2C.8.8 1.7 0 3 0 4.6 0 5.6 1 5.6 2.5S4.6 4.8 2.6 4.8C4.8 4.8 6 5.8 6 7.3 6 8.9 4.8 10 3 10 1.5 10 .5 9.3 0 8'],
  '4': [6, 'M4.6 10V0L0 7H6'],
  '5': [6, 'M5.5 0H1L.5 4.6C1.1 4 2 3.6 3 3.6 4.8 3.6 6 4.9 6 6.8 6 8.7 4.8 10 2.9 10 1.5 10 .5 9.3 0 8.2'],
  '6': [6, 'M5.4 1.2C4.9.4 4.1 0 3.2 0 1 0 0 2.2 0 5.8 0 8.6 1.2 10 3 10S6 8.7 6 6.8 4.8 3.8 3 3.8 0 5 0 6.6'],
  '7': [6, 'M0 0H6L2.2 10'],
  '8': [6, 'M3 4.7C1.4 4.7.5 3.8.5 2.4S1.4 0 3 0 5.5 1 5.5 2.4 4.6 4.7 3 4.7C1.2 4.7 0 5.8 0 7.3S1.2 10 3 10 6 8.8 6 7.3 4.8 4.7 3 4.7Z'],
  '9': [6, 'M.6 8.8C1.1 9.6 1.9 10 2.8 10 5 10 6 7.8 6 4.2 6 1.4 4.8 0 3 0S0 1.3 0 3.2 1.2 6.2 3 6.2 6 5 6 3.4'],
  a: [5, `M5 3.6V10M5 ${bowl}`],
  b: [5, `M0 0V10M0 ${bowlOfB}`],
  c: [4.6, 'M4.6 4.7C4.1 4 3.4 3.6 2.6 3.6 1 3.6 0 5 0 6.8S1 10 2.6 10C3.4 10 4.1 9.6 4.6 8.9'],
  d: [5, `M5 0V10M5 ${bowl}`],
  e: [5, 'M0 6.6H5C5 4.8 4 3.6 2.5 3.6S0 5 0 6.8 1 10 2.6 10C3.5 10 4.2 9.6 4.7 8.9'],
  f: [3, 'M3.2.2C1.7-.2 1 .5 1 2V10M-.2 3.6H2.8'],
  g: [5, `M5 3.6V10.4C5 12 4.1 13 2.6 13 1.6 13 .8 12.7.3 12M5 ${bowl}`],
  h: [4.6, `M0 0V10${arch}`],
  i: [0, 'M0 3.6V10M0 1.1V1'],
  j: [1, 'M1 3.6V11.5C1 12.6.4 13-.4 13M1 1.1V1'],
  k: [4.4, 'M0 0V10M4.2 3.6L0 7.4M1.8 5.8L4.6 10'],
  l: [0, 'M0 0V10'],
  m: [7.6, 'M0 3.6V10M0 6C0 4.5.8 3.6 2 3.6S3.8 4.5 3.8 6V10M3.8 6C3.8 4.5 4.6 3.6 5.8 3.6S7.6 4.5 7.6 6V10'],
  n: [4.6, `M0 3.6V10${arch}`],
  o: [5, 'M2.5 3.6C1 3.6 0 5 0 6.8S1 10 2.5 10 5 8.6 5 6.8 4 3.6 2.5 3.6Z'],
  p: [5, `M0 3.6V13M0 ${bowlOfB}`],
  q: [5, `M5 3.6V13M5 ${bowl}`],
  r: [2.6, 'M0 3.6V10M0 6C0 4.6.9 3.6 2.7 3.7'],
  s: [4.4, 'M4.2 4.7C3.8 3.9 3.1 3.6 2.3 3.6 1.1 3.6.3 4.2.3 5.2 .3 7.4 4.4 6 4.4 8.2 4.4 9.3 3.6 10 2.3 10 1.3 10 .5 9.6 0 8.8'],
  t: [2.9, 'M1 1.4V8.3C1 9.6 1.7 10.2 3 9.9M-.3 3.6H2.9'],
  u: [4.6, 'M0 3.6V7.6C0 9.1.8 10 2.2 10S4.6 9.1 4.6 7.6M4.6 3.6V10'],
  v: [4.8, 'M0 3.6L2.4 10 4.8 3.6'],
  w: [7.2, 'M0 3.6L1.8 10 3.6 3.6 5.4 10 7.2 3.6'],
  x: [4.4, 'M0 3.6L4.4 10M4.4 3.6L0 10'],
  y: [4.8, 'M0 3.6L2.4 10M4.8 3.6L2 11.2C1.6 12.4.9 13-.2 12.9'],
  z: [4.2, 'M0 3.6H4.2L0 10H4.3'],
  ' ': [1.6, ''],
  '.': [0.4, 'M.2 9.3V10'],
  ',': [0.4, 'M.4 9.6L0 11.4'],
  ':': [0.4, 'M.2 4.2V5M.2 9.2V10'],
  '-': [3, 'M0 6.4H3'],
  '+': [5, 'M0 6.4H5M2.5 3.9V8.9'],
  '/': [3.4, 'M0 11L3.4-.4'],
  '°': [2.4, 'M1.2 0C.4 0 0 .6 0 1.2S.4 2.4 1.2 2.4 2.4 1.9 2.4 1.2 2 0 1.2 0Z'],
  '(': [1.6, 'M1.6-.6C.4 1.4 0 3.2 0 5.4S.4 9.4 1.6 11.6'],
  ')': [1.6, 'M0-.6C1.2 1.4 1.6 3.2 1.6 5.4S1.2 9.4 0 11.6'],
};
const space = 2.2; // between letters

export interface LetteringOptions {
  /** Of the baseline's beginning, middle or end; pixels. */
  readonly x: number;
  readonly y: number;
  /** Height of a figure, pixels. */
  readonly height: number;
  readonly colour: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Width of the strokes in tenths of the height. Default 1.15. */
  readonly weight?: number;
}

/** Small letters, figures and a few signs; throws RangeError for any other. SVG. */
export function drawText(text: string, { x, y, height, colour, anchor = 'start', weight = 1.15 }: LetteringOptions): string {
  const scale = height / 10;
  const shift = anchor === 'start' ? 0 : measureText(text, height) * (anchor === 'end' ? 1 : 0.5);
  const parts: string[] = [];
  let at = 0;
  for (const letter of text) {
    const [width, path] = glyphOf(letter);
    if (path !== '') parts.push(`<path transform="translate(${short(at)})" d="${path}"/>`);
    at += width + space;
  }
  const place = `translate(${short(x - shift)} ${short(y - height)}) scale(${scale})`;
  return `<g transform="${place}" fill="none" stroke="${colour}" stroke-width="${weight}" stroke-linecap="round" stroke-linejoin="round">${parts.join('')}</g>`;
}

/** Pixels. */
export function measureText(text: string, height: number): number {
  const width = [...text].reduce((sum, letter) => sum + glyphOf(letter)[0] + space, -space);
  return Math.max(0, (width * height) / 10);
}

function glyphOf(letter: string): readonly [number, string] {
  const glyph = glyphs[letter];
  if (!glyph) throw new RangeError(`lettering: no strokes for ${JSON.stringify(letter)}`);
  return glyph;
}

/** At most two decimals. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
