import { describe, expect, test } from 'vitest';
import { findGlasses, holdRims, rimAt } from '../../../../src/render/eyes/glasses.ts';
import { placeHead } from '../../../../src/render/rig/head.ts';
import { makeEyes } from '../../../support/eyes.ts';
import { shippedRig } from '../../../support/portrait.ts';

const rig = shippedRig();
const find = (options: Parameters<typeof makeEyes>[0]) => {
  const { portrait, eyes } = makeEyes(options);
  const head = placeHead(rig, portrait.landmarks);
  return { glasses: findGlasses(head, portrait), head, eyes };
};

describe('findGlasses', () => {
  test('finds none on a bare face, and then moves nothing less', () => {
    const { glasses } = find({});
    expect(glasses.strength).toBe(0);
    expect(glasses.vertices.length).toBe(0);
    expect(rimAt(glasses, 100, 100)).toBe(0);
  });

  test('finds rings joined over the nose, where they are', () => {
    const { glasses } = find({ glasses: 0.8 });
    expect(glasses.strength).toBeGreaterThan(0.9);
    for (const { radius } of glasses.rims) for (const r of radius) expect(Math.abs(r - 0.8)).toBeLessThan(0.12);
  });

  test('tells dark lenses from clear ones', () => {
    expect(find({ glasses: 0.8 }).glasses.darkness).toBe(0);
    expect(find({ glasses: 0.8, dark: true }).glasses.darkness).toBe(1);
  });
});

describe('holdRims', () => {
  test('rims stand still, mouth and lids keep their motion', () => {
    const { glasses, head, eyes } = find({ glasses: 0.8 });
    const displacements = new Float32Array(rig.vertexCount * 3).fill(1);
    holdRims(glasses, displacements);
    const [{ centre, width }] = eyes;
    for (let v = 0; v < rig.vertexCount; v++) {
      if (!head.isSkin[v]) continue;
      const off = Math.abs(Math.hypot(head.rest[v * 3] - centre[0], head.rest[v * 3 + 1] - centre[1]) / width - 0.8);
      if (off < 0.04) expect(displacements[v * 3 + 1]).toBeLessThan(0.05);
    }
    for (const v of [...rig.lowerLipSeam, ...rig.rightEyeUpper.slice(6, -6)]) expect(displacements[v * 3 + 1]).toBeGreaterThan(0.9);
  });
});
