/** Reads a portrait: any common picture format -> upright 8-bit sRGB pixels. */
import { readFile, stat } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { AnimateError } from '../errors.ts';
import { bleedColours } from './bleed.ts';
import type { Picture } from './picture.ts';
import { nameContent, readableFormats } from './signature.ts';

export interface LoadPictureOptions {
  /** CSS colour that shows through transparent pixels. Default white. */
  background?: string;
  /** True keeps transparency: colours are not laid over `background`, and a picture without transparent pixels is an error. Default false. */
  keepAlpha?: boolean;
  /** What to call the picture in messages, for bytes. A file is called by its path. */
  name?: string;
  /** Larger pictures are shrunk to this while they are decoded. Default 50e6: 150 MB of pixels, far above any film's size. */
  maxPixels?: number;
}

const smallestSidePixels = 64; // below this no face of 48 pixels with its surroundings fits
const largestSidePixels = 30_000;
const mostPixels = 200e6;
const keptPixels = 50e6;
const mostDecodedBytes = 700e6; // some pictures must be in memory as a whole before they can be shrunk
/** Drawings (SVG) have no pixels of their own: their long side is drawn within these. */
const drawnSidePixels = { least: 1024, most: 2048 };
const svgDotsPerInch = 72;

/**
 * Decodes a file or its bytes: JPEG, PNG, WebP, AVIF, TIFF, GIF (first frame), SVG. EXIF orientation is applied, ICC profiles,
 * CMYK, grey and 16 bit become 8-bit sRGB, transparency is laid over `background` or kept beside colours that go on under it.
 */
export async function loadPicture(source: string | Uint8Array, options: LoadPictureOptions = {}): Promise<Picture> {
  const name = typeof source === 'string' ? source : (options.name ?? 'the picture');
  const background = await parseColour(options.background ?? 'white');
  const bytes = typeof source === 'string' ? await readPictureFile(source) : source;
  if (bytes.length === 0) throw new AnimateError('unreadable-input', `${name}: expected a picture, got an empty file`);
  const metadata = await readMetadata(bytes, name);
  const warnings: string[] = [];
  if ((metadata.pages ?? 1) > 1) warnings.push(`${name}: has ${metadata.pages} frames or pages; the first one is used`);

  const { image, width, height } = openUpright(bytes, metadata);
  checkSize(name, width, height);
  checkDecodedSize(name, metadata);
  const maxPixels = options.maxPixels ?? keptPixels;
  if (width * height > maxPixels) {
    const scale = Math.sqrt(maxPixels / (width * height));
    const keptWidth = Math.floor(width * scale);
    image.resize(keptWidth);
    warnings.push(`${name}: ${width}x${height} pixels are read as ${keptWidth}x${Math.round((height * keptWidth) / width)}`);
  }
  try {
    const { data, info } = await image.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const { rgb, alpha } = compositePixels(data, info.channels, options.keepAlpha ? null : background);
    if (options.keepAlpha) {
      if (alpha === null) {
        throw new AnimateError('unreadable-input', `${name}: expected a picture with transparent parts for --alpha, got one without`, {
          hint: 'cut the person out in an image program and save it as PNG or WebP, or leave --alpha out',
        });
      }
      bleedColours(rgb, alpha, info.width, info.height);
    }
    return { width: info.width, height: info.height, rgb, alpha, name, warnings };
  } catch (cause) {
    if (cause instanceof AnimateError) throw cause;
    const message = `${name}: expected a whole ${formatName(metadata)} picture, but decoding it failed: ${reasonOf(cause)}`;
    throw new AnimateError('unreadable-input', message, {
      hint: 'the file is cut off or damaged: copy or download it again, or save it anew in an image program',
      cause,
    });
  }
}

async function readPictureFile(path: string): Promise<Uint8Array> {
  try {
    const entry = await stat(path);
    if (entry.isDirectory()) {
      throw new AnimateError('unreadable-input', `${path}: expected a picture, got a folder`, { hint: 'give the path of one picture file' });
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof AnimateError) throw cause;
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing ? `${path}: no such file (expected a picture)` : `${path}: cannot be read: ${reasonOf(cause)}`;
    throw new AnimateError('unreadable-input', message, { hint: 'check the path and the permissions', cause });
  }
}

async function readMetadata(bytes: Uint8Array, name: string): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    const message = `${name}: expected a picture (${readableFormats}), got ${nameContent(bytes)}`;
    throw new AnimateError('unreadable-input', message, {
      hint: 'open it in an image program and save it as PNG or JPEG',
      cause,
    });
  }
}

/** The decoder, set to turn the picture upright, and the upright size in pixels. */
function openUpright(bytes: Uint8Array, metadata: Metadata): { image: Sharp; width: number; height: number } {
  const isTurned = (metadata.orientation ?? 1) >= 5; // EXIF 5..8 swap the axes
  let width = isTurned ? metadata.height : metadata.width;
  let height = isTurned ? metadata.width : metadata.height;
  let density: number | undefined;
  if (metadata.format === 'svg') {
    const longSide = Math.max(width, height);
    const drawn = Math.min(drawnSidePixels.most, Math.max(drawnSidePixels.least, longSide));
    const dotsPerInch = metadata.density ?? svgDotsPerInch;
    density = Math.min(100_000, Math.max(1, (dotsPerInch * drawn) / longSide));
    width = Math.round((width * density) / dotsPerInch);
    height = Math.round((height * density) / dotsPerInch);
  }
  const image = sharp(bytes, { limitInputPixels: false, failOn: 'error', ...(density === undefined ? {} : { density }) });
  return { image: image.rotate(), width, height }; // rotate() without an angle follows EXIF
}

function checkSize(name: string, width: number, height: number): void {
  const size = `${width}x${height} pixels`;
  if (Math.max(width, height) > largestSidePixels || width * height > mostPixels) {
    const limit = `${largestSidePixels} pixels a side and ${mostPixels / 1e6} megapixels`;
    throw new AnimateError('unreadable-input', `${name}: expected at most ${limit}, got ${size}`, { hint: 'shrink or crop the picture first' });
  }
  if (Math.min(width, height) < smallestSidePixels) {
    const message = `${name}: expected at least ${smallestSidePixels} pixels a side, got ${size}`;
    throw new AnimateError('unreadable-input', message, { hint: 'use a larger picture; a face of 256 pixels or more looks best' });
  }
}

function checkDecodedSize(name: string, { width, height, channels, depth }: Metadata): void {
  const bytes = width * height * (channels ?? 3) * (bytesOfDepth[depth ?? ''] ?? 1);
  if (bytes <= mostDecodedBytes) return;
  throw new AnimateError('unreadable-input', `${name}: expected at most ${mostDecodedBytes / 1e6} MB of pixels, got ${Math.round(bytes / 1e6)} MB (${width}x${height}, ${channels} channels, ${depth})`, { hint: 'shrink the picture, or save it with 8 bits and without transparency' });
}

/** Of libvips' names for the kind of a sample. */
const bytesOfDepth: Readonly<Record<string, number>> = { char: 1, uchar: 1, short: 2, ushort: 2, int: 4, uint: 4, float: 4, complex: 8, double: 8, dpcomplex: 16 };

/** [pixels, channels] uint8 with 1 to 4 channels -> [pixels, 3] over `background` (null: as they are), and alpha where any pixel is not opaque. */
function compositePixels(data: Uint8Array, channels: number, background: readonly number[] | null) {
  const pixels = data.length / channels;
  const hasAlpha = channels === 2 || channels === 4;
  const isGrey = channels < 3;
  if (channels === 3) return { rgb: new Uint8Array(data.buffer, data.byteOffset, data.length), alpha: null };
  const rgb = new Uint8Array(pixels * 3);
  const alpha = hasAlpha ? new Uint8Array(pixels) : null;
  let isOpaque = true;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    const opacity = hasAlpha ? data[from + channels - 1] : 255;
    if (opacity !== 255) isOpaque = false;
    if (alpha !== null) alpha[pixel] = opacity;
    for (let channel = 0; channel < 3; channel++) {
      const colour = data[from + (isGrey ? 0 : channel)];
      rgb[pixel * 3 + channel] = background === null ? colour : Math.round((colour * opacity + background[channel] * (255 - opacity)) / 255);
    }
  }
  return { rgb, alpha: isOpaque ? null : alpha };
}

/** A CSS colour -> [red, green, blue], 0..255. */
async function parseColour(colour: string): Promise<number[]> {
  try {
    const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: colour } });
    return [...(await pixel.raw().toBuffer())];
  } catch (cause) {
    throw new AnimateError('bad-option', `background: expected a colour like white, #202020 or rgb(20, 40, 60), got ${JSON.stringify(colour)}`, { cause });
  }
}

function formatName(metadata: Metadata): string {
  if (metadata.format === 'heif') return metadata.compression === 'av1' ? 'AVIF' : 'HEIC (not supported: save it as JPEG)';
  return (metadata.format ?? 'unknown').toUpperCase();
}

function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.trim().split('\n').at(-1) ?? message;
}
