/** Says what a file that is no picture seems to be, from its first bytes: for error messages. */

export const readableFormats = 'JPEG, PNG, WebP, AVIF, TIFF, GIF or SVG';

const signatures: readonly (readonly [offset: number, bytes: string, name: string])[] = [
  [0, '%PDF', 'a PDF document'],
  [0, 'PK\x03\x04', 'a zip archive'],
  [0, 'ID3', 'an MP3 sound'],
  [0, '\xff\xfb', 'an MP3 sound'],
  [0, 'OggS', 'an Ogg sound'],
  [0, 'fLaC', 'a FLAC sound'],
  [8, 'WAVE', 'a WAV sound'],
  [8, 'AVI ', 'an AVI video'],
  [0, '\x1aE\xdf\xa3', 'a Matroska or WebM video'],
  [8, 'jxl ', 'a JPEG XL picture'],
  [4, 'JXL ', 'a JPEG XL picture'],
  [4, 'ftyphei', 'a HEIC picture'],
  [4, 'ftyp', 'a video or sound (MP4)'],
  [0, '8BPS', 'a Photoshop file'],
  [0, 'BM', 'a BMP picture'],
  [0, '\xff\xd8\xff', 'a damaged JPEG'],
  [0, '\x89PNG', 'a damaged PNG'],
  [0, 'GIF8', 'a damaged GIF'],
];

/** `bytes`: the file, or its first hundred bytes. */
export function nameContent(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 256)).toString('latin1');
  for (const [offset, signature, name] of signatures) if (start.startsWith(signature, offset)) return name;
  return /^[\t\n\r\x20-\x7e]+$/.test(start) ? 'text' : 'data that no decoder knows';
}
