import { describe, expect, test } from 'vitest';
import { channel } from '../../../../src/motion/channels.ts';
import { buildFace, loopOf } from '../../../../src/render/drawing/face.ts';
import { signedDistance } from '../../../../src/render/drawing/geometry.ts';
import { placeHead } from '../../../../src/render/rig/head.ts';
import { measureSeamInsets } from '../../../../src/render/mouth/seam-inset.ts';
import { makePortrait, shippedRig } from '../../../support/portrait.ts';

const rig = shippedRig();

/** Inset in pixels at the middle of the lower lip's seam; `spill`: pixels that white teeth reach over the lips. */
function insetAtMiddle(jaw: number, spill: number): number {
  const { landmarks, rgb, width, height } = makePortrait({ width: 384, height: 384, scale: 170, expression: { [channel.jawOpen]: jaw } });
  const head = placeHead(rig, landmarks);
  const mouth = loopOf(head.rest, rig.upperLipSeam, rig.lowerLipSeam);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set(signedDistance(mouth, x + 0.5, y + 0.5) > -spill ? [230, 225, 215] : [170, 80, 80], (y * width + x) * 3);
  const face = buildFace(head);
  measureSeamInsets(face, head, rgb, width, height);
  const i = face.seamVertices.indexOf(rig.lowerLipSeam[rig.lowerLipSeam.length >> 1]);
  return i < 0 ? 0 : Math.hypot(face.seamInset[i * 2], face.seamInset[i * 2 + 1]);
}

describe('measureSeamInsets', () => {
  test('goes past teeth that reach over the lip', () => {
    expect(insetAtMiddle(0.35, 4)).toBeGreaterThan(4);
    expect(insetAtMiddle(0.35, 4)).toBeLessThan(7);
  });

  test('stays near the seam of a clean lip, and at that of a closed mouth', () => {
    expect(insetAtMiddle(0.35, -1)).toBeCloseTo(1.6, 1);
    expect(insetAtMiddle(0, 0)).toBe(0);
  });
});
