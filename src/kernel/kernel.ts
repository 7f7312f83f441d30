/** The renderer's inner loops in WebAssembly, and the memory they work on. Sources: assembly/, compiled by `npm run build:kernel`. */
import { readFileSync } from 'node:fs';

/** The loops, as assembly/ exports them. Every array is given by its byte address. */
export interface KernelLoops {
  clearTarget(depth: number, codes: number, size: number): void;
  drawMesh(
    positions: number, attributes: number, triangles: number, codes: number, count: number,
    depth: number, values: number, seen: number, width: number, height: number, channels: number,
    originX: number, originY: number, scale: number, frontOnly: number,
  ): void;
  prepareSampling(textureScale: number): void;
  prepareCreases(
    changes: number, columns: number, cornerX: number, cornerY: number, cellsPerPixel: number,
    x0: number, y0: number, x1: number, y1: number, redder: number,
  ): void;
  drawSurface(
    out: number, texture: number, width: number, height: number,
    surroundings: number, surroundingsCodes: number, face: number, faceCodes: number,
    x0: number, y0: number, x1: number, y1: number,
    plate: number, tiles: number, tileShift: number, tileColumns: number, alpha: number,
  ): void;
}

/** One instance of the loops with its own memory. Memory is handed out and never taken back: it goes with the kernel. */
export interface Kernel {
  readonly loops: KernelLoops;
  /** Zeroed arrays of n numbers in the kernel's memory; their `byteOffset` is the address that the loops take. They stay valid as the memory grows. */
  bytes(n: number): Uint8Array;
  shorts(n: number): Int16Array;
  words(n: number): Uint32Array;
  floats(n: number): Float32Array;
}

/** What is used of the standard's interface: Node's types leave it to the DOM's. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (descriptor: { initial: number; maximum: number; shared: boolean }) => { readonly buffer: SharedArrayBuffer; grow(pages: number): number };
  Instance: new (module: object, imports: Record<string, Record<string, unknown>>) => { readonly exports: unknown };
};

// The same place seen from src/kernel/ and from dist/kernel/.
const moduleFile = new URL('../../dist/kernel/kernel.wasm', import.meta.url);
const pageBytes = 65536;
/** As compiled (package.json): 64 pages at first, 4 GiB at most. Shared, because views on shared memory survive its growth. */
const firstPages = 64;
const mostPages = 65536;
/** For the widest vector load. */
const alignment = 16;

let compiled: object | undefined;

export function createKernel(): Kernel {
  compiled ??= new WebAssembly.Module(readFileSync(moduleFile));
  const memory = new WebAssembly.Memory({ initial: firstPages, maximum: mostPages, shared: true });
  const instance = new WebAssembly.Instance(compiled, { env: { memory } });
  const loops = instance.exports as KernelLoops & { heapBase: { value: number } };
  let next = loops.heapBase.value;
  const take = (byteLength: number): number => {
    const at = Math.ceil(next / alignment) * alignment;
    next = at + byteLength + alignment; // loops may read a vector beyond the end
    const missing = next - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
    return at;
  };
  const view = <T>(make: new (buffer: ArrayBufferLike, at: number, n: number) => T, size: number) => (n: number): T => {
    const at = take(n * size); // may change memory.buffer
    return new make(memory.buffer, at, n);
  };
  return { loops, bytes: view(Uint8Array, 1), shorts: view(Int16Array, 2), words: view(Uint32Array, 4), floats: view(Float32Array, 4) };
}
