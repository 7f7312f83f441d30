import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provenance } from '../../../src/video/args.ts';
import { findFingerprint, readFingerprint } from '../../../src/video/fingerprint.ts';

const fingerprint = 'c0ffee'.padEnd(64, '0');
const { comment } = provenance({ version: '1.2.3', model: 'default', fingerprint, options: { seed: 7 } });
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fingerprint-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A box of ISO/IEC 14496-12; `isLarge` writes its size in 64 bits. */
function box(name: string, content: Buffer, isLarge = false): Buffer {
  const header = Buffer.alloc(isLarge ? 16 : 8);
  header.writeUInt32BE(isLarge ? 1 : content.length + 8, 0);
  header.write(name, 4, 'latin1');
  if (isLarge) header.writeBigUInt64BE(BigInt(content.length + 16), 8);
  return Buffer.concat([header, content]);
}
const read = async (...boxes: Buffer[]): Promise<string | undefined> => {
  await writeFile(join(folder, 'film.mp4'), Buffer.concat(boxes));
  return readFingerprint(join(folder, 'film.mp4'));
};
const tags = box('udta', Buffer.from(comment));

test('what was written is read back', () => expect(findFingerprint(`\0\0${comment}\0`)).toBe(fingerprint));

test('from the end of "moov", before or behind the pictures', async () => {
  const moov = box('moov', Buffer.concat([box('trak', Buffer.alloc(300_000)), tags]));
  expect(await read(box('ftyp', Buffer.alloc(16)), moov, box('mdat', Buffer.alloc(100)))).toBe(fingerprint);
  expect(await read(box('ftyp', Buffer.alloc(16)), box('mdat', Buffer.alloc(200_000), true), moov)).toBe(fingerprint);
});

test('from the head of other containers', async () => {
  expect(await read(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(500), Buffer.from(comment))).toBe(fingerprint);
});

test('pictures that spell a fingerprint are none', async () => {
  expect(await read(box('ftyp', Buffer.alloc(16)), box('mdat', Buffer.from(comment)), box('moov', Buffer.alloc(50)))).toBeUndefined();
});

test.each<[string, Buffer[]]>([
  ['empty', []],
  ['short', [Buffer.from('abc')]],
  ['a box of no size', [box('ftyp', Buffer.alloc(16)), Buffer.from([0, 0, 0, 4, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])]],
  ['cut off', [box('ftyp', Buffer.alloc(16)), box('moov', Buffer.concat([Buffer.alloc(400), tags])).subarray(0, 300)]],
])('a file that is %s has none', async (_, boxes) => expect(await read(...boxes)).toBeUndefined());

test('nor has a file that is not there, or a folder', async () => {
  expect(await readFingerprint(join(folder, 'none.mp4'))).toBeUndefined();
  expect(await readFingerprint(folder)).toBeUndefined();
});
