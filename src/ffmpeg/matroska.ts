/** Raw pictures with their times out of the Matroska stream that ffmpeg writes into a pipe: the one common container that streams and keeps times. */

/** One picture. */
export interface RawFrame {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] uint8. One of a few buffers that are used in turns. */
  readonly rgb: Uint8Array;
  /** As the container has it, whole milliseconds. */
  readonly timeSeconds: number;
}

/** Elements (RFC 9559) that hold others; all else is a value or is passed over. */
const masters = new Set([0x18538067, 0x1654ae6b, 0xae, 0xe0, 0x1f43b675, 0xa0]); // Segment, Tracks, TrackEntry, Video, Cluster, BlockGroup
const [pixelWidth, pixelHeight, clusterTime] = [0xb0, 0xba, 0xe7];
const blocks = new Set([0xa3, 0xa1]); // SimpleBlock, Block
const blockHeaderBytes = 4; // track number (one byte), time within the cluster (two), flags

/**
 * The pictures of the only track, RGB with 8 bits. `nextBuffer` gives the array that the next one goes into.
 * The clock counts milliseconds: ffmpeg writes no other.
 */
export async function* readRawFrames(chunks: AsyncIterable<Uint8Array>, nextBuffer: (bytes: number) => Uint8Array): AsyncGenerator<RawFrame> {
  const source = byteSource(chunks);
  try {
    let [width, height, clusterMilliseconds] = [0, 0, 0];
    for (;;) {
      const id = await source.elementId();
      if (id === undefined) return;
      const size = await source.elementSize();
      if (masters.has(id)) continue; // their end needs no notice: no id means two things
      if (id === pixelWidth) width = await source.number(size);
      else if (id === pixelHeight) height = await source.number(size);
      else if (id === clusterTime) clusterMilliseconds = await source.number(size);
      else if (blocks.has(id)) {
        const header = await source.number(blockHeaderBytes);
        const within = ((header >>> 8) << 16) >> 16; // signed
        const bytes = size - blockHeaderBytes;
        if (bytes !== width * height * 3) throw new RangeError(`matroska: a picture of ${width}x${height} pixels has ${bytes} bytes`);
        const rgb = nextBuffer(bytes);
        if (!(await source.fill(rgb))) return; // cut off
        yield { width, height, rgb, timeSeconds: (clusterMilliseconds + within) / 1000 };
      } else if (!(await source.skip(size))) return;
    }
  } finally {
    await source.close();
  }
}

/** Reads across the borders of chunks. */
function byteSource(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let chunk = new Uint8Array(0) as Uint8Array;
  let at = 0;
  const more = async (): Promise<boolean> => {
    while (at >= chunk.length) {
      const next = await iterator.next();
      if (next.done) return false;
      chunk = next.value;
      at = 0;
    }
    return true;
  };
  const byte = async (): Promise<number | undefined> => (at < chunk.length || (await more()) ? chunk[at++] : undefined);

  /** Hands over `bytes` bytes piece by piece. False at an early end. */
  const take = async (bytes: number, use: (piece: Uint8Array, offset: number) => void): Promise<boolean> => {
    for (let done = 0; done < bytes; ) {
      if (at >= chunk.length && !(await more())) return false;
      const piece = chunk.subarray(at, at + bytes - done);
      use(piece, done);
      at += piece.length;
      done += piece.length;
    }
    return true;
  };
  const number = async (bytes: number): Promise<number> => {
    let value = 0;
    await take(bytes, (piece) => {
      for (const digit of piece) value = value * 256 + digit;
    });
    return value;
  };
  return {
    number,
    /** With its length marker, as ids are written. Undefined at the end. */
    async elementId(): Promise<number | undefined> {
      const first = await byte();
      return first === undefined ? undefined : first * 256 ** Math.clz32(first << 24) + (await number(Math.clz32(first << 24)));
    },
    /** Without its length marker; infinite where all bits are set. */
    async elementSize(): Promise<number> {
      const first = (await byte()) ?? 0;
      const further = Math.clz32(first << 24);
      const own = first & (0x7f >> further);
      const rest = await number(further);
      return own === 0x7f >> further && rest === 256 ** further - 1 ? Number.POSITIVE_INFINITY : own * 256 ** further + rest;
    },
    fill: (target: Uint8Array): Promise<boolean> => take(target.length, (piece, offset) => target.set(piece, offset)),
    skip: (bytes: number): Promise<boolean> => take(bytes, () => {}),
    close: async (): Promise<void> => void (await iterator.return?.()),
  };
}
