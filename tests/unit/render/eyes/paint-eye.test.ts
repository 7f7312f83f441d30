import { createKernel } from '../../../../src/kernel/kernel.ts';
import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../../src/motion/channels.ts';
import { acrossEye, belowCorners, createCurve, heightAt, traceMargin } from '../../../../src/render/eyes/eye-axes.ts';
import { placeHead } from '../../../../src/render/rig/head.ts';
import { lashAt, measureLashes } from '../../../../src/render/eyes/lashes.ts';
import { buildLidSkin } from '../../../../src/render/eyes/lid-skin.ts';
import { buildEyePainter } from '../../../../src/render/eyes/paint-eye.ts';
import { createRenderer } from '../../../../src/render/renderer.ts';
import { buildScene } from '../../../../src/render/scene.ts';
import { createCanvas } from '../../../../src/render/drawing/surface.ts';
import { buildTexture } from '../../../../src/render/background/matte.ts';
import { makeEyes, skinTone } from '../../../support/eyes.ts';
import { psnr, shippedRig } from '../../../support/portrait.ts';

const rig = shippedRig();
const { portrait, eyes } = makeEyes();
const { width, height, rgb } = portrait;
const head = placeHead(rig, portrait.landmarks);
const scene = buildScene(rig, head, { ...portrait, alpha: null });
const canvas = createCanvas(createKernel(), width, height, rgb, buildTexture(rgb, width, height, null), null, scene.grid.rows, null);
const lid = scene.lids[0];
const renderer = createRenderer(rig, portrait, { matte: false });
const draw = (values: Partial<Record<keyof typeof channel, number>>, picture = renderer): Uint8Array => {
  const motion = new Float32Array(channelCount);
  for (const [name, value] of Object.entries(values)) motion[channel[name as keyof typeof channel]] = value;
  const out = new Uint8Array(rgb.length);
  picture.render(motion, out, 0);
  return out;
};
const blink = (value: number): Uint8Array => draw({ eyeBlinkLeft: value, eyeBlinkRight: value });

describe('an eye and its axes', () => {
  test('corners lie at 0 and 1, the upper margin above the lower one', () => {
    const [upper, lower] = [lid.upper, lid.lower].map((chain) => traceMargin(lid, chain, head.rest, null, createCurve(chain)));
    expect(upper.x[0]).toBeCloseTo(0, 5);
    expect(upper.x[upper.x.length - 1]).toBeCloseTo(1, 5);
    expect(upper.v[upper.v.length - 1]).toBeCloseTo(0, 5);
    expect(heightAt(upper, 0.5)).toBeLessThan(heightAt(lower, 0.5) - 0.15);
    const at = lid.lower[5] * 3;
    expect(acrossEye(lid, head.rest, head.rest[at], head.rest[at + 1])).toBeCloseTo(lower.x[5], 5);
    expect(belowCorners(lid, head.rest, head.rest[at], head.rest[at + 1])).toBeCloseTo(lower.v[5], 5);
  });
});

describe('buildLidSkin', () => {
  test('grows skin over the eye and its lashes', () => {
    const { colour } = buildLidSkin(head, lid, scene.glasses, canvas);
    for (let i = 0; i < colour.width * colour.height; i++) {
      if (colour.data[i * 4 + 3] < 200 * 64) continue;
      for (let c = 0; c < 3; c++) expect(Math.abs(colour.data[i * 4 + c] / 64 - skinTone[c])).toBeLessThan(12);
    }
  });
});

describe('lashAt', () => {
  const painter = buildEyePainter(scene, lid, canvas, [30, 20, 20]);
  const lashes = measureLashes(head, lid, painter.textures, painter.textures.skin, canvas, [30, 20, 20]);
  const at = (x: number, below: number): number => lashAt(lashes, painter.open, x, heightAt(painter.open, x) + below, 1, 1, 0.02);

  test('follows the margin and ends at the corners', () => {
    expect(at(0.5, 0)).toBeGreaterThan(0.8);
    expect(at(0.5, -0.1)).toBeLessThan(0.05);
    expect(at(0.5, 0.25)).toBeLessThan(1e-6);
    expect(at(-0.05, 0)).toBe(0);
    expect(at(1.05, 0)).toBe(0);
  });

  test('takes the colour of the lashes in the picture', () => {
    at(0.5, 0);
    expect(lashes.drawn[0]).toBeLessThan(70);
    expect(lashes.drawn[0]).toBeGreaterThan(lashes.drawn[2]);
  });
});

describe('paintEye', () => {
  /** Greys of one eye's middle, from well above it to below. */
  const column = (frame: Uint8Array): number[] => {
    const { centre, width: eyeWidth } = eyes[0];
    const x = Math.round(centre[0]);
    return Array.from({ length: Math.round(0.3 * eyeWidth) }, (_, k) => frame[((Math.round(centre[1] - 0.2 * eyeWidth) + k) * width + x) * 3]);
  };

  test('a shut eye is skin over one line of lashes: nothing of white or iris is left', () => {
    const greys = column(blink(1));
    const light = greys.filter((value) => value > 150).length;
    expect(light / greys.length).toBeGreaterThan(0.6);
    expect(Math.max(...greys)).toBeLessThan(skinTone[0] * 1.08);
    expect(Math.min(...column(blink(0)))).toBeLessThan(80);
  });

  test('closes without a jump', () => {
    const steps: number[] = [];
    let before = blink(0.02);
    for (let value = 0.04; value <= 1; value += 0.02) {
      const frame = blink(value);
      let sum = 0;
      for (let i = 0; i < frame.length; i++) sum += Math.abs(frame[i] - before[i]);
      steps.push(sum);
      before = frame;
    }
    const typical = [...steps].sort((a, b) => a - b)[steps.length >> 1];
    expect(Math.max(...steps)).toBeLessThan(3.5 * typical);
  });

  test('the catch light stays behind when the iris turns', () => {
    const places = [{}, { eyeLookOutLeft: 0.6, eyeLookInRight: 0.6 }].map((gaze) => {
      const frame = draw({ ...gaze, mouthLeft: 1e-4 });
      const { iris, width: eyeWidth } = eyes[0];
      let [light, lights, dark, darks] = [0, 0, 0, 0];
      for (let y = Math.round(iris[1] - 0.1 * eyeWidth); y < iris[1] + 0.1 * eyeWidth; y++) {
        for (let x = Math.round(iris[0] - 0.45 * eyeWidth); x < iris[0] + 0.45 * eyeWidth; x++) {
          const value = frame[(y * width + x) * 3];
          if (value > 235) [light, lights] = [light + x, lights + 1];
          if (value < 75) [dark, darks] = [dark + x, darks + 1];
        }
      }
      return { light: light / lights, iris: dark / darks };
    });
    const turned = Math.abs(places[1].iris - places[0].iris);
    expect(turned).toBeGreaterThan(3);
    expect(Math.abs(places[1].light - places[0].light)).toBeLessThan(0.6 * turned);
  });

  test('nothing moves behind dark lenses', () => {
    const dark = makeEyes({ glasses: 0.8, dark: true }).portrait;
    const hidden = createRenderer(rig, dark, { matte: false });
    const frame = draw({ eyeBlinkLeft: 1, eyeBlinkRight: 1, eyeLookOutLeft: 1 }, hidden);
    expect(psnr(frame, dark.rgb)).toBeGreaterThan(60);
    expect(psnr(blink(1), rgb)).toBeLessThan(40);
  });
});
