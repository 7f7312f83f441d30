/** A visible mark for the lower right corner: a text, or a picture. */
import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { AnimateError } from '../errors.ts';
import { findLetter, shift } from './letters.ts';

export interface Mark {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4] uint8 sRGB, colours not multiplied by opacity. */
  readonly rgba: Uint8Array;
  /** Of its left upper corner in the frame, pixels. */
  readonly x: number;
  readonly y: number;
}

const pictureEnding = /\.(png|jpe?g|webp|avif|tiff?|gif|svg)$/i;
/** Of the frame's shorter side. */
const letterShare = 0.035;
const marginShare = 0.025;
/** Capitals that can still be read. */
const leastLetterPixels = 9;
/** A text that would be wider becomes smaller; of the frame's width. */
const textShare = 0.9;
/** A picture is made to fit, of the frame's sides. */
const pictureShare = { width: 0.25, height: 0.15 };
const most = { letters: 200, pixels: 100e6 };
// In heights of a letter's unit: 7 of them are a capital.
const [pen, outline, gap] = [0.95, 2.1, 1.7];

/** Whether `--watermark` names a picture; else it is the text itself. */
export function isPicture(watermark: string): boolean {
  return pictureEnding.test(watermark);
}

/** Throws `bad-option` or `unreadable-input` for a mark that cannot be drawn. */
export async function checkMark(watermark: string): Promise<void> {
  if (isPicture(watermark)) await readPicture(watermark, 16, 16);
  else layText(watermark);
}

export async function drawMark(watermark: string, frame: { readonly width: number; readonly height: number }): Promise<Mark> {
  const margin = Math.round(Math.min(frame.width, frame.height) * marginShare);
  const room = { width: Math.max(1, frame.width - 2 * margin), height: Math.max(1, frame.height - 2 * margin) };
  const { data, info } = isPicture(watermark)
    ? await readPicture(watermark, Math.min(room.width, frame.width * pictureShare.width), Math.min(room.height, frame.height * pictureShare.height))
    : await drawText(watermark, frame, room);
  return { width: info.width, height: info.height, rgba: data, x: frame.width - margin - info.width, y: frame.height - margin - info.height };
}

type Drawn = { data: Buffer; info: { width: number; height: number } };

async function readPicture(path: string, width: number, height: number): Promise<Drawn> {
  if (!(await stat(path).catch(() => undefined))?.isFile()) {
    throw new AnimateError('bad-option', `--watermark: expected a picture that is there, got "${path}"`, { hint: 'A text must not end like the name of a picture.' });
  }
  try {
    const size = { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)), fit: 'inside' as const };
    return await sharp(path, { limitInputPixels: most.pixels }).autoOrient().resize(size).toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  } catch (cause) {
    throw new AnimateError('unreadable-input', `--watermark: ${path}: expected a picture, but it cannot be read (${cause instanceof Error ? cause.message : String(cause)})`, { cause });
  }
}

interface LaidText {
  /** SVG path data; the first letter stands at 0, 0. */
  readonly strokes: string;
  readonly width: number;
}

function layText(text: string): LaidText {
  const letters = [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment);
  if (letters.length > most.letters) throw new AnimateError('bad-option', `--watermark: expected at most ${most.letters} letters, got ${letters.length}`);
  let [strokes, width] = ['', 0];
  for (const letter of letters) {
    const found = findLetter(letter);
    if (!found) throw new AnimateError('bad-option', `--watermark: expected Latin letters, digits and common signs, got ${JSON.stringify(letter)}`, { hint: 'Other scripts: give the mark as a picture, --watermark mark.png' });
    strokes += shift(found.strokes, width, 0);
    width += found.width + gap;
  }
  return { strokes, width: width - gap };
}

/** White with a dark edge: can be read on anything. */
async function drawText(text: string, frame: { readonly width: number; readonly height: number }, room: { readonly width: number; readonly height: number }): Promise<Drawn> {
  const { strokes, width } = layText(text);
  const [left, top, right, bottom] = [-outline / 2, -10 - outline / 2, width + outline / 2, 2 + outline / 2];
  const wished = Math.max(leastLetterPixels, Math.min(frame.width, frame.height) * letterShare) / 7;
  const scale = Math.min(wished, (room.width * textShare) / (right - left), room.height / (bottom - top));
  const size = { width: Math.max(1, Math.ceil((right - left) * scale)), height: Math.max(1, Math.ceil((bottom - top) * scale)) };
  const path = (colour: string, opacity: number, stroke: number): string => `<path d="${strokes}" fill="none" stroke="${colour}" stroke-opacity="${opacity}" stroke-width="${stroke}" stroke-linecap="round" stroke-linejoin="round"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="${left} ${top} ${right - left} ${bottom - top}">${path('black', 0.6, outline)}${path('white', 0.95, pen)}</svg>`;
  return sharp(Buffer.from(svg)).toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
}
