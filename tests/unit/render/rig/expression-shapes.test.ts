import { describe, expect, it } from 'vitest';
import { channel, channelCount } from '../../../../src/motion/channels.ts';
import { placeHead } from '../../../../src/render/rig/head.ts';
import { buildScene, poseScene } from '../../../../src/render/scene.ts';
import { makePortrait, shippedRig } from '../../../support/portrait.ts';

const rig = shippedRig();
const portrait = makePortrait({ scale: 120 });
const head = placeHead(rig, portrait.landmarks);
const scene = buildScene(rig, head, { ...portrait, alpha: null });
/** Displacement [x, y] in decimetres of a vertex in a pose. */
const moved = (v: number, values: Partial<Record<keyof typeof channel, number>>): [number, number] => {
  const motion = new Float32Array(channelCount);
  for (const [name, value] of Object.entries(values)) motion[channel[name as keyof typeof channel]] = value;
  poseScene(scene, motion, 0);
  return [scene.displacements[v * 3] / head.scale, scene.displacements[v * 3 + 1] / head.scale];
};
const smile = (weight: number): Partial<Record<keyof typeof channel, number>> => ({ mouthSmileLeft: weight, mouthSmileRight: weight });
const { upperLipSeam, upperLipOuter, lowerLipOuter, lowerLipSeam } = rig;
const middleOf = (chain: Uint32Array): number => chain[chain.length >> 1];

describe('shapeExpressions', () => {
  it('lifts the corners of a wide smile above the middle of the lips, but by less than a centimetre', () => {
    const corner = -moved(upperLipSeam[0], smile(1))[1];
    expect(corner).toBeGreaterThan(0.05);
    expect(corner).toBeLessThan(0.1);
    expect(corner).toBeGreaterThan(-moved(middleOf(upperLipSeam), smile(1))[1] + 0.02);
  });

  it('leaves small smiles, of speech, as the rig has them', () => {
    const own = rig.expressions[(channel.mouthSmileRight * rig.vertexCount + upperLipSeam[0]) * 3 + 1] + rig.expressions[(channel.mouthSmileLeft * rig.vertexCount + upperLipSeam[0]) * 3 + 1];
    expect(-moved(upperLipSeam[0], smile(0.1))[1]).toBeCloseTo(0.1 * own, 2);
    expect(-moved(upperLipSeam[0], smile(0.1))[1] / (0.1 * own)).toBeGreaterThan(0.94);
  });

  it('keeps four fifths of the height of both lips in a smile', () => {
    for (const [outer, seam] of [[upperLipOuter, upperLipSeam], [lowerLipOuter, lowerLipSeam]] as const) {
      for (const place of [0.3, 0.5, 0.7]) {
        const [o, s] = [outer[Math.round(place * (outer.length - 1))], seam[Math.round(place * (seam.length - 1))]];
        const rest = Math.abs(head.rest[o * 3 + 1] - head.rest[s * 3 + 1]) / head.scale;
        const change = (moved(o, smile(0.7))[1] - moved(s, smile(0.7))[1]) * Math.sign(head.rest[o * 3 + 1] - head.rest[s * 3 + 1]);
        expect((rest + change) / rest, `${outer === upperLipOuter ? 'upper' : 'lower'} ${place}`).toBeGreaterThan(0.8);
      }
    }
  });

  it('smiles less on a picture that smiles', () => {
    const smiling = makePortrait({ scale: 120, expression: { [channel.mouthSmileLeft]: 0.8, [channel.mouthSmileRight]: 0.8 } });
    const own = buildScene(rig, placeHead(rig, smiling.landmarks), { ...smiling, alpha: null });
    const motion = new Float32Array(channelCount);
    motion[channel.mouthSmileLeft] = motion[channel.mouthSmileRight] = 0.5;
    poseScene(own, motion, 0);
    const less = -own.displacements[upperLipSeam[0] * 3 + 1] / head.scale;
    expect(less).toBeLessThan(0.85 * -moved(upperLipSeam[0], smile(0.5))[1]);
    expect(less).toBeGreaterThan(0);
  });

  it('frowns with the inner ends of the brows', () => {
    const at = (landmark: number): number => moved(rig.landmarkTriangles[landmark * 3], { browDownLeft: 1, browDownRight: 1 })[1];
    expect(at(55)).toBeGreaterThan(0.04); // inner end, down
    expect(at(46)).toBeLessThan(at(55)); // outer end
    expect(at(53)).toBeGreaterThan(0);
  });
});
