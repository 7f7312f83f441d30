import { describe, expect, test } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { readRig } from '../../../src/rig/rig.ts';
import { rigFile, shippedRig } from '../../support/portrait.ts';

const failure = (bytes: ArrayBuffer): AnimateError => {
  try {
    readRig(bytes);
  } catch (error) {
    if (error instanceof AnimateError) return error;
    throw error;
  }
  throw new Error('readRig accepted it');
};

/** The shipped file with its JSON header changed, padded back to its length. */
function withHeader(change: (header: { arrays: { name: string; shape: number[]; dtype: string; offset: number }[] }) => void): ArrayBuffer {
  const bytes = new Uint8Array(rigFile());
  const length = new DataView(bytes.buffer).getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  change(header);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const data = bytes.subarray(Math.ceil((8 + length) / 8) * 8);
  const start = Math.ceil((8 + text.length) / 8) * 8;
  const out = new Uint8Array(start + data.length);
  out.set(bytes.subarray(0, 4));
  new DataView(out.buffer).setUint32(4, text.length, true);
  out.set(text, 8);
  out.set(data, start);
  return out.buffer;
}

describe('readRig', () => {
  test('reads the shipped rig: arrays agree in size, chains run from the image left to the right', () => {
    const rig = shippedRig();
    expect(rig.expressions.length).toBe(52 * rig.vertexCount * 3);
    expect(rig.identities.length).toBe(40 * rig.vertexCount * 3);
    expect(rig.parts.length).toBe(rig.triangleCount);
    expect(rig.vertices.every(Number.isFinite) && rig.expressions.every(Number.isFinite)).toBe(true);
    for (const chain of [rig.upperLipSeam, rig.lowerLipOuter, rig.rightEyeUpper, rig.leftEyeLower]) {
      expect(rig.vertices[chain[0] * 3]).toBeLessThan(rig.vertices[chain[chain.length - 1] * 3]);
    }
  });

  test('refuses bytes that are no rig', () => {
    const error = failure(new TextEncoder().encode('not a rig at all').buffer as ArrayBuffer);
    expect(error.code).toBe('model-mismatch');
    expect(error.message).toBe('rig.bin: expected a file that starts with "RIG1"');
  });

  test('refuses an empty file', () => {
    expect(failure(new ArrayBuffer(0)).code).toBe('model-mismatch');
  });

  test('refuses a file that was cut off, and names the array', () => {
    const bytes = rigFile();
    expect(failure(bytes.slice(0, bytes.byteLength - 1000)).message).toMatch(/^rig\.bin: array "\w+": expected \d+ bytes at \d+, the file has \d+$/);
    expect(failure(bytes.slice(0, 100)).message).toMatch(/^rig\.bin: expected a header of \d+ bytes, the file has 100$/);
  });

  test('refuses a missing array', () => {
    const error = failure(withHeader((header) => (header.arrays = header.arrays.filter(({ name }) => name !== 'jawWeight'))));
    expect(error.message).toBe('rig.bin: array "jawWeight" is missing');
  });

  test('refuses a wrong shape and says which was expected', () => {
    const bytes = withHeader((header) => {
      const found = header.arrays.find(({ name }) => name === 'landmarkWeights');
      if (found) found.shape = [468, 3];
    });
    expect(failure(bytes).message).toBe('rig.bin: array "landmarkWeights": expected shape [478, 3], got [468, 3]');
  });
});
