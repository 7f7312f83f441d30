/** What a file is, from its content alone. */
import { open, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AnimateError } from '../errors.ts';
import { refuseAddress } from '../local-path.ts';
import { findMaking, readTagText } from '../video/fingerprint.ts';
import { readNote } from '../video/pictures-folder.ts';

export type FileKind = 'portrait' | 'media' | 'pictures' | 'model';

/** `path`: the file or folder to read. Throws AnimateError unreadable-input where there is none. */
export async function findKind(given: string): Promise<{ kind: FileKind; path: string }> {
  refuseAddress(given, 'a file');
  const found = await stat(given).catch((cause: NodeJS.ErrnoException) => {
    throw new AnimateError('unreadable-input', `${given}: ${cause.code === 'ENOENT' ? 'no such file' : cause.message}`, { cause, hint: 'Check the name of the file.' });
  });
  if (found.isDirectory()) {
    const isModel = await stat(join(given, 'model.json')).then((entry) => entry.isFile(), () => false);
    if (isModel) return { kind: 'model', path: given };
    if (await readNote(given)) return { kind: 'pictures', path: given };
    throw new AnimateError('unreadable-input', `${given}: expected a picture, a sound, a film or the folder of a model, got a folder without model.json`);
  }
  if (!found.isFile()) throw new AnimateError('unreadable-input', `${given}: expected a file, got a pipe or device`, { hint: 'Save it to a file first.' });
  if (found.size === 0) throw new AnimateError('unreadable-input', `${given}: the file is empty`);
  if (basename(given) === 'model.json') return { kind: 'model', path: dirname(given) };
  const start = await readStart(given);
  const isMoving = isPicture(start) && findMaking(await readTagText(given)); // a GIF or an animated PNG of ours
  return { kind: isPicture(start) && !isMoving ? 'portrait' : 'media', path: given };
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AnimateError('unreadable-input', `${path}: ${cause.code === 'EACCES' ? 'no permission to read it' : cause.message}`, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

// The first bytes of the formats that a portrait may have: offset, bytes as Latin-1.
const signatures: readonly (readonly [number, string])[] = [
  [0, '\xff\xd8\xff'], // JPEG
  [0, '\x89PNG\r\n\x1a\n'],
  [8, 'WEBP'], // behind RIFF and the size
  [0, 'II*\0'], // TIFF
  [0, 'MM\0*'],
  [0, 'GIF8'],
  [4, 'ftypavif'],
  [4, 'ftypavis'],
  [4, 'ftypmif1'],
  [4, 'ftyphei'],
  [0, 'BM'],
  [0, '8BPS'],
  [0, '%PDF'],
];

/** True for pictures, readable ones and others: what cannot be read is told by whoever reads pictures. */
export function isPicture(start: Uint8Array): boolean {
  const text = Buffer.from(start).toString('latin1');
  return signatures.some(([offset, bytes]) => text.startsWith(bytes, offset)) || /^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/.test(text);
}
