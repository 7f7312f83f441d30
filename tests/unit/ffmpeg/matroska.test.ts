import { expect, test } from 'vitest';
import { readRawFrames } from '../../../src/ffmpeg/matroska.ts';

const element = (id: number[], size: number[], ...data: number[]): number[] => [...id, ...size, ...data];
const unknown = [0x01, 255, 255, 255, 255, 255, 255, 255];
/** Two pictures of 2x1 pixels: the second in a BlockGroup, before the time of its cluster. */
const stream = Uint8Array.from([
  ...element([0x1a, 0x45, 0xdf, 0xa3], [0x83], 1, 2, 3), // EBML header: passed over
  ...element([0x18, 0x53, 0x80, 0x67], unknown),
  ...element([0x16, 0x54, 0xae, 0x6b], [0x8a], ...element([0xae], [0x88], ...element([0xe0], [0x86], ...element([0xb0], [0x81], 2), ...element([0xba], [0x81], 1)))),
  ...element([0x1f, 0x43, 0xb6, 0x75], unknown, ...element([0xe7], [0x82], 0x04, 0x00), ...element([0xa3], [0x40, 10], 0x81, 0x00, 0x21, 0x80, 1, 2, 3, 4, 5, 6)),
  ...element([0x1f, 0x43, 0xb6, 0x75], unknown, ...element([0xe7], [0x82], 0x08, 0x00)),
  ...element([0xa0], [0x8c], ...element([0xa1], [0x8a], 0x81, 0xff, 0xf0, 0x00, 7, 8, 9, 10, 11, 12)),
]);

async function read(bytes: Uint8Array, chunkBytes: number) {
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  };
  const frames: [number, number, number, number[]][] = [];
  for await (const { width, height, timeSeconds, rgb } of readRawFrames(chunks(), (size) => new Uint8Array(size))) frames.push([width, height, timeSeconds, [...rgb]]);
  return frames;
}

test.each([1, 7, 1000])('reads pictures and times from chunks of %i bytes', async (chunkBytes) => {
  expect(await read(stream, chunkBytes)).toEqual([
    [2, 1, 1.057, [1, 2, 3, 4, 5, 6]], // 1024 + 33 ms
    [2, 1, 2.032, [7, 8, 9, 10, 11, 12]], // 2048 - 16 ms
  ]);
});

test('what is cut off in the middle of a picture ends before it', async () => {
  expect(await read(stream.subarray(0, stream.length - 3), 5)).toHaveLength(1);
});
