import { describe, expect, it } from 'vitest';
import { createKernel } from '../../../../src/kernel/kernel.ts';
import { channel, channelCount } from '../../../../src/motion/channels.ts';
import { placeHead } from '../../../../src/render/rig/head.ts';
import { buildNosePainter, paintNose } from '../../../../src/render/drawing/paint-nose.ts';
import { buildScene, poseScene } from '../../../../src/render/scene.ts';
import { createCanvas, drawSurface } from '../../../../src/render/drawing/surface.ts';
import { buildTexture } from '../../../../src/render/background/matte.ts';
import { makePortrait, shippedRig } from '../../../support/portrait.ts';

describe('paintNose', () => {
  const portrait = makePortrait({ width: 384, height: 384, scale: 180 });
  const { width, height, rgb, landmarks } = portrait;
  const head = placeHead(shippedRig(), landmarks);
  const scene = buildScene(shippedRig(), head, { ...portrait, alpha: null });
  const canvas = createCanvas(createKernel(), width, height, rgb, buildTexture(rgb, width, height, null), null, scene.grid.rows, null);
  const nose = buildNosePainter(scene);
  const changed = (headPitch: number): [number, number][] => {
    const motion = new Float32Array(channelCount);
    motion[channel.headPitch] = headPitch;
    const [before, after] = [new Uint8Array(rgb.length), new Uint8Array(rgb.length)];
    poseScene(scene, motion, 0);
    drawSurface(canvas, scene, before);
    after.set(before);
    paintNose(nose, canvas, motion, after);
    const found: [number, number][] = [];
    for (let i = 0; i < width * height; i++) if ([0, 1, 2].some((c) => before[i * 3 + c] !== after[i * 3 + c])) found.push([i % width, Math.floor(i / width)]);
    return found;
  };

  it('touches only the edge under the nose of a head that nods', () => {
    const pixels = changed(14);
    expect(pixels.length).toBeGreaterThan(10);
    expect(pixels.length).toBeLessThan(600);
    for (const [x] of pixels) expect(Math.abs(x - landmarks[3])).toBeLessThan(0.2 * head.faceWidth);
  });

  it('leaves a nose alone that covers nothing', () => {
    expect(changed(1)).toEqual([]);
  });
});
