/** A model folder of tiny graphs with the signatures of kind "rig", for tests of opening and running. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { channelNames } from '../../src/motion/channels.ts';
import { signaturesOf } from '../../src/model/contract.ts';
import type { Manifest, NetworkName } from '../../src/model/manifest.ts';
import { writeOnnx } from './onnx.ts';

type Shapes = Record<string, (number | string)[]>;

/** A graph whose one output doubles its one input. */
export function doubling(input: string, output: string, shape: readonly (number | string)[]): Uint8Array {
  return writeOnnx({ inputs: [{ name: input, shape }], outputs: [{ name: output, shape }], nodes: [{ op: 'Add', inputs: [input, input], outputs: [output] }] });
}

/** A graph with that signature that answers with zeros; open sizes are 4. The denoiser answers with its `x`: pure noise stays, which is enough to see that everything is connected. */
function standIn(name: NetworkName, inputs: Shapes, outputs: Shapes): Uint8Array {
  const values = (shapes: Shapes) => Object.entries(shapes).map(([value, shape]) => ({ name: value, shape }));
  if (name === 'denoiser') return writeOnnx({ inputs: values(inputs), outputs: values(outputs), nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['denoised'] }] });
  const size = (shape: readonly (number | string)[]) => BigInt64Array.from(shape, (length) => BigInt(length));
  return writeOnnx({
    inputs: values(inputs),
    outputs: values(outputs),
    nodes: Object.keys(outputs).map((output) => ({ op: 'ConstantOfShape', inputs: [`size_${output}`], outputs: [output] })),
    constants: Object.fromEntries(Object.entries(outputs).map(([output, shape]) => [`size_${output}`, { shape: [shape.length], data: size(shape) }])),
  });
}

/** Writes the folder and gives the manifest that it holds; `change` may spoil it first. */
export function writeTinyModel(folder: string, change: (manifest: Manifest) => unknown = (manifest) => manifest): Manifest {
  mkdirSync(folder, { recursive: true });
  const part = (file: string, content: Uint8Array) => {
    writeFileSync(join(folder, file), content);
    return { file, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  };
  const sound: Manifest['sound'] = { sampleRate: 16000, loudnessLufs: -23, paddingSeconds: 1, windowSeconds: 10, contextSeconds: 1, melBins: 80, melPeakFloor: 0, tokensPerSecond: 50, tokenSize: 672 };
  const motion: Manifest['motion'] = {
    fps: 25,
    channels: [...channelNames],
    mean: channelNames.map(() => 0),
    std: channelNames.map(() => 1),
    clipFrames: 60,
    previousFrames: 10,
    lookaheadFrames: 5,
  };
  const signatures = signaturesOf({ sound, motion });
  const closed = (shapes: Readonly<Record<string, readonly (number | string)[]>>, name: NetworkName): Shapes =>
    Object.fromEntries(Object.entries(shapes).map(([value, shape]) => [value, shape.map((length) => (typeof length === 'number' || name === 'denoiser' ? length : 4))]));
  const network = (name: NetworkName) => {
    const [inputs, outputs] = [closed(signatures[name].inputs, name), closed(signatures[name].outputs, name)];
    return { ...part(`${name}.onnx`, standIn(name, inputs, outputs)), inputs, outputs };
  };
  const manifest: Manifest = {
    format: 2,
    kind: 'rig',
    name: 'tiny',
    version: '1',
    licence: 'Apache-2.0',
    sources: [],
    networks: Object.fromEntries((Object.keys(signatures) as NetworkName[]).map((name) => [name, network(name)])) as Manifest['networks'],
    rig: part('rig.bin', Uint8Array.of(1, 2, 3, 4, 5)),
    sound,
    motion,
    sampler: { name: 'dpmpp2m', steps: 10, guidance: 2, sigmaMin: 0.02, sigmaMax: 8, rho: 5 },
  };
  const written = change(manifest);
  writeFileSync(join(folder, 'model.json'), typeof written === 'string' ? written : JSON.stringify(written));
  return manifest;
}
