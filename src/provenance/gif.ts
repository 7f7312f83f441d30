/** GIF (GIF89a specification, 26): the manifest is an application extension behind the colours (C2PA 2.2, A.3.5). */

import type { FileHandle } from 'node:fs/promises';
import { bindData, type Container } from './binding.ts';
import { moveTail, readBytes, readUpTo } from './file-bytes.ts';

// Extension, application extension, 11 bytes: name and version.
const opening = Buffer.concat([Buffer.from([0x21, 0xff, 0x0b]), Buffer.from('C2PA_GIF'), Buffer.from([1, 0, 0])]);
const mostStoreBytes = 16 * 1024 * 1024;
const longest = 255;

/** Behind header, screen and global colours. */
async function placeIn(file: FileHandle): Promise<number> {
  const flags = (await readBytes(file, 10, 1))[0] ?? 0;
  return 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
}

export const gif: Container = {
  matches: (head) => head.toString('latin1', 0, 6) === 'GIF89a',
  async find(file) {
    const start = await placeIn(file);
    const data = await readUpTo(file, start, mostStoreBytes);
    if (!data.subarray(0, opening.length).equals(opening)) return undefined;
    const pieces: Buffer[] = [];
    for (let at = opening.length; ; ) {
      const length = data[at];
      if (length === undefined || at + 1 + length > data.length) throw new RangeError('GIF: the block of the manifest is cut off');
      if (length === 0) return { place: { start, size: at + 1 }, store: Buffer.concat(pieces) };
      pieces.push(data.subarray(at + 1, at + 1 + length));
      at += 1 + length;
    }
  },
  wrap(store) {
    const blocks: Buffer[] = [];
    for (let at = 0; at < store.length; at += longest) {
      const piece = store.subarray(at, at + longest);
      blocks.push(Buffer.from([piece.length]), piece);
    }
    return Buffer.concat([opening, ...blocks, Buffer.from([0])]);
  },
  placeIn,
  makeRoom: moveTail,
  bind: bindData,
};
