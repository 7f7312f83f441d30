import { expect, test } from 'vitest';
import { CborTag, decodeCbor, encodeCbor, mapOf } from '../../../src/provenance/cbor.ts';

// RFC 8949, appendix A.
const examples = [
  [0, '00'], [23, '17'], [24, '1818'], [1000, '1903e8'], [1_000_000, '1a000f4240'], [1_000_000_000_000, '1b000000e8d4a51000'],
  [-1, '20'], [-100, '3863'], [-1000, '3903e7'], [false, 'f4'], [true, 'f5'], [null, 'f6'], ['', '60'], ['IETF', '6449455446'], ['ü', '62c3bc'],
  [new CborTag(0, '2013-03-21T20:04:00Z'), 'c074323031332d30332d32315432303a30343a30305a'], [[1, [2, 3], [4, 5]], '8301820203820405'],
  [new Map<number, number>([[1, 2], [3, 4]]), 'a201020304'], [new Uint8Array([1, 2, 3, 4]), '4401020304'],
] as const;

test.each(examples)('%o is %s, both ways', (value, hex) => {
  expect(encodeCbor(value).toString('hex')).toBe(hex);
  expect(decodeCbor(Buffer.from(hex, 'hex'))).toEqual(value);
});

test('keys are sorted by their bytes, whatever order they come in', () => {
  expect(encodeCbor(mapOf({ bb: 1, a: 2, skipped: undefined })).toString('hex')).toBe(encodeCbor(mapOf({ a: 2, bb: 1 })).toString('hex'));
});

test.each(['', '18', '61', '8201', '9f01ff', 'fb3ff199999999999a', 'a2616101616102', '0001', '81'.repeat(40), '5bffffffffffffffff', 'a1f601'])('%s is refused with a RangeError', (hex) => {
  expect(() => decodeCbor(Buffer.from(hex, 'hex'))).toThrow(RangeError);
});

test('a number that is no whole one cannot be written', () => {
  expect(() => encodeCbor(0.5)).toThrow('CBOR: expected a whole number, got 0.5');
});
