import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../../src/motion/channels.ts';
import { placeHead } from '../../../../src/render/rig/head.ts';
import { interiorChannels } from '../../../../src/render/mouth/mouth.ts';
import { part } from '../../../../src/rig/rig.ts';
import { buildScene, poseScene, type Scene } from '../../../../src/render/scene.ts';
import { placeTeeth, type ToothPlaces } from '../../../../src/render/mouth/teeth.ts';
import { moveTongue } from '../../../../src/render/mouth/tongue.ts';
import { makePortrait, shippedRig } from '../../../support/portrait.ts';

const rig = shippedRig();
const portrait = makePortrait({ scale: 120 });
const scene: Scene = buildScene(rig, placeHead(rig, portrait.landmarks), { ...portrait, alpha: null });
const places: ToothPlaces = { across: new Float32Array(rig.vertexCount), along: new Float32Array(rig.vertexCount), order: new Int8Array(rig.vertexCount).fill(-1) };
placeTeeth(rig, part.upperTeeth, places);
placeTeeth(rig, part.lowerTeeth, places);

const motionOf = (values: Partial<Record<keyof typeof channel, number>>): Float32Array => {
  const motion = new Float32Array(channelCount);
  for (const [name, value] of Object.entries(values)) motion[channel[name as keyof typeof channel]] = value;
  return motion;
};
/** Highest point (smallest y, pixels) of the tongue from `from` to `to` along it, and how far forward it comes. */
const tongueTop = (from: number, to: number): { y: number; z: number } => {
  const { vertices, along } = scene.interior.tongue;
  const { positions } = scene.interior.mesh;
  const there = Array.from(vertices).filter((_, i) => along[i] >= from && along[i] <= to);
  return { y: Math.min(...there.map((v) => positions[v * 3 + 1])), z: Math.max(...there.map((v) => positions[v * 3 + 2])) };
};
const edgeOf = (isUpper: boolean): { y: number; z: number } => {
  const { positions } = scene.interior.mesh;
  const half = rig.parts.indexOf(isUpper ? part.upperTeeth : part.lowerTeeth);
  const own = new Set<number>();
  for (let t = half; t < rig.triangleCount && rig.parts[t] === rig.parts[half]; t++) for (let c = 0; c < 3; c++) own.add(rig.triangles[t * 3 + c]);
  const edge = [...own].filter((v) => places.order[v] === 0 && places.along[v] > 0.97);
  return { y: edge.reduce((sum, v) => sum + positions[v * 3 + 1], 0) / edge.length, z: Math.max(...edge.map((v) => positions[v * 3 + 2])) };
};

describe('moveTongue', () => {
  test('leaves a closed mouth alone', () => {
    const displacements = new Float32Array(rig.vertexCount * 3);
    moveTongue(scene.interior.tongue, motionOf({ mouthPucker: 1 }), 1, displacements);
    expect(displacements.every((value) => value === 0)).toBe(true);
  });

  test('brings the tip between the teeth for th', () => {
    poseScene(scene, motionOf({ jawOpen: 0.2, tongueOut: 0.25 }), 1);
    const tip = tongueTop(0.93, 1);
    const { scale } = scene.head;
    // Within 2 mm of the upper teeth's edge, above the lower one's, and no further back than 3 mm behind the teeth's faces.
    expect(Math.abs(tip.y - edgeOf(true).y) / scale).toBeLessThan(0.02);
    expect(tip.y).toBeLessThan(edgeOf(false).y);
    expect((edgeOf(false).z - tip.z) / scale).toBeLessThan(0.03);
  });

  test('lies low in a shout: the tip at the lower teeth, its back above them, the throat free', () => {
    poseScene(scene, motionOf({ jawOpen: 1 }), 1);
    const { scale } = scene.head;
    const lower = edgeOf(false).y;
    expect(Math.abs(tongueTop(0.93, 1).y - lower) / scale).toBeLessThan(0.03);
    const back = (lower - tongueTop(0.3, 0.75).y) / scale;
    expect(back).toBeGreaterThan(0.06);
    expect(back).toBeLessThan(0.16);
  });

  test('marks its surface from root to tip and from side to side', () => {
    const { vertices } = scene.interior.tongue;
    const { attributes } = scene.interior.mesh;
    const along = Array.from(vertices, (v) => attributes[v * interiorChannels + 3]);
    const across = Array.from(vertices, (v) => attributes[v * interiorChannels + 2]);
    expect([Math.min(...along), Math.max(...along)]).toEqual([0, 1]);
    expect(Math.min(...across)).toBeCloseTo(-1, 1);
    expect(Math.max(...across)).toBeCloseTo(1, 1);
  });
});
