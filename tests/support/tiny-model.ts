/** A model folder of tiny graphs with the signatures of kind "rig", for tests of opening and running. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { channelCount, channelNames } from '../../src/motion/channels.ts';
import type { Manifest, NetworkName } from '../../src/model/manifest.ts';
import { writeOnnx } from './onnx.ts';

type Shapes = Record<string, (number | string)[]>;

/** A graph whose one output doubles its one input. */
export function doubling(input: string, output: string, shape: readonly (number | string)[]): Uint8Array {
  return writeOnnx({ inputs: [{ name: input, shape }], outputs: [{ name: output, shape }], nodes: [{ op: 'Add', inputs: [input, input], outputs: [output] }] });
}

const denoiserInputs: Shapes = {
  x: ['batch', 60, channelCount],
  sigma: ['batch'],
  sound: ['batch', 150, 672],
  has_sound: ['batch'],
  previous: ['batch', 10, channelCount],
  has_previous: ['batch'],
};

/** Answers with its `x`: pure noise stays, which is enough to see that everything is connected. */
function tinyDenoiser(): Uint8Array {
  const names = Object.keys(denoiserInputs);
  return writeOnnx({
    inputs: names.map((name) => ({ name, shape: denoiserInputs[name] as (number | string)[] })),
    outputs: [{ name: 'denoised', shape: ['batch', 60, channelCount] }],
    nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['denoised'] }],
  });
}

/** Writes the folder and gives the manifest that it holds; `change` may spoil it first. */
export function writeTinyModel(folder: string, change: (manifest: Manifest) => unknown = (manifest) => manifest): Manifest {
  mkdirSync(folder, { recursive: true });
  const part = (file: string, content: Uint8Array) => {
    writeFileSync(join(folder, file), content);
    return { file, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  };
  const double = (name: NetworkName) => ({ ...part(`${name}.onnx`, doubling('in', 'out', [1, 4])), inputs: { in: [1, 4] }, outputs: { out: [1, 4] } });
  const manifest: Manifest = {
    format: 2,
    kind: 'rig',
    name: 'tiny',
    version: '1',
    licence: 'Apache-2.0',
    sources: [],
    networks: {
      speechEncoder: double('speechEncoder'),
      denoiser: { ...part('denoiser.onnx', tinyDenoiser()), inputs: denoiserInputs, outputs: { denoised: ['batch', 60, channelCount] } },
      faceDetectorNear: double('faceDetectorNear'),
      faceDetectorFar: double('faceDetectorFar'),
      faceMesh: double('faceMesh'),
      personMask: double('personMask'),
    },
    rig: part('rig.bin', Uint8Array.of(1, 2, 3, 4, 5)),
    sound: { sampleRate: 16000, loudnessLufs: -23, paddingSeconds: 1, windowSeconds: 10, contextSeconds: 1, melBins: 80, melPeakFloor: 0, tokensPerSecond: 50, tokenSize: 672 },
    motion: {
      fps: 25,
      channels: [...channelNames],
      mean: channelNames.map(() => 0),
      std: channelNames.map(() => 1),
      clipFrames: 60,
      previousFrames: 10,
      lookaheadFrames: 5,
    },
    sampler: { name: 'dpmpp2m', steps: 10, guidance: 2, sigmaMin: 0.02, sigmaMax: 8, rho: 5 },
  };
  const written = change(manifest);
  writeFileSync(join(folder, 'model.json'), typeof written === 'string' ? written : JSON.stringify(written));
  return manifest;
}
