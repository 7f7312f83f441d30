import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseManifest } from '../../../src/model/manifest.ts';
import { openNetworks } from '../../../src/model/session.ts';
import { type Tensor, tensor } from '../../../src/tensor/tensor.ts';

/** Written by training/motion/export.py: outputs of PyTorch for inputs made by a formula; `tolerance` covers weights kept in half precision. */
interface Golden {
  order: string[];
  rows: number;
  /** [row, frame, channel, value] */
  denoised: [number, number, number, number][];
  denoised_mean: number;
  denoised_rms: number;
  tolerance: number;
  [given: string]: unknown;
}

const inRepository = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const golden = JSON.parse(readFileSync(inRepository('tests/fixtures/denoiser-golden.json'), 'utf8')) as Golden;
const manifest = parseManifest(readFileSync(inRepository('models/default/model.json'), 'utf8'), 'model.json');

function goldenInput(name: string, index: number): Tensor {
  const shape = manifest.networks.denoiser.inputs[name]?.map((axis) => (axis === 'batch' ? golden.rows : axis)) as number[];
  const given = golden[name] as number[] | undefined; // sigma and has_...
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(Float32Array.from({ length: size }, (_, i) => given?.[i] ?? Math.sin(0.7 * i + index)), shape);
}

test('the default model’s denoiser gives what PyTorch gave', async () => {
  const { file, inputs, outputs } = manifest.networks.denoiser;
  const { run, close } = await openNetworks([{ name: 'denoiser', path: inRepository(`models/default/${file}`), inputs, outputs }], { device: 'cpu', threads: 1 });
  const feeds = Object.fromEntries(golden.order.map((name, index) => [name, goldenInput(name, index)]));
  const { denoised } = (await run['denoiser']?.(feeds)) as { denoised: Tensor };
  await close();
  const [, frames, channels] = denoised.shape as [number, number, number];
  for (const [row, frame, channel, value] of golden.denoised) {
    const got = denoised.data[(row * frames + frame) * channels + channel];
    expect(Math.abs(got - value), `row ${row}, frame ${frame}, channel ${channel}`).toBeLessThan(golden.tolerance);
  }
  const rms = Math.sqrt(denoised.data.reduce((sum, value) => sum + value * value, 0) / denoised.data.length);
  expect(rms).toBeCloseTo(golden.denoised_rms, 2);
});

test('the default model makes what speech moves: jaw, lips and cheeks, in the order of the motion vector', async () => {
  const { coefficientNames } = await import('../../../src/motion/channels.ts');
  expect(manifest.motion.channels).toEqual(coefficientNames.filter((name) => /^(jaw|mouth)/.test(name) || name === 'cheekPuff'));
});
