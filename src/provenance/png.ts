/** PNG and APNG (W3C PNG, third edition): the manifest is a chunk `caBX` (C2PA 2.2, A.3.1). */

import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { bindData, type Container } from './binding.ts';
import { moveTail, readBytes, type Span } from './file-bytes.ts';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');
/** Length and name before a chunk's data, checksum behind it. */
const wrapBytes = 12;
const mostChunks = 10_000_000;

export const png: Container = {
  matches: (head) => head.subarray(0, 8).equals(signature),
  async find(file) {
    const found = await findChunk(file, 'caBX');
    if (!found) return undefined;
    const { start, size } = found;
    return { place: { start, size }, store: await readBytes(file, start + 8, size - wrapBytes) };
  },
  wrap(store) {
    const chunk = Buffer.alloc(store.length + wrapBytes);
    chunk.writeUInt32BE(store.length, 0);
    chunk.write('caBX', 4, 'latin1');
    store.copy(chunk, 8);
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
    return chunk;
  },
  /** Before the end. Before the picture's data it would be found sooner, but ffmpeg then takes an animation for a still picture. */
  async placeIn(file) {
    const end = await findChunk(file, 'IEND');
    if (!end) throw new RangeError('PNG: expected an end');
    return end.start;
  },
  makeRoom: moveTail,
  bind: bindData,
};

/** The first chunk of a type. Throws RangeError where the chunks before it are not whole. */
async function findChunk(file: FileHandle, wanted: string): Promise<Span | undefined> {
  const { size: fileBytes } = await file.stat();
  for (let start = signature.length, count = 0; count < mostChunks && start < fileBytes; count++) {
    const head = await readBytes(file, start, 8);
    const size = head.readUInt32BE(0) + wrapBytes;
    if (start + size > fileBytes) throw new RangeError('PNG: a chunk is cut off');
    if (head.toString('latin1', 4) === wanted) return { start, size };
    start += size;
  }
  return undefined;
}
