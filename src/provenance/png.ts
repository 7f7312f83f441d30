/** PNG and APNG (W3C PNG, third edition): the manifest is a chunk `caBX` before the picture's data (C2PA 2.2, A.3.1). */

import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { bindData, type Container } from './binding.ts';
import { moveTail, readBytes, readUpTo, type Span } from './file-bytes.ts';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');
/** Length and name before a chunk's data, checksum behind it. */
const wrapBytes = 12;
const mostChunks = 1000;

export const png: Container = {
  matches: (head) => head.subarray(0, 8).equals(signature),
  async find(file) {
    const found = (await readHeader(file)).find(({ type }) => type === 'caBX');
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
  /** Behind the header, and behind what tells that it is an animation: some readers look no further for that. */
  async placeIn(file) {
    const chunks = await readHeader(file);
    const last = chunks.find(({ type }) => type === 'acTL') ?? chunks[0];
    if (!last) throw new RangeError('PNG: expected a header');
    return last.start + last.size;
  },
  makeRoom: moveTail,
  bind: bindData,
};

/** The chunks before the picture's data. */
async function readHeader(file: FileHandle): Promise<(Span & { readonly type: string })[]> {
  const { size: fileBytes } = await file.stat();
  const chunks: (Span & { readonly type: string })[] = [];
  for (let start = signature.length; chunks.length < mostChunks; ) {
    const head = await readUpTo(file, start, 8);
    const type = head.toString('latin1', 4);
    const size = head.length < 8 ? 0 : head.readUInt32BE(0) + wrapBytes;
    if (type === 'IDAT' || size === 0 || start + size > fileBytes) break;
    chunks.push({ type, start, size });
    start += size;
  }
  return chunks;
}
