/** What every kind of file that can hold a manifest does. */

import type { FileHandle } from 'node:fs/promises';
import { encodeCbor, mapOf } from './cbor.ts';
import { hashSpans, type Span } from './file-bytes.ts';
import type { Assertion } from './manifest.ts';

export interface FoundStore {
  /** The manifest with what wraps it. */
  readonly place: Span;
  readonly store: Buffer;
}

export interface Container {
  readonly matches: (head: Buffer) => boolean;
  /** Throws RangeError for a file that is not whole. */
  readonly find: (file: FileHandle) => Promise<FoundStore | undefined>;
  /** A manifest as it stands in the file. */
  readonly wrap: (store: Buffer) => Buffer;
  /** Where a manifest would go, in a file without one. */
  readonly placeIn: (file: FileHandle) => Promise<number>;
  /** Makes room for `bytes` there, in place. */
  readonly makeRoom: (file: FileHandle, start: number, bytes: number) => Promise<void>;
  /** Binds the manifest to all bytes of the file but its own place. Without `file` it is of the same size, and of no worth. */
  readonly bind: (file: FileHandle | undefined, place: Span) => Promise<Assertion>;
}

/** A hash over the whole file but one part: C2PA 2.2, 18.5. */
export async function bindData(file: FileHandle | undefined, { start, size }: Span): Promise<Assertion> {
  const parts = async (opened: FileHandle): Promise<Span[]> => {
    const end = (await opened.stat()).size;
    return [{ start: 0, size: start }, { start: start + size, size: end - start - size }];
  };
  const hash = file ? await hashSpans(file, await parts(file)) : Buffer.alloc(32);
  const exclusions = size === 0 ? {} : { exclusions: [mapOf({ start, length: size })] };
  return { label: 'c2pa.hash.data', data: encodeCbor(mapOf({ alg: 'sha256', hash, name: 'film', pad: new Uint8Array(0), ...exclusions })) };
}
