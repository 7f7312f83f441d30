import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readShard, takeShard } from '../../../src/batch/shard.ts';

test('all shards together are the batch, none has a job of another, and their sizes differ by one at most', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.integer({ min: 1, max: 9 }), (length, count) => {
      const items = Array.from({ length }, (_, index) => index);
      const parts = Array.from({ length: count }, (_, index) => takeShard(items, { number: index + 1, count }));
      expect(parts.flat().sort((a, b) => a - b)).toEqual(items);
      const sizes = parts.map((part) => part.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test('2/8 is the second of eight', () => {
  expect(readShard('2/8')).toEqual({ number: 2, count: 8 });
  expect(takeShard([...'abcdefghij'], { number: 2, count: 8 })).toEqual(['b', 'j']);
});

test.each(['0/8', '9/8', '2', '/8', '2/0', '-1/2', '1.5/2', 'a/b', ''])('%j is refused', (text) => {
  expect(() => readShard(text)).toThrow(expect.objectContaining({ code: 'bad-option', message: `--shard: expected a part of a whole like 2/8, got "${text}"` }));
});
