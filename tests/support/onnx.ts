/** Writes small ONNX graphs: enough of protobuf and of onnx.proto (field numbers as there) for tests, so that no binary lies in git. */

export interface OnnxValue {
  name: string;
  shape: readonly (number | string)[];
}

export interface OnnxNode {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Whole numbers only. */
  attributes?: Record<string, number | readonly number[]>;
  /** Of the operator set; default ONNX's own. */
  domain?: string;
}

export interface OnnxGraph {
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
  nodes: readonly OnnxNode[];
  constants?: Record<string, { shape: readonly number[]; data: Float32Array | BigInt64Array }>;
  /** default 17 */
  opset?: number;
}

/** The bytes of a model file. */
export function writeOnnx({ inputs, outputs, nodes, constants = {}, opset = 17 }: OnnxGraph): Uint8Array {
  const graph = message([
    ...nodes.map((node) => field(1, writeNode(node))),
    field(2, 'graph'),
    ...Object.entries(constants).map(([name, constant]) => field(5, writeConstant(name, constant))),
    ...inputs.map((value) => field(11, writeValue(value))),
    ...outputs.map((value) => field(12, writeValue(value))),
  ]);
  return message([field(1, 8), field(7, graph), field(8, message([field(1, ''), field(2, opset)]))]); // IR version 8
}

function writeNode({ op, inputs, outputs, attributes = {}, domain }: OnnxNode): Uint8Array {
  const written = Object.entries(attributes).map(([name, value]) => {
    const content = typeof value === 'number' ? [field(3, value), field(20, 2)] : [...value.map((item) => field(8, item)), field(20, 7)]; // types INT, INTS
    return field(5, message([field(1, name), ...content]));
  });
  return message([...inputs.map((name) => field(1, name)), ...outputs.map((name) => field(2, name)), field(4, op), ...written, ...(domain === undefined ? [] : [field(7, domain)])]);
}

function writeConstant(name: string, { shape, data }: { shape: readonly number[]; data: Float32Array | BigInt64Array }): Uint8Array {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message([...shape.map((length) => field(1, length)), field(2, data instanceof Float32Array ? 1 : 7), field(8, name), field(9, raw)]);
}

function writeValue({ name, shape }: OnnxValue): Uint8Array {
  const axes = shape.map((length) => field(1, message([typeof length === 'number' ? field(1, length) : field(2, length)])));
  const tensorType = message([field(1, 1), field(2, message(axes))]); // element type FLOAT
  return message([field(1, name), field(2, message([field(1, tensorType)]))]);
}

/** One field of a protobuf message: a number, or text, bytes and messages with their length. */
export function field(number: number, value: number | string | Uint8Array): Uint8Array {
  if (typeof value === 'number') return message([varint((number << 3) | 0), varint(value)]);
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return message([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    const low = Number(rest & 127n);
    if (rest < 128n) return Uint8Array.from([...bytes, low]);
    bytes.push(low | 128);
  }
}

export function message(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
