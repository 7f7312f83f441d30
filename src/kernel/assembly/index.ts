// AssemblyScript: the renderer's inner loops, compiled to WebAssembly with SIMD by `npm run build:kernel`. kernel.ts gives them to TypeScript.
export { prepareCreases } from './crease';
export { clearTarget, drawMesh } from './raster';
export { prepareSampling } from './sample';
export { drawSurface } from './surface';

/** First free byte of the memory. */
export const heapBase: usize = __heap_base;
