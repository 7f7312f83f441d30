import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../../src/motion/channels.ts';
import { placeHead } from '../../../../src/render/rig/head.ts';
import { part } from '../../../../src/rig/rig.ts';
import { buildScene, poseScene, type Scene } from '../../../../src/render/scene.ts';
import { bitingEdge, connectedParts, placeTeeth, type ToothPlaces } from '../../../../src/render/mouth/teeth.ts';
import { makePortrait, type MadePortrait, shippedRig } from '../../../support/portrait.ts';

const rig = shippedRig();
const places: ToothPlaces = { across: new Float32Array(rig.vertexCount), along: new Float32Array(rig.vertexCount), order: new Int8Array(rig.vertexCount).fill(-1) };
placeTeeth(rig, part.upperTeeth, places);
placeTeeth(rig, part.lowerTeeth, places);

const sceneOf = (options: MadePortrait): Scene => {
  const portrait = makePortrait({ scale: 120, ...options });
  return buildScene(rig, placeHead(rig, portrait.landmarks), { ...portrait, alpha: null });
};
/** How far (decimetres) the edge of a row lies below the lower lip's seam in a pose. */
const edgeBelowLip = (scene: Scene, kind: number, jaw: number): number => {
  const motion = new Float32Array(channelCount);
  motion[channel.jawOpen] = jaw;
  poseScene(scene, motion, 1);
  const seam = rig.lowerLipSeam[rig.lowerLipSeam.length >> 1] * 3;
  const drawn = { ...scene.head, rest: scene.interior.mesh.positions };
  return (bitingEdge(drawn, places, kind)[1] - scene.face.mesh.positions[seam + 1]) / scene.head.scale;
};

describe('placeTeeth', () => {
  test('finds fourteen teeth a row, seven to each side', () => {
    for (const kind of [part.upperTeeth, part.lowerTeeth]) {
      const teeth = connectedParts(rig, kind);
      expect(teeth).toHaveLength(14);
      const orders = teeth.map((vertices) => places.order[vertices[0]]).sort((a, b) => a - b);
      expect(orders).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
    }
  });

  test('counts along the tooth from the gum to the edge', () => {
    const [tooth] = connectedParts(rig, part.upperTeeth).filter((vertices) => places.order[vertices[0]] === 0);
    const lowest = tooth.reduce((best, v) => (rig.vertices[v * 3 + 1] < rig.vertices[best * 3 + 1] ? v : best));
    expect(places.along[lowest]).toBe(1);
    expect(Math.max(...tooth.map((v) => places.across[v]))).toBeGreaterThan(0.8);
    expect(Math.min(...tooth.map((v) => places.across[v]))).toBeLessThan(-0.8);
  });
});

describe('the rows of teeth', () => {
  test.each([{}, { yaw: 18 }, { pitch: 10 }, { expression: { [channel.jawOpen]: 0.4 } }])('stand by the lips in %j', (options) => {
    const scene = sceneOf(options);
    // The lower ones show 2-9 mm of themselves over the lip of a shout, and hide when the mouth is shut.
    expect(edgeBelowLip(scene, part.lowerTeeth, 1)).toBeLessThan(-0.02);
    expect(edgeBelowLip(scene, part.lowerTeeth, 1)).toBeGreaterThan(-0.09);
    // The upper ones end just below the closed lips.
    const shut = edgeBelowLip(scene, part.upperTeeth, 0);
    expect(shut).toBeGreaterThan(0);
    expect(shut).toBeLessThan(0.05);
  });

  test('leave the upper row where the skull is', () => {
    const scene = sceneOf({});
    const motion = new Float32Array(channelCount);
    const edgeAt = (jaw: number): [number, number] => {
      motion[channel.jawOpen] = jaw;
      poseScene(scene, motion, 1);
      return bitingEdge({ ...scene.head, rest: scene.interior.mesh.positions }, places, part.upperTeeth);
    };
    const shut = edgeAt(0);
    const open = edgeAt(1);
    expect(Math.hypot(open[0] - shut[0], open[1] - shut[1])).toBeLessThan(0.01);
  });
});
