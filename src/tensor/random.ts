/**
 * Seeded random numbers, the only ones of the project: the same seed gives the same film on every machine and every device.
 * Generator: xoshiro128** 1.1 (Blackman, Vigna 2021, arXiv:1805.01407), state filled by SplitMix64 (Steele 2014) from the seed.
 * Normals: Box, Muller 1958. V8 computes log, sin and cos in software (fdlibm), so they do not differ between processors.
 */

const mask64 = (1n << 64n) - 1n;

/** Successive outputs of SplitMix64 from `seed`, as unsigned 64-bit integers. */
export function* splitMix64(seed: bigint): Generator<bigint, never> {
  let state = seed & mask64;
  for (;;) {
    state = (state + 0x9e3779b97f4a7c15n) & mask64;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask64;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask64;
    yield z ^ (z >> 31n);
  }
}

/** A source of random numbers. Each call moves on. */
export interface Random {
  /** Uniform whole number in 0 … 2³² - 1. */
  uint32(): number;
  /** Uniform in [0, 1), 24 random bits: exact in a Float32Array. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** A generator from `seed`, a whole number of at most 2⁵³ - 1. `stream` gives independent sequences of one seed: one per clip, say. */
export function createRandom(seed: number, stream = 0): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed: expected a whole number from 0 to 2^53 - 1, got ${seed}`);
  const outputs = splitMix64(BigInt(seed) ^ (BigInt(stream) * 0xd1342543de82ef95n)); // an odd multiplier: streams do not run into neighbouring seeds
  const state = new Uint32Array(4);
  for (const half of [0, 2]) {
    const value = outputs.next().value;
    state[half] = Number(value & 0xffffffffn);
    state[half + 1] = Number(value >> 32n);
  }
  return fromUint32(xoshiro128(state));
}

/** xoshiro128**'s outputs; `state`, four words not all zero, is changed. */
export function xoshiro128(state: Uint32Array): () => number {
  return () => {
    const [s0, s1, s2, s3] = state as unknown as [number, number, number, number];
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    state[2] = s2 ^ s0;
    state[3] = s3 ^ s1;
    state[1] = s1 ^ state[2];
    state[0] = s0 ^ state[3];
    state[2] ^= s1 << 9;
    state[3] = rotateLeft(state[3], 11);
    return result;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function fromUint32(uint32: () => number): Random {
  let spare: number | undefined;
  const uniform = () => (uint32() >>> 8) * 2 ** -24;
  const normal = () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log((uint32() + 1) * 2 ** -32)); // the argument lies in (0, 1]
    const angle = 2 * Math.PI * uint32() * 2 ** -32;
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { uint32, uniform, normal };
}

/** `length` standard normals. */
export function drawNormals(random: Random, length: number): Float32Array {
  return Float32Array.from({ length }, random.normal);
}
