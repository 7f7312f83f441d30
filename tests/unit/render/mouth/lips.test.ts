import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../../src/motion/channels.ts';
import { placeHead } from '../../../../src/render/rig/head.ts';
import { buildLipContact, closeLips, widestGap } from '../../../../src/render/mouth/lips.ts';
import { buildScene, poseScene, type Scene } from '../../../../src/render/scene.ts';
import { closeLid, buildLids } from '../../../../src/render/eyes/lids.ts';
import { makePortrait, shippedRig } from '../../../support/portrait.ts';

const rig = shippedRig();
const motionOf = (values: Partial<Record<keyof typeof channel, number>>): Float32Array => {
  const motion = new Float32Array(channelCount);
  for (const [name, value] of Object.entries(values)) motion[channel[name as keyof typeof channel]] = value;
  return motion;
};
const scenes = new Map<ReturnType<typeof makePortrait>, Scene>();
const parted = makePortrait({ scale: 120, expression: { [channel.jawOpen]: 0.25 } });
/** The widest distance between the two lip seams of its drawn mesh over the mouth's width. */
const drawnGap = (portrait: ReturnType<typeof makePortrait>, motion: Float32Array, activity: number): number => {
  let scene = scenes.get(portrait);
  if (!scene) scenes.set(portrait, (scene = buildScene(rig, placeHead(rig, portrait.landmarks), { ...portrait, alpha: null })));
  poseScene(scene, motion, activity);
  const { positions } = scene.face.mesh;
  const { upperLipSeam: upper, lowerLipSeam: lower } = rig;
  let widest = 0;
  for (let k = 0.2; k <= 0.8; k += 0.1) {
    const u = upper[Math.round(k * (upper.length - 1))] * 3;
    // The nearest lower vertex across.
    const l = lower.reduce((best, v) => (Math.abs(positions[v * 3] - positions[u]) < Math.abs(positions[best * 3] - positions[u]) ? v : best)) * 3;
    widest = Math.max(widest, positions[l + 1] - positions[u + 1]);
  }
  return widest / (positions[upper[upper.length - 1] * 3] - positions[upper[0] * 3]);
};

describe('closeLips', () => {
  test('closes parted lips for a speaking portrait whose motion is closed', () => {
    expect(drawnGap(parted, motionOf({ browInnerUp: 0.1 }), 0)).toBeGreaterThan(0.1);
    expect(drawnGap(parted, motionOf({ browInnerUp: 0.1 }), 1)).toBeLessThan(0.02);
  });

  test('closes an open smile for m', () => {
    const smile = { [channel.jawOpen]: 0.2, [channel.mouthSmileLeft]: 0.6, [channel.mouthSmileRight]: 0.6, [channel.mouthUpperUpLeft]: 0.5, [channel.mouthUpperUpRight]: 0.5 };
    const portrait = makePortrait({ scale: 120, expression: smile });
    expect(drawnGap(portrait, motionOf({ mouthPressLeft: 0.3, mouthPressRight: 0.3 }), 1)).toBeLessThan(0.02);
  });

  test('a speaking mouth opens as far as the rig asks, whatever the picture does at rest', () => {
    const open = motionOf({ jawOpen: 0.4 });
    const fromClosed = drawnGap(makePortrait({ scale: 120 }), open, 1);
    const fromParted = drawnGap(parted, open, 1);
    expect(fromClosed).toBeGreaterThan(0.15);
    expect(Math.abs(fromParted - fromClosed)).toBeLessThan(0.06);
  });

  test('b, m and p leave at most 0.1 % of the face height between the drawn lips', () => {
    for (const portrait of [makePortrait({ scale: 120 }), parted, makePortrait({ scale: 120, yaw: 15, expression: { [channel.mouthSmileLeft]: 0.5, [channel.mouthSmileRight]: 0.5 } })]) {
      const scene = buildScene(rig, placeHead(rig, portrait.landmarks), { ...portrait, alpha: null });
      const closures = [motionOf({ mouthPressLeft: 0.5, mouthPressRight: 0.5 }), motionOf({ mouthRollLower: 0.5, mouthRollUpper: 0.4 }), motionOf({ jawOpen: 0.2, mouthClose: 0.2, mouthPucker: 0.2 }), motionOf({ mouthSmileLeft: 0.5, mouthSmileRight: 0.5 })];
      for (const motion of closures) {
        poseScene(scene, motion, 1);
        expect(widestGap(scene.lips) / scene.head.faceHeight).toBeLessThan(0.001);
        const { positions } = scene.face.mesh;
        const middle = (chain: Uint32Array): number => chain[chain.length >> 1] * 3;
        const [u, l] = [middle(rig.upperLipSeam), middle(rig.lowerLipSeam)];
        expect((positions[l + 1] - positions[u + 1]) / scene.head.faceHeight).toBeLessThan(0.001);
      }
    }
  });

  test('a wide mouth has a round lower lip: half-way to the corners it is deeper than a parabola', () => {
    const scene = buildScene(rig, placeHead(rig, makePortrait({ scale: 120 }).landmarks), { ...makePortrait({ scale: 120 }), alpha: null });
    poseScene(scene, motionOf({ jawOpen: 0.9 }), 1);
    const { gap } = scene.lips;
    const [corner, middle] = [gap[0], gap[16]];
    for (const column of [6, 26]) {
      const q = Math.abs(column / 16 - 1);
      expect((gap[column] - corner) / (middle - corner)).toBeGreaterThan(1 - q * q + 0.05);
    }
    expect(Math.max(...gap)).toBeLessThan(1.06 * middle);
  });

  test('a mouth that is open in the picture keeps its shape until it moves', () => {
    const scene = buildScene(rig, placeHead(rig, parted.landmarks), { ...parted, alpha: null });
    poseScene(scene, motionOf({ browInnerUp: 0.01 }), 0);
    for (const v of rig.lowerLipSeam) expect(Math.abs(scene.displacements[v * 3 + 1])).toBeLessThan(0.01);
  });

  test('lips never pass through each other', () => {
    const head = placeHead(rig, makePortrait({ scale: 120 }).landmarks);
    const contact = buildLipContact(head);
    const displacements = new Float32Array(rig.vertexCount * 3);
    for (const v of rig.lowerLipSeam) displacements[v * 3 + 1] = -30; // a lower lip pushed far up
    closeLips(contact, head.rest, motionOf({ mouthClose: 1 }), 1, displacements);
    expect(Math.min(...contact.gap)).toBeGreaterThanOrEqual(0);
    expect(widestGap(contact)).toBeLessThan(0.02 * contact.width);
  });
});

describe('closeLid', () => {
  const head = placeHead(rig, makePortrait({ scale: 120, yaw: 12 }).landmarks);
  const gapOf = (closure: number): number => {
    const displacements = new Float32Array(rig.vertexCount * 3);
    let widest = 0;
    for (const lid of buildLids(head)) {
      closeLid(lid, head.rest, closure, displacements);
      const y = (v: number): number => head.rest[v * 3 + 1] + displacements[v * 3 + 1];
      const middle = (chain: Uint32Array): number => y(chain[chain.length >> 1]);
      widest = Math.max(widest, (middle(lid.lower) - middle(lid.upper)) / lid.width);
    }
    return widest;
  };

  test('a full blink shuts the eye', () => {
    expect(gapOf(0)).toBeGreaterThan(0.2);
    expect(gapOf(1)).toBeLessThan(0.02);
  });

  test('half a blink leaves about half the eye open', () => {
    expect(gapOf(0.5) / gapOf(0)).toBeGreaterThan(0.35);
    expect(gapOf(0.5) / gapOf(0)).toBeLessThan(0.65);
  });
});
