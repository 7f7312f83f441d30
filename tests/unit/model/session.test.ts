import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type NetworkFile, openNetworks } from '../../../src/model/session.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { writeOnnx } from '../../support/onnx.ts';
import { doubling } from '../../support/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'animate-session-'));
afterAll(() => rmSync(folder, { recursive: true }));
const cpu = { device: 'cpu', threads: 1 } as const;

function save(name: string, content: Uint8Array): string {
  const path = join(folder, `${name}.onnx`);
  writeFileSync(path, content);
  return path;
}
const good: NetworkFile = { name: 'double', path: save('double', doubling('audio', 'twice', ['frames', 3])), inputs: { audio: ['frames', 3] }, outputs: { twice: ['frames', 3] } };

describe('a graph as a function', () => {
  test('gives named outputs of the right shape, for any size of an open axis, and leaves its inputs alone', async () => {
    const { run, close } = await openNetworks([good], cpu);
    const audio = tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    expect(await run['double']?.({ audio })).toEqual({ twice: tensor(Float32Array.of(2, 4, 6, 8, 10, 12), [2, 3]) });
    expect([...audio.data]).toEqual([1, 2, 3, 4, 5, 6]);
    const { twice } = (await run['double']?.({ audio: tensor(Float32Array.of(7, 8, 9), [1, 3]) })) as Record<string, { data: Float32Array }>;
    expect([...(twice as { data: Float32Array }).data]).toEqual([14, 16, 18]);
    await close();
  });

  test('runs constants, attributes and whole-number tensors of the writer', async () => {
    const graph = writeOnnx({
      inputs: [{ name: 'a', shape: [2, 3] }],
      outputs: [{ name: 'b', shape: [3, 2] }],
      nodes: [
        { op: 'Mul', inputs: ['a', 'ten'], outputs: ['scaled'] },
        { op: 'Transpose', inputs: ['scaled'], outputs: ['turned'], attributes: { perm: [1, 0] } },
        { op: 'Reshape', inputs: ['turned', 'size'], outputs: ['b'] },
      ],
      constants: { ten: { shape: [1], data: Float32Array.of(10) }, size: { shape: [2], data: BigInt64Array.of(3n, -1n) } },
    });
    const { run, close } = await openNetworks([{ name: 'n', path: save('mixed', graph), inputs: { a: [2, 3] }, outputs: { b: [3, 2] } }], cpu);
    const outputs = await run['n']?.({ a: tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]) });
    expect([...(outputs?.['b']?.data ?? [])]).toEqual([10, 40, 20, 50, 30, 60]);
    await close();
  });

  test('reports the device it runs on and why the others do not', async () => {
    const { used, refused, close } = await openNetworks([good], { device: 'auto', threads: 1 });
    expect(['cpu', 'cuda', 'webgpu', 'coreml', 'dml']).toContain(used);
    if (used === 'cpu') expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toMatch(/\w{3}/);
    await close();
  });
});

describe('graph and manifest that disagree', () => {
  test.each([
    ['another size', { ...good, inputs: { audio: ['frames', 4] } }, 'input "audio" is [frames, 3] in the graph, manifest says [frames, 4]'],
    ['another rank', { ...good, outputs: { twice: ['frames'] } }, 'output "twice" is [frames, 3] in the graph, manifest says [frames]'],
    ['a name that is not there', { ...good, inputs: { sound: ['frames', 3] } }, 'input "sound" of the manifest is not in the graph, which has "audio"'],
    ['an input left out', { ...good, inputs: {} }, 'input "audio" of the graph is not in the manifest'],
  ])('%s', async (_what, file, what) => {
    await expect(openNetworks([file as NetworkFile], cpu)).rejects.toMatchObject({ code: 'model-mismatch', message: `${good.path}: ${what}` });
  });

  test('a file that is no graph', async () => {
    const path = save('noise', Uint8Array.of(1, 2, 3, 4));
    await expect(openNetworks([{ ...good, path }], cpu)).rejects.toMatchObject({ code: 'model-mismatch', message: `${path}: is no ONNX file, or a damaged one` });
  });

  test('a graph with an operator that nobody knows', async () => {
    const value = { name: 'a', shape: [1] };
    const path = save('nonsense', writeOnnx({ inputs: [value], outputs: [{ ...value, name: 'b' }], nodes: [{ op: 'Nonsense', inputs: ['a'], outputs: ['b'] }] }));
    await expect(openNetworks([{ ...good, path }], cpu)).rejects.toMatchObject({ code: 'model-mismatch', message: expect.stringMatching(/^a network does not load: /) });
  });
});
