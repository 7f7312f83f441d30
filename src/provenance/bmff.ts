/** MP4 and MOV (ISO/IEC 14496-12): their boxes, a place for the manifest, and the hash over everything else. */

import type { FileHandle } from 'node:fs/promises';
import type { Container } from './binding.ts';
import { encodeCbor, mapOf } from './cbor.ts';
import { hashSpans, moveTail, readBytes, readUpTo, type Span, writeBytes } from './file-bytes.ts';
import { encodeBox } from './jumbf.ts';
import type { Assertion } from './manifest.ts';

interface TopBox extends Span {
  /** Four letters. */
  readonly type: string;
  /** Of size and type: 8 or 16 bytes. */
  readonly headerBytes: number;
}

const manifestUuid = Buffer.from('d8fec3d61b0e483c92975828877ec481', 'hex'); // C2PA 2.2, A.5.1
const purpose = Buffer.from('manifest\0');
/** Of a manifest's box, before the manifest: header, UUID, version and flags, purpose, offset of a hash tree that we have none of. */
const manifestStart = 8 + 16 + 4 + purpose.length + 8;
const mostBoxes = 100_000;
// An hour's film has 3 MB of tables; nothing sensible comes near.
const mostMovieBytes = 256 * 1024 * 1024;

export const bmff: Container = {
  matches: (head) => head.toString('latin1', 4, 8) === 'ftyp',
  async find(file) {
    for (const { type, start, size, headerBytes } of (await walkTopBoxes(file)).boxes) {
      if (type !== 'uuid' || headerBytes !== 8 || size < manifestStart || size > mostMovieBytes) continue;
      const content = await readBytes(file, start, size);
      if (content.subarray(8, 24).equals(manifestUuid)) return { place: { start, size }, store: content.subarray(manifestStart) };
    }
    return undefined;
  },
  wrap: (store) => encodeBox('uuid', Buffer.concat([manifestUuid, Buffer.alloc(4), purpose, Buffer.alloc(8), store])),
  placeIn: async (file) => {
    const [first] = await readTopBoxes(file);
    return first?.size ?? 0;
  },
  makeRoom,
  async bind(file, place) {
    if (!file) return hashAssertion(Buffer.alloc(32));
    const others = (await readTopBoxes(file)).filter(({ start }) => start !== place.start);
    return hashAssertion(await hashSpans(file, others, startBytes));
  },
};

/** Throws RangeError where the boxes do not fill the file exactly. */
async function readTopBoxes(file: FileHandle): Promise<TopBox[]> {
  const { boxes, isWhole } = await walkTopBoxes(file);
  if (!isWhole) throw new RangeError('MP4: its boxes do not fill the file exactly');
  return boxes;
}

/** As far as they can be read. */
async function walkTopBoxes(file: FileHandle): Promise<{ boxes: TopBox[]; isWhole: boolean }> {
  const { size: fileBytes } = await file.stat();
  const boxes: TopBox[] = [];
  for (let start = 0; start < fileBytes; ) {
    const header = await readUpTo(file, start, 16);
    const short = header.length < 8 ? 0 : header.readUInt32BE(0);
    const isLong = short === 1 && header.length === 16;
    const size = isLong ? Number(header.readBigUInt64BE(8)) : short;
    const headerBytes = isLong ? 16 : 8;
    if (size < headerBytes || start + size > fileBytes || boxes.length === mostBoxes) return { boxes, isWhole: false };
    boxes.push({ type: header.toString('latin1', 4, 8), start, size, headerBytes });
    start += size;
  }
  return { boxes, isWhole: true };
}

/** C2PA 2.2, 18.7. Nothing but the manifest's own box is left out, so that no byte can change unseen. */
function hashAssertion(hash: Uint8Array): Assertion {
  const exclusions = [mapOf({ xpath: '/uuid', data: [mapOf({ offset: 8, value: manifestUuid })] })];
  return { label: 'c2pa.hash.bmff.v3', data: encodeCbor(mapOf({ alg: 'sha256', hash, name: 'film', exclusions })) };
}

/** Each box is hashed behind its place in the file, eight bytes (C2PA 2.2, 18.7.3.2). */
function startBytes({ start }: Span): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(start));
  return bytes;
}

/** Behind the first box: what follows moves, and the tables that say where pictures and sounds lie move with it. */
async function makeRoom(file: FileHandle, start: number, bytes: number): Promise<void> {
  const movie = (await readTopBoxes(file)).find(({ type }) => type === 'moov');
  if (!movie || movie.start < start || movie.size > mostMovieBytes) throw new RangeError('MP4: expected the boxes ftyp and moov');
  const tables = await readBytes(file, movie.start, movie.size);
  moveChunks(tables.subarray(movie.headerBytes), bytes);
  await moveTail(file, start, bytes);
  await writeBytes(file, tables, movie.start + bytes);
}

// From the movie down to the tables of chunks: 14496-12, 8.7.5.
const holders = new Set(['trak', 'mdia', 'minf', 'stbl']);

function moveChunks(boxes: Buffer, bytes: number): void {
  for (let start = 0; start + 8 <= boxes.length; ) {
    const size = boxes.readUInt32BE(start);
    if (size < 8 || start + size > boxes.length) throw new RangeError('MP4: a box in moov is cut off');
    const type = boxes.toString('latin1', start + 4, start + 8);
    const content = boxes.subarray(start + 8, start + size);
    if (holders.has(type)) moveChunks(content, bytes);
    if (type === 'stco') for (let entry = 8; entry + 4 <= content.length; entry += 4) content.writeUInt32BE(content.readUInt32BE(entry) + bytes, entry); // beyond 4 GiB: throws RangeError
    if (type === 'co64') for (let entry = 8; entry + 8 <= content.length; entry += 8) content.writeBigUInt64BE(content.readBigUInt64BE(entry) + BigInt(bytes), entry);
    start += size;
  }
}
