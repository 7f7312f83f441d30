/** Step 6: a z-buffered triangle rasteriser that writes interpolated attributes, for maps rather than colours. The loops are in kernel/assembly/raster.ts. */
import { createKernel, type Kernel } from '../../kernel/kernel.ts';

/** A picture of attributes. `width` and `height` may shrink and grow between uses; the arrays only grow. */
export interface RasterTarget {
  readonly kernel: Kernel;
  width: number;
  height: number;
  /** 0 to 16; two and four are fastest */
  readonly channels: number;
  /** [height, width] larger is nearer; the least number there is where nothing was drawn */
  depth: Float32Array;
  /** [height, width, channels] */
  values: Float32Array;
  /** [height, width] code of the triangle seen, 0 where nothing was drawn */
  codes: Uint8Array;
  /** Meshes drawn before, as the kernel has them */
  readonly known: WeakMap<Mesh, KernelMesh>;
}

/** What to draw: vertices and attributes are shared by many draws. Triangles and codes of a mesh that was drawn once must not change. */
export interface Mesh {
  /** [V, 3] pixels x right, y down; z larger is nearer */
  positions: Float32Array;
  /** [V, channels] */
  attributes: Float32Array;
  /** [T, 3] */
  triangles: Uint32Array;
  /** [T] 1..255 */
  codes: Uint8Array;
}

type KernelMesh = Mesh;

/** The part of the picture that a target covers: target pixel = (picture pixel - origin) * scale. */
export interface View {
  x: number;
  y: number;
  scale: number;
}

/** 'front' keeps triangles whose corners run counter-clockwise seen with y up. */
export type Facing = 'front' | 'both';

export function createTarget(channels: number, kernel: Kernel = createKernel()): RasterTarget {
  return { kernel, width: 0, height: 0, channels, depth: kernel.floats(0), values: kernel.floats(0), codes: kernel.bytes(0), known: new WeakMap() };
}

/** Sizes the target and forgets what was drawn; attribute values stay undefined where nothing gets drawn. */
export function clearTarget(target: RasterTarget, width: number, height: number): void {
  const { kernel } = target;
  const size = width * height;
  if (target.depth.length < size) {
    const capacity = Math.ceil(size * 1.25);
    target.depth = kernel.floats(capacity);
    target.values = kernel.floats(capacity * target.channels);
    target.codes = kernel.bytes(capacity);
  }
  target.width = width;
  target.height = height;
  kernel.loops.clearTarget(target.depth.byteOffset, target.codes.byteOffset, size);
}

/** Takes the mesh's present positions and attributes for `drawTriangles`. */
export function loadMesh(target: RasterTarget, mesh: Mesh): void {
  const own = inKernel(target, mesh);
  own.positions.set(mesh.positions);
  own.attributes.set(mesh.attributes);
}

/** Draws all triangles of `mesh`. A pixel is covered when its centre is inside; the nearer triangle wins, the later one on a tie. */
export function drawMesh(target: RasterTarget, mesh: Mesh, view: View, facing: Facing): void {
  loadMesh(target, mesh);
  drawTriangles(target, mesh, view, facing, 0, mesh.codes.length);
}

/** Draws triangles `first` to `end` (excluded) of a mesh as it was at the last `loadMesh`. */
export function drawTriangles(target: RasterTarget, mesh: Mesh, view: View, facing: Facing, first: number, end: number): void {
  const { kernel, depth, values, codes, width, height, channels } = target;
  const own = inKernel(target, mesh);
  kernel.loops.drawMesh(
    own.positions.byteOffset, own.attributes.byteOffset, own.triangles.byteOffset + first * 12, own.codes.byteOffset + first, end - first,
    depth.byteOffset, values.byteOffset, codes.byteOffset, width, height, channels,
    view.x, view.y, view.scale, facing === 'front' ? 1 : 0,
  );
}

/** The mesh's arrays in the kernel's memory: triangles and codes are copied once, the rest before each draw. */
function inKernel({ kernel, known }: RasterTarget, mesh: Mesh): KernelMesh {
  let own = known.get(mesh);
  if (!own) {
    const { positions, attributes, triangles, codes } = mesh;
    own = { positions: kernel.floats(positions.length), attributes: kernel.floats(attributes.length), triangles: kernel.words(triangles.length), codes: kernel.bytes(codes.length) };
    own.triangles.set(triangles);
    own.codes.set(codes);
    known.set(mesh, own);
  }
  return own;
}
