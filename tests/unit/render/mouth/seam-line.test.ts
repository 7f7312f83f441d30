import { describe, expect, it } from 'vitest';
import { channel, channelCount } from '../../../../src/motion/channels.ts';
import { placeHead } from '../../../../src/render/rig/head.ts';
import { buildScene, poseScene } from '../../../../src/render/scene.ts';
import { lineWidth } from '../../../../src/render/mouth/seam-line.ts';
import { makePortrait, shippedRig } from '../../../support/portrait.ts';

describe('lineWidth', () => {
  it('is where most of a dark line is gone', () => {
    // A Gaussian line of 60 levels, sigma 2: a quarter of it is left at 2 · sqrt(2 ln 4) = 3.33 pixels.
    const width = lineWidth((d) => 150 - 60 * Math.exp(-(d * d) / 8), 12);
    expect(width).toBeGreaterThan(3);
    expect(width).toBeLessThan(4.1);
  });

  it('finds light edges, of teeth, as well', () => {
    expect(lineWidth((d) => (d < 2 ? 220 : 120), 10)).toBeCloseTo(2, 0);
  });

  it('is 0 where lips have no line', () => {
    expect(lineWidth((d) => 120 + 0.1 * d, 10)).toBe(0);
  });
});

describe('clearSeamLine', () => {
  const rig = shippedRig();
  const portrait = makePortrait({ scale: 120 });
  const head = placeHead(rig, portrait.landmarks);
  // Skin with a dark line along the lips' seam.
  const seam = Array.from(rig.upperLipSeam, (v) => [head.rest[v * 3], head.rest[v * 3 + 1]]);
  for (let y = 0; y < portrait.height; y++) {
    for (let x = 0; x < portrait.width; x++) {
      const near = Math.min(...seam.map(([sx, sy]) => Math.hypot(x + 0.5 - sx, y + 0.5 - sy)));
      portrait.rgb.set([170, 110, 100].map((value) => value - 70 * Math.exp(-(near * near) / 3)), (y * portrait.width + x) * 3);
    }
  }
  const scene = buildScene(rig, head, { ...portrait, alpha: null });
  const middle = rig.lowerLipSeam[rig.lowerLipSeam.length >> 1];
  const sourceAt = (jawOpen: number, activity: number): number => {
    const motion = new Float32Array(channelCount);
    motion[channel.jawOpen] = jawOpen;
    poseScene(scene, motion, activity);
    return scene.face.mesh.attributes[middle * 4 + 1] - scene.face.source[middle * 2 + 1];
  };

  it('leaves shut lips their line, and takes it off lips that are apart', () => {
    expect(sourceAt(0, 1)).toBeCloseTo(0, 3);
    expect(sourceAt(0.5, 1)).toBeGreaterThan(0.8);
    expect(sourceAt(0.5, 1)).toBeLessThan(4);
  });

  it('comes in smoothly', () => {
    const steps = Array.from({ length: 40 }, (_, k) => sourceAt(k * 0.01, 1));
    for (let k = 1; k < steps.length; k++) expect(Math.abs(steps[k] - steps[k - 1])).toBeLessThan(0.35);
  });
});
