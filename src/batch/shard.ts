/** Splits a batch over machines. */
import { AnimateError } from '../errors.ts';

export interface Shard {
  /** 1 … count */
  readonly number: number;
  readonly count: number;
}

/** `2/8` → the second of eight. */
export function readShard(text: string): Shard {
  const [, number, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim()) ?? [];
  const shard = { number: Number(number), count: Number(count) };
  if (number === undefined || shard.number < 1 || shard.number > shard.count) throw new AnimateError('bad-option', `--shard: expected a part of a whole like 2/8, got "${text}"`);
  return shard;
}

/** Every `count`-th item, from `number` on: neighbours, which are often of one length, go to different machines. */
export function takeShard<T>(items: readonly T[], { number, count }: Shard): T[] {
  return items.filter((_, index) => index % count === number - 1);
}
