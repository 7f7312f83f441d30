import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { checkGraph } from '../../../src/model/graph.ts';
import { openNetworks } from '../../../src/model/session.ts';
import { field, message, writeOnnx } from '../../support/onnx.ts';
import { doubling } from '../../support/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'animate-graph-'));
afterAll(() => rmSync(folder, { recursive: true }));

// Messages of onnx.proto by their field numbers.
const model = (graph: Uint8Array, ...more: Uint8Array[]) => message([field(1, 8), field(7, graph), field(8, message([field(1, ''), field(2, 17)])), ...more]);
const axes = field(2, message([field(1, message([field(1, 4)]))]));
const value = (name: string) => message([field(1, name), field(2, message([field(1, message([field(1, 1), axes]))]))]);
const graphOf = (nodes: Uint8Array[], initializers: Uint8Array[] = []) => message([...nodes.map((node) => field(1, node)), field(2, 'graph'), ...initializers.map((tensor) => field(5, tensor)), field(11, value('a')), field(12, value('b'))]);
const add = (other: string, ...more: Uint8Array[]) => message([field(1, 'a'), field(1, other), field(2, 'b'), field(4, 'Add'), ...more]);
/** Weights of four numbers in the file `location`. */
const externalTensor = (location: string) => {
  const entry = (key: string, text: string) => field(13, message([field(1, key), field(2, text)]));
  return message([field(1, 4), field(2, 1), field(8, 'weights'), entry('location', location), entry('offset', '0'), entry('length', '16'), field(14, 1)]);
};
const withExternal = (location: string) => model(graphOf([add('weights')], [externalTensor(location)]));

const faultOf = (bytes: Uint8Array): string => {
  try {
    checkGraph('n.onnx', bytes);
  } catch (error) {
    if (error instanceof AnimateError && error.code === 'model-mismatch') return error.message;
    throw error;
  }
  return 'none';
};

describe('a graph that is refused', () => {
  const custom = message([field(1, 'a'), field(2, 'b'), field(4, 'EPContext'), field(7, 'com.microsoft')]);
  const constantOf = (tensor: Uint8Array) => message([field(2, 'c'), field(4, 'Constant'), field(5, message([field(1, 'value'), field(5, tensor), field(20, 4)]))]);
  const branchOf = (graph: Uint8Array) => message([field(1, 'a'), field(2, 'b'), field(4, 'If'), field(5, message([field(1, 'then_branch'), field(6, graph), field(20, 5)]))]);
  let deep = graphOf([add('a')]);
  for (let i = 0; i < 40; i++) deep = graphOf([branchOf(deep)]);

  test.each([
    ['weights in another file', withExternal('../../etc/passwd'), 'keeps weights in another file (external data)'],
    ['weights that only say so', model(graphOf([add('w')], [message([field(8, 'w'), field(14, 1)])])), 'keeps weights in another file (external data)'],
    ['a constant in another file', model(graphOf([constantOf(externalTensor('x.bin'))])), 'keeps weights in another file (external data)'],
    ['such a constant in a branch', model(graphOf([branchOf(graphOf([constantOf(externalTensor('x.bin'))]))])), 'keeps weights in another file (external data)'],
    ['an operator of somebody else', model(graphOf([message([field(1, 'a'), field(2, 'b'), field(4, 'Spy'), field(7, 'org.example')])])), `uses operators that are not ONNX's own ("org.example")`],
    ['an operator that reads files', model(graphOf([custom])), `uses operators that are not ONNX's own ("com.microsoft")`],
    ['such an operator in a branch', model(graphOf([branchOf(graphOf([custom]))])), `uses operators that are not ONNX's own ("com.microsoft")`],
    ['an operator set of somebody else', model(graphOf([add('a')]), field(8, message([field(1, 'org.example'), field(2, 1)]))), `uses operators that are not ONNX's own ("org.example")`],
    ['functions of its own', model(graphOf([add('a')]), field(25, message([field(1, 'f')]))), 'defines operators of its own (local functions)'],
    ['a training graph', model(graphOf([add('a')]), field(20, message([]))), 'holds a training graph'],
    ['forty branches in each other', model(deep), 'is nested too deeply'],
    ['text', new TextEncoder().encode('no graph'), 'is no ONNX file, or a damaged one'],
    ['a file that is cut off', doubling('a', 'b', [4]).subarray(0, 30), 'is no ONNX file, or a damaged one'],
    ["ONNX Runtime's other format", Uint8Array.from([24, 0, 0, 0, ...Buffer.from('ORTM'), 0, 0]), 'is no ONNX file, or a damaged one'],
  ])('%s', (_what, bytes, fault) => {
    expect(faultOf(bytes)).toBe(`n.onnx: ${fault}`);
  });

  test('ONNX Runtime would have read the other file, and is not asked', async () => {
    writeFileSync(join(folder, 'w.bin'), new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer));
    const path = join(folder, 'external.onnx');
    writeFileSync(path, withExternal('w.bin'));
    const { InferenceSession } = await import('onnxruntime-node');
    await (await InferenceSession.create(path)).release(); // the crafted file is what it claims to be
    const opening = openNetworks([{ name: 'n', path, inputs: { a: [4] }, outputs: { b: [4] } }], { device: 'cpu', threads: 1 });
    await expect(opening).rejects.toMatchObject({ code: 'model-mismatch', message: `${path}: keeps weights in another file (external data)` });
  });
});

describe('a graph that is taken', () => {
  test.each(['denoiser', 'face-detector-far', 'face-detector-near', 'face-mesh', 'person-mask', 'speech-encoder'])('the shipped %s', (name) => {
    const path = new URL(`../../../models/default/${name}.onnx`, import.meta.url);
    expect(existsSync(path)).toBe(true);
    expect(faultOf(readFileSync(path))).toBe('none');
  });

  test('the same crafted graph with its weights inside', () => {
    const inside = message([field(1, 4), field(2, 1), field(8, 'weights'), field(9, new Uint8Array(16))]);
    expect(faultOf(model(graphOf([add('weights')], [inside])))).toBe('none');
    expect(faultOf(writeOnnx({ inputs: [], outputs: [], nodes: [{ op: 'Scaler', inputs: ['a'], outputs: ['b'], domain: 'ai.onnx.ml' }] }))).toBe('none');
  });
});

test('any bytes are taken or refused, quickly and with a known error', () => {
  const good = doubling('a', 'b', [4]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(faultOf(bytes)).toMatch(/^(none|n\.onnx: )/);
    }),
  );
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
      const spoilt = good.slice();
      spoilt[at] = byte;
      expect(faultOf(spoilt)).toMatch(/^(none|n\.onnx: )/);
    }),
  );
});
