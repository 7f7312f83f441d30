import { expect, test } from 'vitest';
import { fillHiddenSources } from '../../../src/render/hidden.ts';

test('skin behind other skin takes its pixels from around it, and skin that is seen keeps its own', () => {
  // A strip of quads from x = 0 to 100 at depth 0, of which a plate at depth 30 (vertices 24 on) hides the middle.
  const columns = 12;
  const rest: number[] = [];
  const triangles: number[] = [];
  for (let row = 0; row < 2; row++) for (let k = 0; k < columns; k++) rest.push((k * 100) / (columns - 1), row * 20, 0);
  for (let k = 0; k < columns - 1; k++) triangles.push(k, k + columns, k + 1, k + 1, k + columns, k + columns + 1);
  const plate = rest.length / 3;
  rest.push(22, -5, 30, 78, -5, 30, 22, 25, 30, 78, 25, 30);
  triangles.push(plate, plate + 2, plate + 1, plate + 1, plate + 2, plate + 3);
  const positions = Float32Array.from(rest);
  const source = Float32Array.from(rest.filter((_, i) => i % 3 < 2));
  // What lies behind is of no use: a place far away.
  for (const v of [5, 6, 5 + columns, 6 + columns]) source[v * 2] = 900;
  const normals = new Float32Array(rest.length).fill(1);
  const before = source.slice();
  fillHiddenSources(positions, normals, Uint32Array.from(triangles), 100, source);
  for (const v of [0, 1, 2, 9, 10, 11, plate, plate + 3]) expect(source[v * 2]).toBe(before[v * 2]);
  expect(source[5 * 2]).toBeGreaterThan(30);
  expect(source[5 * 2]).toBeLessThan(source[6 * 2]);
  expect(source[6 * 2]).toBeLessThan(70);
});
