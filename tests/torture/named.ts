/** Files that are known to break programs. Each with the code that it must end in; `ok` where the program takes it. */
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { wavBytes } from '../support/sound.ts';

export interface Named {
  readonly what: string;
  readonly kind: 'portrait' | 'sound' | 'motion' | 'jobs';
  readonly ending: string;
  readonly make: () => Promise<Uint8Array> | Uint8Array;
  /** True leaves it to the long form. */
  readonly isHeavy?: boolean;
  /** One of these. */
  readonly codes: readonly string[];
  /** What a film from a file that is taken ends in; default `ok`. */
  readonly filmCode?: string;
}

const chunk = (name: string, data: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(name, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
};

interface PngOptions {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** 0 grey, 2 RGB, 6 RGB with opacity. */
  readonly colour: number;
  readonly isInterlaced?: boolean;
  /** Bytes before compression; default all that the picture has. */
  readonly dataBytes?: number;
  readonly more?: readonly Buffer[];
}

/** All zeros: a thousandth of its size in the file. */
function png({ width, height, bits, colour, isInterlaced = false, dataBytes, more = [] }: PngOptions): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, colour, 0, 0, isInterlaced ? 1 : 0], 8);
  const samples = { 0: 1, 2: 3, 6: 4 }[colour] ?? 1;
  const bytes = dataBytes ?? height * (Math.ceil((width * bits * samples) / 8) + 1) * (isInterlaced ? 1.01 : 1);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), ...more, chunk('IDAT', deflateZeros(Math.ceil(bytes))), chunk('IEND', new Uint8Array(0))]);
}

function deflateZeros(bytes: number): Buffer {
  return deflateSync(Buffer.alloc(Math.min(bytes, 1.7e9)), { level: 1 });
}

/** A JPEG of one colour whose header says another size. */
async function jpegClaiming(width: number, height: number): Promise<Buffer> {
  const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } }).jpeg().toBuffer();
  const at = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, at + 5);
  bytes.writeUInt16BE(width, at + 7);
  return bytes;
}

interface WavOptions {
  readonly code?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
  readonly claimed?: number;
  readonly data?: Buffer;
}

function wav({ code = 1, channels = 1, rate = 16_000, bits = 16, claimed, data = Buffer.alloc(32_000) }: WavOptions): Buffer {
  const bytes = Buffer.alloc(44);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE((claimed ?? data.length) + 36 > 0xffff_ffff ? 0xffff_ffff : (claimed ?? data.length) + 36, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(code, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE((rate * channels * bits) / 8 > 0xffff_ffff ? 0xffff_ffff : (rate * channels * bits) / 8, 28);
  bytes.writeUInt16LE(Math.min(0xffff, (channels * bits) / 8), 32);
  bytes.writeUInt16LE(bits, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(claimed ?? data.length, 40);
  return Buffer.concat([bytes, data]);
}

const floats = (values: (index: number) => number): Buffer => Buffer.from(Float32Array.from({ length: 16_000 }, (_, index) => values(index)).buffer);
const unreadable = ['unreadable-input'];
const pictureOrNoFace = ['unreadable-input', 'no-face'];
const sound = ['ok', 'unreadable-input'];
/** They count as silence; but AAC's encoder takes no such samples. */
const unfilmable = { codes: ['ok'], filmCode: 'ffmpeg-failed' } as const;
const motionHead = '{"format":"animate-motion","version":1,"fps":25,"channels":["jawOpen"],"frames":[';

export const named: readonly Named[] = [
  { what: 'a picture of 30,000 x 30,000 in a megabyte', kind: 'portrait', ending: 'png', make: () => png({ width: 30_000, height: 30_000, bits: 1, colour: 0 }), codes: unreadable },
  { what: 'the largest picture that is read, black and white', kind: 'portrait', ending: 'png', isHeavy: true, make: () => png({ width: 20_000, height: 9_900, bits: 1, colour: 0 }), codes: pictureOrNoFace },
  { what: 'the largest picture that is read, 16 bits with opacity', kind: 'portrait', ending: 'png', isHeavy: true, make: () => png({ width: 14_100, height: 14_100, bits: 16, colour: 6 }), codes: pictureOrNoFace },
  { what: 'the same interlaced', kind: 'portrait', ending: 'png', make: () => png({ width: 14_100, height: 14_100, bits: 16, colour: 6, isInterlaced: true, dataBytes: 1e7 }), codes: pictureOrNoFace },
  { what: 'a large progressive JPEG', kind: 'portrait', ending: 'jpg', isHeavy: true, make: () => sharp({ create: { width: 14_100, height: 14_100, channels: 3, background: 'grey' }, limitInputPixels: false }).jpeg({ progressive: true }).toBuffer(), codes: pictureOrNoFace },
  { what: 'a large WebP', kind: 'portrait', ending: 'webp', isHeavy: true, make: () => sharp({ create: { width: 16_000, height: 12_000, channels: 3, background: 'grey' }, limitInputPixels: false }).webp({ effort: 0 }).toBuffer(), codes: pictureOrNoFace },
  { what: 'a large lossless TIFF', kind: 'portrait', ending: 'tiff', isHeavy: true, make: () => sharp({ create: { width: 14_100, height: 14_100, channels: 3, background: 'grey' }, limitInputPixels: false }).tiff({ compression: 'lzw' }).toBuffer(), codes: pictureOrNoFace },
  { what: 'a JPEG that claims 65,500 x 65,500', kind: 'portrait', ending: 'jpg', make: () => jpegClaiming(65_500, 65_500), codes: unreadable },
  { what: 'a JPEG that claims 14,000 x 14,000', kind: 'portrait', ending: 'jpg', isHeavy: true, make: () => jpegClaiming(14_000, 14_000), codes: pictureOrNoFace },
  { what: 'a PNG that claims 14,000 x 14,000 and holds a line', kind: 'portrait', ending: 'png', make: () => png({ width: 14_000, height: 14_000, bits: 8, colour: 2, dataBytes: 42_001 }), codes: pictureOrNoFace },
  { what: 'a picture of 1 x 1', kind: 'portrait', ending: 'png', make: () => png({ width: 1, height: 1, bits: 8, colour: 2 }), codes: unreadable },
  { what: 'a picture of 0 x 0', kind: 'portrait', ending: 'png', make: () => png({ width: 0, height: 0, bits: 8, colour: 2 }), codes: unreadable },
  { what: 'a picture of 30,000 x 64', kind: 'portrait', ending: 'png', isHeavy: true, make: () => png({ width: 30_000, height: 64, bits: 8, colour: 2 }), codes: pictureOrNoFace },
  { what: 'a PNG whose text unpacks to 500 MB', kind: 'portrait', ending: 'png', make: () => png({ width: 100, height: 100, bits: 8, colour: 2, more: [chunk('zTXt', Buffer.concat([Buffer.from('x\0\0'), deflateZeros(5e8)]))] }), codes: pictureOrNoFace },
  { what: 'a PNG whose colour profile unpacks to 500 MB', kind: 'portrait', ending: 'png', make: () => png({ width: 100, height: 100, bits: 8, colour: 2, more: [chunk('iCCP', Buffer.concat([Buffer.from('x\0\0'), deflateZeros(5e8)]))] }), codes: pictureOrNoFace },
  { what: 'a drawing that doubles itself thirty times', kind: 'portrait', ending: 'svg', isHeavy: true, make: () => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><defs><g id="a0"><rect width="9" height="9"/></g>${Array.from({ length: 30 }, (_, i) => `<g id="a${i + 1}"><use href="#a${i}"/><use href="#a${i}"/></g>`).join('')}</defs><use href="#a30"/></svg>`), codes: pictureOrNoFace },
  { what: 'a drawing with a thousand million laughs', kind: 'portrait', ending: 'svg', make: () => Buffer.from(`<!DOCTYPE svg [<!ENTITY a0 "laugh">${Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join('')}]><svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><text>&a9;</text></svg>`), codes: pictureOrNoFace },
  { what: 'a drawing of a million million points', kind: 'portrait', ending: 'svg', make: () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1e12" height="1e12"><rect width="9" height="9"/></svg>'), codes: pictureOrNoFace },
  { what: 'a drawing 1e9 times as wide as high', kind: 'portrait', ending: 'svg', make: () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e9 1"><rect width="9" height="9"/></svg>'), codes: pictureOrNoFace },
  { what: 'a drawing with a blur as large as a house', kind: 'portrait', ending: 'svg', isHeavy: true, make: () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="2000"><filter id="f" x="-100" y="-100" width="300" height="300"><feGaussianBlur stdDeviation="9000"/><feTurbulence numOctaves="99999" baseFrequency="9"/></filter><rect width="2000" height="2000" filter="url(#f)"/></svg>'), codes: pictureOrNoFace },

  { what: '0 Hz', kind: 'sound', ending: 'wav', make: () => wav({ rate: 0 }), codes: unreadable },
  { what: '4 GHz', kind: 'sound', ending: 'wav', make: () => wav({ rate: 0xffff_ffff }), codes: unreadable },
  { what: '0 channels', kind: 'sound', ending: 'wav', make: () => wav({ channels: 0 }), codes: unreadable },
  { what: '255 channels', kind: 'sound', ending: 'wav', make: () => wav({ channels: 255, data: Buffer.alloc(255 * 2 * 8000) }), codes: sound },
  { what: '65,535 channels', kind: 'sound', ending: 'wav', make: () => wav({ channels: 65_535 }), codes: sound },
  { what: '24 h claimed, a second there', kind: 'sound', ending: 'wav', make: () => wav({ claimed: 24 * 3600 * 32_000 }), codes: ['ok'] },
  { what: 'samples that are no numbers', kind: 'sound', ending: 'wav', make: () => wav({ code: 3, bits: 32, data: floats(() => Number.NaN) }), ...unfilmable },
  { what: 'infinite samples', kind: 'sound', ending: 'wav', make: () => wav({ code: 3, bits: 32, data: floats((index) => (index % 2 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)) }), ...unfilmable },
  { what: 'samples of 3e38', kind: 'sound', ending: 'wav', make: () => wav({ code: 3, bits: 32, data: floats((index) => (index % 7 ? 3e38 : -3e38)) }), ...unfilmable },
  { what: 'samples of 1e-40', kind: 'sound', ending: 'wav', make: () => wav({ code: 3, bits: 32, data: floats(() => 1e-40) }), codes: ['ok'] },
  { what: 'one sample', kind: 'sound', ending: 'wav', make: () => wav({ data: Buffer.alloc(2) }), codes: unreadable },
  { what: 'a header and no samples', kind: 'sound', ending: 'wav', make: () => wav({ data: Buffer.alloc(0) }), codes: unreadable },
  { what: 'a constant at full scale', kind: 'sound', ending: 'wav', make: () => wavBytes([new Float32Array(16_000).fill(1)], 16_000), codes: ['ok'] },

  { what: 'motion of 25 million frames', kind: 'motion', ending: 'json', make: () => Buffer.from(`${motionHead}${'[0],'.repeat(25e6)}[0]]}`), codes: unreadable },
  { what: 'motion of a frame of 90 million numbers', kind: 'motion', ending: 'json', make: () => Buffer.from(`${motionHead}[${'0,'.repeat(9e7)}0]]}`), codes: unreadable },
  { what: 'a million brackets', kind: 'motion', ending: 'json', make: () => Buffer.from('['.repeat(1e6)), codes: unreadable },
  { what: 'ten million empty lines of motion', kind: 'motion', ending: 'csv', make: () => Buffer.from(`Timecode\n${'00:00:00:00\n'.repeat(1e7)}`), codes: unreadable },
  { what: 'sixty million jobs of nothing', kind: 'jobs', ending: 'json', make: () => Buffer.from(`[${'{},'.repeat(6e7)}{}]`), codes: unreadable },
  { what: 'ninety million empty cells', kind: 'jobs', ending: 'csv', make: () => Buffer.from(`portrait,sound${','.repeat(9e7)}`), codes: ['unreadable-input', 'bad-option'] },
  { what: 'ten million lines that are no jobs', kind: 'jobs', ending: 'jsonl', make: () => Buffer.from('1\n'.repeat(1e7)), codes: unreadable },
  { what: 'a million brackets', kind: 'jobs', ending: 'json', make: () => Buffer.from('['.repeat(1e6)), codes: unreadable },
];
