/** Ways to spoil a file. */
import { crc32 } from 'node:zlib';
import type { Random } from './random.ts';

type Spoil = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

/** Somewhere, more often near the start, where headers are. */
const place = (bytes: Buffer, random: Random): number => random.below(Math.max(1, random.next() < 0.5 ? Math.min(bytes.length, 256) : bytes.length));
const oddNumbers = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x0100_0000];

/** Binary files of any format. */
const ofBytes: readonly Spoil[] = [
  function flipBits(bytes, random) {
    for (let count = 1 + random.below(random.next() < 0.5 ? 3 : 60); count > 0; count--) bytes[place(bytes, random)] ^= 1 << random.below(8);
    return bytes;
  },
  function cutOff(bytes, random) {
    return bytes.subarray(0, random.below(random.next() < 0.3 ? Math.min(64, bytes.length) : bytes.length));
  },
  function writeField(bytes, random) {
    const at = place(bytes, random);
    const value = random.pick(oddNumbers);
    if (at + 4 > bytes.length) return bytes;
    const size = random.pick([1, 2, 4]);
    if (random.next() < 0.5) bytes.writeUIntBE(value % 2 ** (8 * size), at, size);
    else bytes.writeUIntLE(value % 2 ** (8 * size), at, size);
    return bytes;
  },
  function remove(bytes, random) {
    const at = place(bytes, random);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(200))]);
  },
  function repeat(bytes, random) {
    const at = place(bytes, random);
    const piece = bytes.subarray(at, at + 1 + random.below(400));
    return Buffer.concat([bytes.subarray(0, at), ...Array.from({ length: 1 + random.below(20) }, () => piece), bytes.subarray(at)]);
  },
  function splice(bytes, random, other) {
    const [at, from] = [place(bytes, random), place(other, random)];
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + random.below(4000)), bytes.subarray(random.next() < 0.5 ? at : Math.min(bytes.length, at + 100))]);
  },
  function insertNoise(bytes, random) {
    const at = place(bytes, random);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(Array.from({ length: 1 + random.below(300) }, () => random.below(256))), bytes.subarray(at)]);
  },
  function fill(bytes, random) {
    const at = place(bytes, random);
    return bytes.fill(random.pick([0, 255, 0x20]), at, Math.min(bytes.length, at + 1 + random.below(300)));
  },
  function append(bytes, _random, other) {
    return Buffer.concat([bytes, other]);
  },
];

const oddTexts = ['', '0', '-1', '1e999', '-1e308', '1e-320', 'NaN', 'null', 'true', '[]', '{}', '"x"', '""', '99999999999999999999', '0.1', '"\\u0000"', '"\u202e"', '-', '"../../../../etc/passwd"', '"-i"', '"http://127.0.0.1:9/x"', '"\\ud800"', `"${'x'.repeat(5000)}"`, '['.repeat(3000), '{"a":'.repeat(3000), 'Infinity', ',', '\n', '"', '\uFEFF', '/dev/zero', '00:00:00:00', '="x"'];

/** Texts: a word, number or quoted piece becomes something else, or pieces change places. */
const ofTexts: readonly Spoil[] = [
  function replaceToken(bytes, random) {
    const text = bytes.toString('utf8');
    const tokens = [...text.matchAll(/"[^"\n]*"|-?\d[\d.e+-]*|\w+|[[\]{},:]/g)];
    if (tokens.length === 0) return bytes;
    const { index, 0: token } = random.pick(tokens);
    return Buffer.from(`${text.slice(0, index)}${random.pick(oddTexts)}${text.slice(index + token.length)}`);
  },
  function swapLines(bytes, random) {
    const lines = bytes.toString('utf8').split('\n');
    const [left, right] = [random.below(lines.length), random.below(lines.length)];
    [lines[left], lines[right]] = [lines[right], lines[left]];
    return Buffer.from(lines.join(random.pick(['\n', '\r\n', '\r'])));
  },
  function repeatLine(bytes, random) {
    const lines = bytes.toString('utf8').split('\n');
    const at = random.below(lines.length);
    lines.splice(at, 0, ...Array.from({ length: random.pick([1, 2, 300]) }, () => lines[at]));
    return Buffer.from(lines.join('\n'));
  },
  function otherEncoding(bytes, random) {
    return Buffer.from(bytes.toString('utf8'), random.pick(['utf16le', 'latin1', 'ascii'] as const));
  },
];

/** A spoilt copy, and what was done to it. One to three things are done, one after the other. */
export function mutate(original: Buffer, random: Random, other: Buffer, isText: boolean): { bytes: Buffer; done: string } {
  const ways = isText ? [...ofTexts, ...ofTexts, ...ofBytes] : ofBytes;
  let bytes: Buffer = Buffer.from(original);
  const done: string[] = [];
  for (let count = 1 + random.below(3) * random.below(2); count > 0; count--) {
    const way = random.pick(ways);
    bytes = Buffer.from(way(bytes, random, other)).subarray(0, 8e6);
    done.push(way.name);
  }
  return { bytes, done: done.join(' ') };
}

/** Makes the check sums of a PNG right again, so that what lies behind them is reached. */
export function mendPng(bytes: Buffer): Buffer {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (at + 12 + length > bytes.length) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, at + 8 + length)), at + 8 + length);
    at += 12 + length;
  }
  return bytes;
}
