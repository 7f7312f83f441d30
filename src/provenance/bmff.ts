/** MP4 and MOV (ISO/IEC 14496-12): their boxes, a place for the manifest, and the hash over everything else. */

import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { encodeCbor, mapOf } from './cbor.ts';
import { encodeBox } from './jumbf.ts';
import type { Assertion } from './manifest.ts';

export interface TopBox {
  /** Four letters. */
  readonly type: string;
  /** Bytes from the start of the file. */
  readonly start: number;
  readonly size: number;
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
const chunkBytes = 1024 * 1024;

/** Throws RangeError where the boxes do not fill the file exactly. */
export async function readTopBoxes(file: FileHandle): Promise<TopBox[]> {
  const { size: fileBytes } = await file.stat();
  const boxes: TopBox[] = [];
  for (let start = 0; start < fileBytes; ) {
    const header = await readBytes(file, start, Math.min(16, fileBytes - start));
    const short = header.length < 8 ? 0 : header.readUInt32BE(0);
    const isLong = short === 1 && header.length === 16;
    const size = isLong ? Number(header.readBigUInt64BE(8)) : short;
    const headerBytes = isLong ? 16 : 8;
    if (size < headerBytes || start + size > fileBytes || boxes.length === mostBoxes) throw new RangeError('MP4: its boxes do not fill the file exactly');
    boxes.push({ type: header.toString('latin1', 4, 8), start, size, headerBytes });
    start += size;
  }
  return boxes;
}

/** The box that holds the manifest, and the manifest. */
export async function findManifest(file: FileHandle, boxes: readonly TopBox[]): Promise<{ box: TopBox; store: Buffer } | undefined> {
  for (const box of boxes) {
    if (box.type !== 'uuid' || box.headerBytes !== 8 || box.size < manifestStart || box.size > mostMovieBytes) continue;
    const content = await readBytes(file, box.start, box.size);
    if (content.subarray(8, 24).equals(manifestUuid)) return { box, store: content.subarray(manifestStart) };
  }
  return undefined;
}

export function encodeManifestBox(store: Buffer): Buffer {
  return encodeBox('uuid', Buffer.concat([manifestUuid, Buffer.alloc(4), purpose, Buffer.alloc(8), store]));
}

/** The hash over the file without the manifest's box: C2PA 2.2, 18.7. Nothing else is left out, so that no byte can change unseen. */
export function hashAssertion(hash: Uint8Array): Assertion {
  const exclusions = [mapOf({ xpath: '/uuid', data: [mapOf({ offset: 8, value: manifestUuid })] })];
  return { label: 'c2pa.hash.bmff.v3', data: encodeCbor(mapOf({ alg: 'sha256', hash, name: 'film', exclusions })) };
}

/** sha256 over every box but `manifest`, each behind its place in the file as eight bytes (C2PA 2.2, 18.7.3.2). */
export async function hashFilm(file: FileHandle, boxes: readonly TopBox[], manifest: TopBox): Promise<Buffer> {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(chunkBytes);
  for (const { start, size } of boxes) {
    if (start === manifest.start) continue;
    const place = Buffer.alloc(8);
    place.writeBigUInt64BE(BigInt(start));
    hash.update(place);
    for (let done = 0; done < size; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - done), start + done);
      if (bytesRead === 0) throw new RangeError('MP4: the file became shorter while it was read');
      hash.update(buffer.subarray(0, bytesRead));
      done += bytesRead;
    }
  }
  return hash.digest();
}

/** Makes room of `bytes` behind the first box, in place: what follows moves, and the tables that say where pictures and sounds lie move with it. */
export async function makeRoom(file: FileHandle, boxes: readonly TopBox[], bytes: number): Promise<number> {
  const [first, ...rest] = boxes;
  const movie = rest.find(({ type }) => type === 'moov');
  if (first?.type !== 'ftyp' || !movie || movie.size > mostMovieBytes) throw new RangeError('MP4: expected the boxes ftyp and moov');
  const place = first.size;
  const tables = await readBytes(file, movie.start, movie.size);
  moveChunks(tables.subarray(movie.headerBytes), bytes);
  const { size: fileBytes } = await file.stat();
  const buffer = Buffer.alloc(chunkBytes);
  for (let end = fileBytes; end > place; ) {
    const start = Math.max(place, end - buffer.length);
    await file.read(buffer, 0, end - start, start);
    await writeBytes(file, buffer.subarray(0, end - start), start + bytes);
    end = start;
  }
  await writeBytes(file, tables, movie.start + bytes);
  return place;
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

/** Exactly `length` bytes. */
async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw new RangeError('MP4: the file is cut off');
    done += bytesRead;
  }
  return buffer;
}

export async function writeBytes(file: FileHandle, data: Buffer, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await file.write(data, done, data.length - done, position + done);
    done += bytesWritten;
  }
}
