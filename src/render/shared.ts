/** Arrays on memory that threads share: sent without being copied. */

/** The array itself where it lies on shared memory, else a copy that does. */
export function toShared<T extends Uint8Array | Int16Array | Float32Array>(array: T): T {
  if (array.buffer instanceof SharedArrayBuffer) return array;
  const copy = new (array.constructor as new (buffer: SharedArrayBuffer) => T)(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}
