/** Contact sheet: frames of a film, evenly spread, cut to the face, each with its time. */
import sharp from 'sharp';
import { drawText } from './lettering.ts';

export interface SheetOptions {
  /** Of the frames, pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly frames: number;
  readonly fps: number;
  /** [n, 3] of the face at rest: x right, y down in pixels of the frame; z is not used. */
  readonly landmarks: Float32Array;
}

export interface Sheet {
  /** Takes frame `index`, [height, width, channels] uint8, if it is one of the sheet's. */
  take(frame: Uint8Array, index: number): Promise<void>;
  /** The sheet as PNG, JPEG or WebP, with `description` among its tags. */
  encode(format: 'png' | 'jpeg' | 'webp', description: string): Promise<Uint8Array>;
}

const mostTiles = 20;
const columns = 5;
const largestTile = 370; // five of them and the gaps between make 1900 pixels
const largestScale = 2; // a small face is not blown up beyond recognition
const gap = 8;
const stampHeight = 15;
const paper = '#202124';
const behind = '#c8c8c8'; // transparent parts

/** Numbers of `count` frames from the first to the last, evenly spread; all where there are fewer. */
export function pickFrames(frames: number, count = mostTiles): number[] {
  if (frames <= count) return Array.from({ length: frames }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.round((i * (frames - 1)) / (count - 1)));
}

/** A square about the head, as far as the frame has room; whole pixels. */
export function headArea({ width, height, landmarks }: Pick<SheetOptions, 'width' | 'height' | 'landmarks'>): { x: number; y: number; size: number } {
  let [minX, maxX, minY, maxY] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < landmarks.length; i += 3) {
    [minX, maxX] = [Math.min(minX, landmarks[i]), Math.max(maxX, landmarks[i])];
    [minY, maxY] = [Math.min(minY, landmarks[i + 1]), Math.max(maxY, landmarks[i + 1])];
  }
  const face = Math.max(maxX - minX, maxY - minY);
  const size = Math.max(1, Math.min(width, height, Math.round(1.45 * face)));
  const within = (middle: number, room: number): number => Math.round(Math.min(room - size, Math.max(0, middle - size / 2)));
  // Landmarks end at the forehead: hair is above.
  return { x: within((minX + maxX) / 2, width), y: within((minY + maxY) / 2 - 0.06 * face, height), size };
}

/** Memory is that of the tiles: at most 20 of 370 x 370 pixels. */
export function openSheet(options: SheetOptions): Sheet {
  const { width, channels, frames, fps } = options;
  const area = headArea(options);
  const tile = Math.min(largestTile, area.size * largestScale);
  const wanted = pickFrames(frames);
  const tiles = new Map<number, Buffer>();
  return {
    async take(frame, index) {
      if (!wanted.includes(index)) return;
      const cut = Buffer.alloc(area.size * area.size * channels);
      for (let row = 0; row < area.size; row++) {
        const from = ((area.y + row) * width + area.x) * channels;
        cut.set(frame.subarray(from, from + area.size * channels), row * area.size * channels);
      }
      const picture = sharp(cut, { raw: { width: area.size, height: area.size, channels } }).flatten({ background: behind }).resize(tile, tile, { kernel: 'lanczos3' });
      const stamp = Buffer.from(stampSvg(timeOf(index / fps), tile));
      tiles.set(index, await sharp(await picture.raw().toBuffer(), { raw: { width: tile, height: tile, channels: 3 } }).composite([{ input: stamp, left: 0, top: 0 }]).removeAlpha().raw().toBuffer());
    },
    async encode(format, description) {
      const across = Math.min(columns, wanted.length);
      const down = Math.ceil(wanted.length / across);
      const place = (count: number): number => count * (tile + gap) + gap;
      const layers = wanted.filter((index) => tiles.has(index)).map((index, i) => ({
        input: tiles.get(index) as Buffer,
        raw: { width: tile, height: tile, channels: 3 as const },
        left: place(i % across),
        top: place(Math.floor(i / across)),
      }));
      const sheet = sharp({ create: { width: place(across), height: place(down), channels: 3, background: paper } }).composite(layers);
      const encoded = format === 'png' ? sheet.png() : format === 'webp' ? sheet.webp({ quality: 90 }) : sheet.jpeg({ quality: 90 });
      return encoded.withExif({ IFD0: { ImageDescription: description } }).toBuffer();
    },
  };
}

/** 3.24 → "0:03.24" */
export function timeOf(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [whole, rest] = [Math.floor(hundredths / 100), hundredths % 100];
  const clock = whole < 3600 ? `${Math.floor(whole / 60)}:${two(whole % 60)}` : `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return `${clock}.${two(rest)}`;
}

/** At the lower left, light on dark edges, readable on any picture. */
function stampSvg(text: string, tile: number): string {
  const height = Math.min(stampHeight, tile / 10);
  const at = { x: height * 0.7, y: tile - height * 0.7, height };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${tile}" height="${tile}">${drawText(text, { ...at, colour: '#000000', weight: 4 })}${drawText(text, { ...at, colour: '#ffffff', weight: 1.4 })}</svg>`;
}
