/** Files piece by piece: memory stays flat however long a film is. */

import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

const chunkBytes = 1024 * 1024;

/** Part of a file. */
export interface Span {
  /** Bytes from the start of the file. */
  readonly start: number;
  readonly size: number;
}

/** Exactly `length` bytes; throws RangeError where the file ends before. */
export async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw new RangeError('the file is cut off');
    done += bytesRead;
  }
  return buffer;
}

/** At most `length` bytes: fewer at the end of the file. */
export async function readUpTo(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await file.stat();
  return readBytes(file, position, Math.max(0, Math.min(length, size - position)));
}

export async function writeBytes(file: FileHandle, data: Buffer, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await file.write(data, done, data.length - done, position + done);
    done += bytesWritten;
  }
}

/** Moves everything from `place` on by `bytes` towards the end. */
export async function moveTail(file: FileHandle, place: number, bytes: number): Promise<void> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(chunkBytes);
  for (let end = size; end > place; ) {
    const start = Math.max(place, end - buffer.length);
    const piece = buffer.subarray(0, end - start);
    for (let done = 0; done < piece.length; ) done += (await file.read(piece, done, piece.length - done, start + done)).bytesRead;
    await writeBytes(file, piece, start + bytes);
    end = start;
  }
}

/** sha256 over parts of a file, one after the other, each behind what `before` puts there. */
export async function hashSpans(file: FileHandle, spans: readonly Span[], before: (span: Span) => Buffer = () => Buffer.alloc(0)): Promise<Buffer> {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(chunkBytes);
  for (const span of spans) {
    hash.update(before(span));
    for (let done = 0; done < span.size; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, span.size - done), span.start + done);
      if (bytesRead === 0) throw new RangeError('the file became shorter while it was read');
      hash.update(buffer.subarray(0, bytesRead));
      done += bytesRead;
    }
  }
  return hash.digest();
}
