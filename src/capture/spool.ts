/** Landmarks of a whole take, laid aside on the disk: an hour of them is half a gigabyte, and they are needed twice, to know the performer and to follow him. */
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnimateError } from '../errors.ts';
import { makeScratchFolder } from '../scratch-folder.ts';

/** A frame of a take as it was tracked. */
export interface SpooledFrame {
  readonly timeSeconds: number;
  /** 0..1; 0 where no face was found. */
  readonly confidence: number;
  /** True where the picture was cut: nothing goes on from the frame before. */
  readonly isCut: boolean;
  /** [478, 3] pixels, z in the same unit; undefined where no face was found. Overwritten by the next frame. */
  readonly landmarks: Float32Array | undefined;
}

export interface Spool {
  readonly count: number;
  add(frame: SpooledFrame): Promise<void>;
  /** All frames, in their order; or with `step` every `step`-th, from the first on. */
  frames(step?: number): AsyncGenerator<SpooledFrame>;
  remove(): Promise<void>;
}

const landmarkNumbers = 478 * 3;
const headBytes = 16; // time as float64, confidence as float32, flags as uint32
const frameBytes = headBytes + 4 * landmarkNumbers;
const framesAtOnce = 32;
const flags = { hasFace: 1, isCut: 2 } as const;

export async function openSpool(): Promise<Spool> {
  const folder = await makeScratchFolder('take').catch(refuse);
  const file = await open(join(folder.path, 'landmarks'), 'wx+', 0o600).catch(refuse);
  const writing = Buffer.alloc(framesAtOnce * frameBytes);
  let count = 0;
  let waiting = 0; // frames in `writing`

  const flush = async (): Promise<void> => {
    if (waiting > 0) await file.write(writing, 0, waiting * frameBytes, (count - waiting) * frameBytes).catch(refuse);
    waiting = 0;
  };
  return {
    get count() {
      return count;
    },
    async add({ timeSeconds, confidence, isCut, landmarks }) {
      const start = waiting * frameBytes;
      writing.writeDoubleLE(timeSeconds, start);
      writing.writeFloatLE(confidence, start + 8);
      writing.writeUInt32LE((landmarks ? flags.hasFace : 0) | (isCut ? flags.isCut : 0), start + 12);
      for (let i = 0; i < landmarkNumbers; i++) writing.writeFloatLE(landmarks ? landmarks[i] : 0, start + headBytes + 4 * i);
      waiting++;
      count++;
      if (waiting === framesAtOnce) await flush();
    },
    async *frames(step = 1) {
      await flush();
      const bytes = Buffer.alloc(frameBytes);
      const landmarks = new Float32Array(landmarkNumbers);
      for (let index = 0; index < count; index += step) {
        await readWhole(file, bytes, index * frameBytes);
        for (let i = 0; i < landmarkNumbers; i++) landmarks[i] = bytes.readFloatLE(headBytes + 4 * i);
        const flag = bytes.readUInt32LE(12);
        yield {
          timeSeconds: bytes.readDoubleLE(0),
          confidence: bytes.readFloatLE(8),
          isCut: (flag & flags.isCut) !== 0,
          landmarks: (flag & flags.hasFace) !== 0 ? landmarks : undefined,
        };
      }
    },
    async remove() {
      await file.close().catch(() => {}); // whatever it says, the file goes
      await folder.remove();
    },
  };
}

async function readWhole(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
  if (bytesRead < bytes.length) throw new Error(`spool: expected ${bytes.length} bytes at ${position}, got ${bytesRead}`);
}

function refuse(cause: NodeJS.ErrnoException): never {
  throw new AnimateError('unreadable-input', `--driving: what is seen in the take cannot be kept in ${tmpdir()} (${cause.code ?? cause.message})`, { cause, hint: 'Make room there (150 kB a second of the take), or set TMPDIR to another folder.' });
}
