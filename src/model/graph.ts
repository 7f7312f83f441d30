/** Looks into an ONNX file before ONNX Runtime does: a graph from a stranger must not name other files or bring operators of its own. */
import { AnimateError } from '../errors.ts';

/** Operator sets that are part of ONNX itself. ONNX Runtime's own (com.microsoft) are left out: its EPContext reads other files. */
const knownDomains = new Set(['', 'ai.onnx', 'ai.onnx.ml']);
/** A graph inside an attribute inside a graph ...: real ones nest two or three deep. */
const deepest = 16;

type Reader = (bytes: Uint8Array, visit: Visit, depth: number) => void;
/** What to do with a field of one message: read it as a message, check its value, or nothing. */
type Visit = (fault: string) => never;
type Message = Record<number, Reader>;

// Field numbers: onnx.proto (ONNX IR version 8 and later; they never change).
const external: Reader = (_bytes, fail) => fail('keeps weights in another file (external data)');
const domain: Reader = (bytes, fail) => {
  const name = new TextDecoder().decode(bytes.subarray(0, 80));
  if (!knownDomains.has(name)) fail(`uses operators that are not ONNX's own ("${name}")`);
};
const functions: Reader = (_bytes, fail) => fail('defines operators of its own (local functions)');
const training: Reader = (_bytes, fail) => fail('holds a training graph');

const tensorMessage: Message = { 13: external };
const sparseMessage: Message = { 1: messageOf(() => tensorMessage), 2: messageOf(() => tensorMessage) };
const attributeMessage: Message = {
  5: messageOf(() => tensorMessage),
  6: messageOf(() => graphMessage),
  10: messageOf(() => tensorMessage),
  11: messageOf(() => graphMessage),
  22: messageOf(() => sparseMessage),
  23: messageOf(() => sparseMessage),
};
const nodeMessage: Message = { 5: messageOf(() => attributeMessage), 7: domain };
const graphMessage: Message = { 1: messageOf(() => nodeMessage), 5: messageOf(() => tensorMessage), 15: messageOf(() => sparseMessage) };
const operatorSetMessage: Message = { 1: domain };
const modelMessage: Message = { 7: messageOf(() => graphMessage), 8: messageOf(() => operatorSetMessage), 20: training, 25: functions };

/** TensorProto.data_location = EXTERNAL: a number, where all else that is looked at is text or a message. */
const dataLocation = 14;

function messageOf(find: () => Message): Reader {
  return (bytes, fail, depth) => readMessage(bytes, find(), fail, depth + 1);
}

/** Throws AnimateError model-mismatch unless `bytes`, the file `path`, is a graph that stands for itself. A millisecond: weights are passed over. */
export function checkGraph(path: string, bytes: Uint8Array): void {
  const fail: Visit = (fault) => {
    throw new AnimateError('model-mismatch', `${path}: ${fault}`, { hint: 'A network must be one ONNX file that names no other and uses the operators of ONNX alone: export it anew.' });
  };
  readMessage(bytes, modelMessage, fail, 0);
}

/** Protobuf's wire format: https://protobuf.dev/programming-guides/encoding. */
function readMessage(bytes: Uint8Array, fields: Message, fail: Visit, depth: number): void {
  if (depth > deepest) fail('is nested too deeply');
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value += (byte & 127) * 2 ** (7 * shift);
      if (byte < 128) return value;
    }
    return fail('is no ONNX file, or a damaged one');
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, kind] = [Math.floor(tag / 8), tag % 8];
    if (field === 0) fail('is no ONNX file, or a damaged one');
    if (kind === 0) {
      const value = varint();
      if (fields === tensorMessage && field === dataLocation && value !== 0) external(bytes, fail, depth);
    } else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else if (kind === 2) {
      const length = varint();
      if (at + length > bytes.length) fail('is no ONNX file, or a damaged one');
      fields[field]?.(bytes.subarray(at, at + length), fail, depth);
      at += length;
    } else fail('is no ONNX file, or a damaged one');
  }
  if (at > bytes.length) fail('is no ONNX file, or a damaged one');
}
