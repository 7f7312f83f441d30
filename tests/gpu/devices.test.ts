/** Runs networks on graphics devices and compares with the CPU. Without such a device the tests are skipped, and the title says why. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { AnimateError } from '../../src/errors.ts';
import { type DeviceName, knownRefusal } from '../../src/model/device.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import { type NetworkFile, openNetworks } from '../../src/model/session.ts';
import { createRandom, drawNormals } from '../../src/tensor/random.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { writeOnnx } from '../support/onnx.ts';

const folder = mkdtempSync(join(tmpdir(), 'animate-gpu-'));
const remove = (): void => rmSync(folder, { recursive: true, force: true });
afterAll(remove);

/** [2, 3] x [3, 2] through MatMul and Tanh: enough to see a device compute. */
const small: NetworkFile = { name: 'small', path: join(folder, 'small.onnx'), inputs: { x: ['rows', 3] }, outputs: { y: ['rows', 2] } };
writeFileSync(
  small.path,
  writeOnnx({
    inputs: [{ name: 'x', shape: ['rows', 3] }],
    outputs: [{ name: 'y', shape: ['rows', 2] }],
    nodes: [
      { op: 'MatMul', inputs: ['x', 'w'], outputs: ['h'] },
      { op: 'Tanh', inputs: ['h'], outputs: ['y'] },
    ],
    constants: { w: { shape: [3, 2], data: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6) } },
  }),
);

/** Why `device` cannot be tested here; undefined where it can. */
async function reasonAgainst(device: DeviceName): Promise<string | undefined> {
  try {
    const { close } = await openNetworks([small], { device, threads: 1 });
    await close();
    return undefined;
  } catch (error) {
    if (error instanceof AnimateError) return error.message.replace(/^--device \w+: /, '');
    throw error;
  }
}

async function outputsOn(device: DeviceName, file: NetworkFile, inputs: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const { run, used, close } = await openNetworks([file], { device, threads: 2 });
  expect(used).toBe(device);
  const outputs = await run[file.name]?.(inputs);
  await close();
  return outputs ?? {};
}

/** Largest difference over the largest value. */
function relativeDifference(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  const largest = b.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i])), 0) / largest;
}

const modelFolder = fileURLToPath(new URL('../../models/default', import.meta.url));
const networks = Object.entries(parseManifest(readFileSync(join(modelFolder, 'model.json'), 'utf8'), 'model.json').networks);
const sizes: Record<string, number> = { batch: 2, mel_frames: 40, tokens: 20 }; // small: graphics in software take their time

const reasons: (string | undefined)[] = [];
for (const device of ['webgpu', 'cuda'] as const) {
  const reason = await reasonAgainst(device);
  reasons.push(reason);
  describe.skipIf(reason !== undefined)(reason === undefined ? device : `${device} (skipped: ${reason})`, () => {
    test('computes what the CPU computes', async () => {
      const inputs = { x: tensor(Float32Array.of(1, 2, 3, -4, 5, -6), [2, 3]) };
      const [here, there] = [await outputsOn('cpu', small, inputs), await outputsOn(device, small, inputs)];
      expect(relativeDifference(there['y'] as Tensor, here['y'] as Tensor)).toBeLessThan(1e-5);
    });

    // Graphics in software (no card here) take minutes for the large networks: the smallest has to do.
    const tried = knownRefusal(device) === undefined ? networks : networks.filter(([name]) => name === 'faceDetectorNear');
    test.each(tried)('runs the default model’s %s with the same results', async (name, spec) => {
      const random = createRandom(1);
      const inputs = Object.fromEntries(
        Object.entries(spec.inputs).map(([input, axes]) => {
          const shape = axes.map((axis) => (typeof axis === 'number' ? axis : sizes[axis])) as number[];
          const values = drawNormals(random, shape.reduce((a, b) => a * b, 1)).map((value) => (input === 'sigma' ? 1 : Math.max(-1, Math.min(1, value))));
          return [input, tensor(values, shape)];
        }),
      );
      const file: NetworkFile = { name, path: join(modelFolder, spec.file), inputs: spec.inputs, outputs: spec.outputs };
      const [here, there] = [await outputsOn('cpu', file, inputs), await outputsOn(device, file, inputs)];
      for (const output of Object.keys(spec.outputs)) expect(relativeDifference(there[output] as Tensor, here[output] as Tensor), output).toBeLessThan(0.02);
    });
  });
}
if (!reasons.includes(undefined)) remove(); // afterAll does not run where every test is skipped
