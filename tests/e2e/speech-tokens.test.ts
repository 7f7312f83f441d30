/** The real encoder on a real voice: TypeScript and training/speech.py give the same tokens. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openSound } from '../../src/audio/decode.ts';
import { speechTokens } from '../../src/audio/features.ts';
import { measureSound } from '../../src/audio/measure.ts';
import { collect } from '../support/collect.ts';
import { openRun } from '../support/run-network.ts';
import { join } from '../support/voices.ts';

// By tests/fixtures/audio/make_golden.py: training/speech.py, onnxruntime 1.31 for Python.
const golden = JSON.parse(readFileSync(new URL('../fixtures/audio/features.json', import.meta.url), 'utf8')) as {
  melPeakFloor: number;
  loudness: { librivox: number };
  librivox: { count: number; indices: number[]; values: number[][] };
};
const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test('examples/librivox.wav becomes the tokens of training/speech.py', async () => {
  const encode = await openRun(fromRoot('models/default/speech-encoder.onnx'));
  const sound = await openSound(fromRoot('examples/librivox.wav'));
  const { gain, lufs } = await measureSound(sound, { fps: 25 });
  expect(Math.abs(lufs - golden.loudness.librivox)).toBeLessThan(1e-3);
  const tokens = join(await collect(speechTokens(sound.samples(), encode, { gain, melPeakFloor: golden.melPeakFloor })));
  expect(tokens.length).toBe(golden.librivox.count * 672);
  let worst = 0;
  golden.librivox.indices.forEach((index, i) => {
    golden.librivox.values[i].forEach((expected, k) => {
      worst = Math.max(worst, Math.abs(tokens[index * 672 + k] - expected));
    });
  });
  expect(worst).toBeLessThan(1e-3);
});
