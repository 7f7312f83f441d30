/** Reads `rig.bin`, the statistical head: mesh, parts, expression and identity deltas, landmark and lip tables (format in docs/architecture.md). */
import { AnimateError } from '../errors.ts';
import { coefficientCount } from '../motion/channels.ts';

export const landmarkCount = 478;
export const identityCount = 40;

/** Values of `Rig.parts`. */
export const part = {
  skin: 0,
  cavity: 1,
  upperGum: 2,
  lowerGum: 3,
  upperTeeth: 4,
  lowerTeeth: 5,
  tongue: 6,
  leftEye: 7,
  rightEye: 8,
} as const;

/** Head frame: x to the image's right, y up, z to the viewer; decimetres. V vertices, T triangles. */
export interface Rig {
  readonly vertexCount: number;
  readonly triangleCount: number;
  /** [V, 3] neutral head, mouth closed, eyes open */
  readonly vertices: Float32Array;
  /** [T, 3] counter-clockwise seen from outside */
  readonly triangles: Uint32Array;
  /** [T] values of `part` */
  readonly parts: Uint8Array;
  /** [52, V, 3] deltas in `coefficientNames` order */
  readonly expressions: Float32Array;
  /** [40, V, 3] deltas of one standard deviation */
  readonly identities: Float32Array;
  /** [478, 3] vertices under each MediaPipe landmark, and their barycentric weights */
  readonly landmarkTriangles: Uint32Array;
  readonly landmarkWeights: Float32Array;
  /** Chains of vertices from the image-left corner to the image-right corner, corners included. */
  readonly upperLipSeam: Uint32Array;
  readonly lowerLipSeam: Uint32Array;
  readonly upperLipOuter: Uint32Array;
  readonly lowerLipOuter: Uint32Array;
  readonly rightEyeUpper: Uint32Array;
  readonly rightEyeLower: Uint32Array;
  readonly leftEyeUpper: Uint32Array;
  readonly leftEyeLower: Uint32Array;
  /** [V] 1 for lip vertices behind the seam that no photo of a closed mouth shows */
  readonly hiddenLip: Uint8Array;
  /** [V] 1 upper-lip side, 2 lower-lip side of the mouth, 0 elsewhere */
  readonly lipSide: Uint8Array;
  /** [V] 0..1 */
  readonly jawWeight: Float32Array;
  readonly headWeight: Float32Array;
}

interface ArrayEntry {
  name: string;
  dtype: keyof typeof readers;
  shape: number[];
  offset: number;
  scale?: number | number[];
}

const readers = { f32: Float32Array, i32: Int32Array, u32: Uint32Array, u16: Uint16Array, i16: Int16Array, u8: Uint8Array } as const;

/** Reads a rig from the bytes of `rig.bin`. Throws AnimateError `model-mismatch` when they are not one. */
export function readRig(bytes: ArrayBuffer | SharedArrayBuffer): Rig {
  const arrays = readArrays(bytes);
  const take = (name: string, shape: readonly (number | null)[]): { data: Float32Array | Uint32Array; shape: number[] } => {
    const found = arrays.get(name);
    if (!found) throw mismatch(`array "${name}" is missing`);
    const fits = found.shape.length === shape.length && shape.every((size, axis) => size === null || size === found.shape[axis]);
    if (!fits) {
      const expected = shape.map((size) => size ?? 'any').join(', ');
      throw mismatch(`array "${name}": expected shape [${expected}], got [${found.shape.join(', ')}]`);
    }
    return found;
  };
  const floats = (name: string, shape: readonly (number | null)[]): Float32Array => {
    const { data } = take(name, shape);
    return data instanceof Float32Array ? data : new Float32Array(data);
  };
  const vertices = take('vertices', [null, 3]);
  const vertexCount = vertices.shape[0];
  const triangles = take('triangles', [null, 3]);
  const triangleCount = triangles.shape[0];
  const indices = (name: string, shape: readonly (number | null)[]): Uint32Array => {
    const data = new Uint32Array(take(name, shape).data);
    for (let i = 0; i < data.length; i++) {
      const index = data[i];
      if (index >= vertexCount) throw mismatch(`array "${name}": expected vertices below ${vertexCount}, got ${index}`);
    }
    return data;
  };
  return {
    vertexCount,
    triangleCount,
    vertices: floats('vertices', [vertexCount, 3]),
    triangles: indices('triangles', [triangleCount, 3]),
    parts: new Uint8Array(take('parts', [triangleCount]).data),
    expressions: floats('expressions', [coefficientCount, vertexCount, 3]),
    identities: floats('identities', [identityCount, vertexCount, 3]),
    landmarkTriangles: indices('landmarkTriangles', [landmarkCount, 3]),
    landmarkWeights: floats('landmarkWeights', [landmarkCount, 3]),
    upperLipSeam: indices('upperLipSeam', [null]),
    lowerLipSeam: indices('lowerLipSeam', [null]),
    upperLipOuter: indices('upperLipOuter', [null]),
    lowerLipOuter: indices('lowerLipOuter', [null]),
    rightEyeUpper: indices('rightEyeUpper', [null]),
    rightEyeLower: indices('rightEyeLower', [null]),
    leftEyeUpper: indices('leftEyeUpper', [null]),
    leftEyeLower: indices('leftEyeLower', [null]),
    hiddenLip: new Uint8Array(take('hiddenLip', [vertexCount]).data),
    lipSide: new Uint8Array(take('lipSide', [vertexCount]).data),
    jawWeight: floats('jawWeight', [vertexCount]),
    headWeight: floats('headWeight', [vertexCount]),
  };
}

function readArrays(bytes: ArrayBuffer | SharedArrayBuffer): Map<string, { data: Float32Array | Uint32Array; shape: number[] }> {
  const view = new DataView(bytes);
  if (bytes.byteLength < 8 || view.getUint32(0, false) !== 0x52494731) throw mismatch('expected a file that starts with "RIG1"');
  const headerLength = view.getUint32(4, true);
  if (8 + headerLength > bytes.byteLength) throw mismatch(`expected a header of ${headerLength} bytes, the file has ${bytes.byteLength}`);
  const dataStart = Math.ceil((8 + headerLength) / 8) * 8;
  const result = new Map<string, { data: Float32Array | Uint32Array; shape: number[] }>();
  for (const entry of parseHeader(bytes, headerLength)) {
    const Reader = readers[entry.dtype];
    if (!Reader) throw mismatch(`array "${entry.name}": unknown dtype "${entry.dtype}"`);
    const size = entry.shape.reduce((product, length) => product * length, 1);
    const start = dataStart + entry.offset;
    if (!(start >= 0) || start + size * Reader.BYTES_PER_ELEMENT > bytes.byteLength) {
      throw mismatch(`array "${entry.name}": expected ${size * Reader.BYTES_PER_ELEMENT} bytes at ${start}, the file has ${bytes.byteLength}`);
    }
    // A copy: offsets of the file need not suit the alignment of a view.
    const raw = new Reader(new Uint8Array(bytes).slice(start, start + size * Reader.BYTES_PER_ELEMENT).buffer);
    result.set(entry.name, { data: scaled(raw, entry), shape: entry.shape });
  }
  return result;
}

function parseHeader(bytes: ArrayBuffer | SharedArrayBuffer, length: number): ArrayEntry[] {
  try {
    const text = new TextDecoder().decode(new Uint8Array(bytes).slice(8, 8 + length));
    const header = JSON.parse(text) as { arrays?: ArrayEntry[] };
    if (Array.isArray(header.arrays)) return header.arrays;
  } catch (cause) {
    throw mismatch('the header is no JSON', cause);
  }
  throw mismatch('the header has no "arrays"');
}

function scaled(raw: Float32Array | Int32Array | Uint32Array | Uint16Array | Int16Array | Uint8Array, entry: ArrayEntry): Float32Array | Uint32Array {
  if (entry.dtype !== 'i16') return raw instanceof Float32Array ? raw : new Uint32Array(raw);
  const rows = entry.shape[0] ?? 1;
  const perRow = raw.length / Math.max(1, rows);
  const out = new Float32Array(raw.length);
  for (let row = 0; row < rows; row++) {
    const scale = Array.isArray(entry.scale) ? (entry.scale[row] ?? 1) : (entry.scale ?? 1);
    for (let i = row * perRow; i < (row + 1) * perRow; i++) out[i] = raw[i] * scale;
  }
  return out;
}

function mismatch(what: string, cause?: unknown): AnimateError {
  return new AnimateError('model-mismatch', `rig.bin: ${what}`, { hint: 'Reinstall the package, or rebuild rig.bin with training/.', cause });
}
