/**
 * A small alphabet of strokes. Fonts of the system differ from machine to machine and are missing on many;
 * with these letters the same text gives the same frames everywhere.
 */

export interface Letter {
  /** Of its strokes; without the room beside it. */
  readonly width: number;
  /** SVG path data: y down, 0 is the line it stands on, -7 the top of capitals, -5 of small letters, 2 the lowest point. */
  readonly strokes: string;
}

const bowl = 'M1.9 0A1.9 2.5 0 0 1 1.9 -5A1.9 2.5 0 0 1 1.9 0Z';
const ring = 'M2.7 0A2.7 3.5 0 0 1 2.7 -7A2.7 3.5 0 0 1 2.7 0Z';

const drawn: Readonly<Record<string, readonly [width: number, strokes: string]>> = {
  A: [5, 'M0 0L2.5 -7L5 0M.9 -2.4H4.1'],
  B: [4.4, 'M0 0V-7H2.4A1.7 1.7 0 0 1 2.4 -3.6H0M2.4 -3.6H2.6A1.8 1.8 0 0 1 2.6 0H0'],
  C: [4.8, 'M4.8 -1.2A2.9 3.5 0 1 1 4.8 -5.8'],
  D: [4.8, 'M0 0V-7H1.6A3.2 3.5 0 0 1 1.6 0Z'],
  E: [4, 'M4 -7H0V0H4M0 -3.6H3.4'],
  F: [3.8, 'M3.8 -7H0V0M0 -3.6H3.2'],
  G: [5, 'M4.7 -5.9A2.8 3.5 0 1 0 5 -2.2V-3H3.2'],
  H: [4.6, 'M0 0V-7M4.6 0V-7M0 -3.6H4.6'],
  I: [0, 'M0 0V-7'],
  J: [3, 'M3 -7V-1.6A1.55 1.6 0 0 1 0 -1.4'],
  K: [4.4, 'M0 0V-7M4.2 -7L0 -2.9M1.5 -4.3L4.4 0'],
  L: [3.8, 'M0 -7V0H3.8'],
  M: [5.6, 'M0 0V-7L2.8 -2L5.6 -7V0'],
  N: [4.8, 'M0 0V-7L4.8 0V-7'],
  O: [5.4, ring],
  P: [4.2, 'M0 0V-7H2.3A1.9 1.9 0 0 1 2.3 -3.2H0'],
  Q: [5.4, `${ring}M3.4 -1.6L5.4 .6`],
  R: [4.4, 'M0 0V-7H2.3A1.9 1.9 0 0 1 2.3 -3.2H0M2.2 -3.2L4.4 0'],
  S: [4.2, 'M4.1 -5.9A2.2 1.8 0 0 0 2.1 -7A1.9 1.7 0 0 0 2.1 -3.6A1.9 1.8 0 0 1 2.1 0A2.3 1.9 0 0 1 0 -1.2'],
  T: [4.8, 'M0 -7H4.8M2.4 -7V0'],
  U: [4.6, 'M0 -7V-2.3A2.3 2.3 0 0 0 4.6 -2.3V-7'],
  V: [4.8, 'M0 -7L2.4 0L4.8 -7'],
  W: [7, 'M0 -7L1.75 0L3.5 -6L5.25 0L7 -7'],
  X: [4.6, 'M0 -7L4.6 0M4.6 -7L0 0'],
  Y: [4.8, 'M0 -7L2.4 -3.4L4.8 -7M2.4 -3.4V0'],
  Z: [4.4, 'M0 -7H4.4L0 0H4.4'],
  a: [3.8, `${bowl}M3.8 -5V0`],
  b: [3.8, `${bowl}M0 -7V0`],
  c: [3.4, 'M3.4 -1A2 2.5 0 1 1 3.4 -4'],
  d: [3.8, `${bowl}M3.8 -7V0`],
  e: [3.8, 'M0 -2.6H3.8A1.9 2.5 0 1 0 3.3 -.8'],
  f: [2.4, 'M2.4 -7A1.5 1.6 0 0 0 .9 -5.4V0M0 -5H2.2'],
  g: [3.8, `${bowl}M3.8 -5V.4A1.9 1.7 0 0 1 .3 1.2`],
  h: [3.6, 'M0 -7V0M0 -3.2A1.8 1.8 0 0 1 3.6 -3.2V0'],
  i: [0, 'M0 -5V0M0 -6.8V-6.7'],
  j: [0.8, 'M.8 -5V.8A1.2 1.2 0 0 1 -.4 2M.8 -6.8V-6.7'],
  k: [3.3, 'M0 -7V0M3.1 -5L0 -1.9M1.2 -3.1L3.3 0'],
  l: [0, 'M0 -7V0'],
  m: [6, 'M0 -5V0M0 -3.4A1.5 1.6 0 0 1 3 -3.4V0M3 -3.4A1.5 1.6 0 0 1 6 -3.4V0'],
  n: [3.6, 'M0 -5V0M0 -3.2A1.8 1.8 0 0 1 3.6 -3.2V0'],
  o: [3.8, bowl],
  p: [3.8, `${bowl}M0 -5V2`],
  q: [3.8, `${bowl}M3.8 -5V2`],
  r: [2.2, 'M0 -5V0M0 -3.2A2 1.8 0 0 1 2.2 -5'],
  s: [3.2, 'M3.1 -4.3A1.7 1.2 0 0 0 1.6 -5A1.4 1.2 0 0 0 1.6 -2.6A1.5 1.3 0 0 1 1.6 0A1.8 1.3 0 0 1 0 -.8'],
  t: [2.2, 'M.9 -6.6V-1.4A1.3 1.4 0 0 0 2.2 0M0 -5H2.2'],
  u: [3.6, 'M0 -5V-1.8A1.8 1.8 0 0 0 3.6 -1.8M3.6 -5V0'],
  v: [3.6, 'M0 -5L1.8 0L3.6 -5'],
  w: [5.2, 'M0 -5L1.3 0L2.6 -4.4L3.9 0L5.2 -5'],
  x: [3.4, 'M0 -5L3.4 0M3.4 -5L0 0'],
  y: [3.6, 'M0 -5L1.8 0M3.6 -5L1 2'],
  z: [3.2, 'M0 -5H3.2L0 0H3.2'],
  ı: [0, 'M0 -5V0'],
  ß: [3.4, 'M0 0V-5.4A1.5 1.6 0 0 1 3 -5.4C3 -4.2 1.4 -4.4 1.4 -3.6C1.4 -2.8 3.4 -2.9 3.4 -1.4C3.4 .1 1.8 .2 1.2 -.1'],
  Ø: [5.4, `${ring}M.6 .2L4.8 -7.2`],
  ø: [3.8, `${bowl}M.2 .3L3.6 -5.3`],
  Æ: [7, 'M0 0L3.4 -7H7M3.4 -7V0H7M1.1 -2.4H6.4'],
  æ: [6.8, `${bowl}M3.8 -5V0M3.8 -2.6H6.8A1.5 2.4 0 0 0 3.8 -2.6A1.5 2.6 0 0 0 6.5 -.8`],
  Œ: [7.6, `${ring}M7.6 -7H4.4V0H7.6M4.4 -3.6H7`],
  œ: [6.8, `${bowl}M3.8 -2.6H6.8A1.5 2.4 0 0 0 3.8 -2.6A1.5 2.6 0 0 0 6.5 -.8`],
  Ł: [3.8, 'M0 -7V0H3.8M-.8 -2.6L2 -4.4'],
  ł: [0.4, 'M.2 -7V0M-.7 -2.8L1.1 -4.2'],
  0: [4.2, 'M2.1 0A2.1 3.5 0 0 1 2.1 -7A2.1 3.5 0 0 1 2.1 0Z'],
  1: [1.8, 'M0 -5.4L1.8 -7V0'],
  2: [4, 'M.1 -5.3A1.95 1.9 0 0 1 3.9 -5.1C3.9 -3.6 1 -2 0 0H4'],
  3: [3.8, 'M.2 -6A1.9 1.75 0 1 1 1.7 -3.7A1.95 1.85 0 1 1 0 -1.1'],
  4: [4.4, 'M3.3 0V-7L0 -2.1H4.4'],
  5: [4, 'M3.6 -7H.6L.3 -4A2.2 2.2 0 1 1 0 -1'],
  6: [4, 'M3.4 -6.9C1.4 -6 0 -4.2 0 -2.1M2 0A2 2.1 0 0 1 2 -4.2A2 2.1 0 0 1 2 0Z'],
  7: [4, 'M0 -7H4L1.4 0'],
  8: [4, 'M2 -3.8A1.7 1.6 0 0 1 2 -7A1.7 1.6 0 0 1 2 -3.8A2 1.9 0 0 1 2 0A2 1.9 0 0 1 2 -3.8Z'],
  9: [4, 'M.6 -.1C2.6 -1 4 -2.8 4 -4.9M2 -7A2 2.1 0 0 1 2 -2.8A2 2.1 0 0 1 2 -7Z'],
  ' ': [1.4, ''],
  '.': [0, 'M0 -.1V0'],
  ',': [0.4, 'M.4 -.2L0 1.2'],
  ':': [0, 'M0 -4.1V-4M0 -.1V0'],
  ';': [0.4, 'M.4 -4.1V-4M.4 -.2L0 1.2'],
  '!': [0, 'M0 -7V-2M0 -.1V0'],
  '?': [3.4, 'M0 -5.5A1.7 1.6 0 0 1 3.4 -5.3C3.4 -3.9 1.7 -3.8 1.7 -2M1.7 -.1V0'],
  '-': [2.4, 'M0 -2.8H2.4'],
  '–': [4, 'M0 -2.8H4'],
  '—': [6, 'M0 -2.8H6'],
  _: [4.4, 'M0 1H4.4'],
  '+': [4, 'M2 -5V-1M0 -3H4'],
  '=': [4, 'M0 -4H4M0 -2H4'],
  '/': [3, 'M0 1L3 -8'],
  '\\': [3, 'M0 -8L3 1'],
  '|': [0, 'M0 -8V1.5'],
  '(': [1.4, 'M1.4 -8A7 7 0 0 0 1.4 1.5'],
  ')': [1.4, 'M0 -8A7 7 0 0 1 0 1.5'],
  '[': [1.4, 'M1.4 -8H0V1.5H1.4'],
  ']': [1.4, 'M0 -8H1.4V1.5H0'],
  '{': [2, 'M2 -8C0 -8 2 -3.6 0 -3.2C2 -2.8 0 1.5 2 1.5'],
  '}': [2, 'M0 -8C2 -8 0 -3.6 2 -3.2C0 -2.8 2 1.5 0 1.5'],
  '<': [3.4, 'M3.4 -5.4L0 -3L3.4 -.6'],
  '>': [3.4, 'M0 -5.4L3.4 -3L0 -.6'],
  '#': [4.6, 'M1.6 -7L.8 0M3.8 -7L3 0M.2 -4.8H4.6M0 -2.2H4.4'],
  '%': [6.4, 'M5.4 -7L1 0M1.5 -4A1.5 1.5 0 0 1 1.5 -7A1.5 1.5 0 0 1 1.5 -4ZM4.9 0A1.5 1.5 0 0 1 4.9 -3A1.5 1.5 0 0 1 4.9 0Z'],
  '&': [5.2, 'M5.2 0L1 -4.7A1.5 1.5 0 1 1 3.4 -4.9C3 -3.8 0 -3.5 0 -1.7C0 .8 4 .6 4.8 -3'],
  '@': [7, 'M5 -4.6V-2.4A1.1 1.1 0 0 0 7 -2.6A3.5 3.7 0 1 0 5.4 .2M3.6 -1.2A1.4 1.8 0 0 1 3.6 -4.8A1.4 1.8 0 0 1 3.6 -1.2Z'],
  '*': [3, 'M1.5 -7V-4M.2 -6.2L2.8 -4.8M2.8 -6.2L.2 -4.8'],
  "'": [0, 'M0 -7V-5.2'],
  '’': [0.4, 'M.4 -7L0 -5.4'],
  '"': [1.4, 'M0 -7V-5.2M1.4 -7V-5.2'],
  '~': [4, 'M0 -2.6C1.2 -4.4 2.6 -1.4 4 -3.2'],
  '^': [3, 'M0 -5L1.5 -7L3 -5'],
  '`': [1, 'M0 -7L1 -5.8'],
  $: [4.2, 'M2.1 -8V1M4.1 -5.9A2.2 1.8 0 0 0 2.1 -7A1.9 1.7 0 0 0 2.1 -3.6A1.9 1.8 0 0 1 2.1 0A2.3 1.9 0 0 1 0 -1.2'],
  '€': [4.8, 'M4.8 -1.2A2.9 3.5 0 1 1 4.8 -5.8M-.6 -4.1H3.2M-.6 -2.9H3.2'],
  '·': [0, 'M0 -2.9V-2.8'],
  '©': [7, 'M3.5 0A3.5 3.5 0 0 1 3.5 -7A3.5 3.5 0 0 1 3.5 0ZM4.6 -2.3A1.6 1.7 0 1 1 4.6 -4.7'],
};

/** Marks over and under letters, around x = 0: for capitals those over them go two higher. */
const marks: Readonly<Record<string, string>> = {
  '\u0300': 'M-.8 -7.6L.4 -6.2', // grave
  '\u0301': 'M.8 -7.6L-.4 -6.2', // acute
  '\u0302': 'M-1.1 -6.2L0 -7.5L1.1 -6.2', // circumflex
  '\u0303': 'M-1.3 -6.5C-.6 -7.8 .6 -5.6 1.3 -7', // tilde
  '\u0308': 'M-.9 -6.8V-6.7M.9 -6.8V-6.7', // diaeresis
  '\u030a': 'M0 -6.1A.8 .8 0 0 1 0 -7.7A.8 .8 0 0 1 0 -6.1Z', // ring
  '\u030b': 'M-.1 -7.6L-.9 -6.2M1.3 -7.6L.5 -6.2', // double acute
  '\u030c': 'M-1.1 -7.5L0 -6.2L1.1 -7.5', // caron
  '\u0304': 'M-1.1 -6.8H1.1', // macron
  '\u0307': 'M0 -6.8V-6.7', // dot
  '\u0327': 'M.1 0C1 .6 .8 2 -.6 1.7', // cedilla
  '\u0328': 'M.8 0C-.2 .8 .2 2 1.2 1.6', // ogonek
};
const below = new Set(['\u0327', '\u0328']);

/** The strokes of a letter with its marks; undefined for one that is not in the alphabet. */
export function findLetter(letter: string): Letter | undefined {
  const [base = '', ...over] = letter.normalize('NFD');
  const hasMark = over.some((mark) => !below.has(mark));
  const found = Object.hasOwn(drawn, base) ? drawn[hasMark && base === 'i' ? 'ı' : base] : undefined;
  if (!found || over.some((mark) => !Object.hasOwn(marks, mark))) return undefined;
  const [width, strokes] = found;
  const isTall = base !== base.toLowerCase() || 'bdfhklt'.includes(base);
  const added = over.map((mark) => shift(marks[mark] ?? '', width / 2, isTall && !below.has(mark) ? -2 : 0));
  return { width, strokes: [strokes, ...added].join('') };
}

/** Path data of `M`, `L`, `H`, `V`, `C`, `A` and `Z`, moved. */
export function shift(strokes: string, x: number, y: number): string {
  return strokes.replace(/([MLHVCAZ])([^MLHVCAZ]*)/g, (_, command: string, text: string) => {
    const numbers = text.trim() === '' ? [] : text.trim().split(/[ ,]+/).map(Number);
    const moved = numbers.map((value, index) => {
      if (command === 'H') return value + x;
      if (command === 'V') return value + y;
      if (command === 'A') return index % 7 === 5 ? value + x : index % 7 === 6 ? value + y : value;
      return index % 2 === 0 ? value + x : value + y;
    });
    return `${command}${moved.map((value) => Math.round(value * 1000) / 1000).join(' ')}`;
  });
}
