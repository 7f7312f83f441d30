import { describe, expect, test } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { channel, channelCount } from '../../../src/motion/channels.ts';
import { faceBounds } from '../../../src/render/skin/light.ts';
import { placeHead } from '../../../src/render/rig/head.ts';
import { analyseSource, createRenderer, type Renderer, type RenderSource } from '../../../src/render/renderer.ts';
import { isSame, makePortrait, psnr, shippedRig } from '../../support/portrait.ts';

const motionOf = (values: Partial<Record<keyof typeof channel, number>>): Float32Array => {
  const motion = new Float32Array(channelCount);
  for (const [name, value] of Object.entries(values)) motion[channel[name as keyof typeof channel]] = value;
  return motion;
};
const renderers = new Map<RenderSource, Renderer>();
/** Draws one frame; renderers are kept, for preparing a portrait is most of the work. */
const draw = (source: RenderSource, motion: Float32Array, activity?: number): Uint8Array => {
  const out = new Uint8Array(source.rgb.length);
  const renderer = renderers.get(source) ?? createRenderer(shippedRig(), source);
  renderers.set(source, renderer);
  renderer.render(motion, out, activity);
  return out;
};
const plain = makePortrait({ width: 192, height: 192, scale: 68 });
/** The face's part of a picture. */
const faceOf = (source: RenderSource, picture: Uint8Array): Uint8Array => {
  const [x0, x1, y0, y1] = faceBounds(placeHead(shippedRig(), source.landmarks), source.width, source.height);
  const rows = [];
  for (let y = y0; y < y1; y++) rows.push(...picture.subarray((y * source.width + x0) * 3, (y * source.width + x1) * 3));
  return Uint8Array.from(rows);
};

describe('createRenderer', () => {
  test('gives the picture back for zero motion, and all but back for next to none', () => {
    const source = plain;
    expect(isSame(draw(source, motionOf({})), source.rgb)).toBe(true);
    const nearly = draw(source, motionOf({ jawOpen: 1e-5 }), 0);
    expect(psnr(faceOf(source, nearly), faceOf(source, source.rgb))).toBeGreaterThan(40);
  });

  test('an open mouth at rest keeps its own inside', () => {
    const source = makePortrait({ width: 192, height: 192, scale: 75, expression: { [channel.jawOpen]: 0.35 } });
    const nearly = draw(source, motionOf({ jawOpen: 1e-5 }), 0);
    expect(psnr(faceOf(source, nearly), faceOf(source, source.rgb))).toBeGreaterThan(40);
  });

  test('moves the head where the motion says', () => {
    const source = makePortrait({ width: 192, height: 192, scale: 68 });
    // A white dot between the eyes travels with the head.
    const eye = Math.round(source.landmarks[168 * 3 + 1]) * source.width + Math.round(source.landmarks[168 * 3]);
    for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) source.rgb.fill(255, (eye + dy * source.width + dx) * 3, (eye + dy * source.width + dx) * 3 + 3);
    const whereIs = (picture: Uint8Array): [number, number] => {
      let [sum, sx, sy] = [0, 0, 0];
      for (let i = 0; i < picture.length; i += 3) {
        if (picture[i] < 240 || picture[i + 1] < 240 || picture[i + 2] < 240) continue;
        sum++;
        sx += (i / 3) % source.width;
        sy += Math.floor(i / 3 / source.width);
      }
      return [sx / sum, sy / sum];
    };
    const [x0, y0] = whereIs(source.rgb);
    const [xr, yr] = whereIs(draw(source, motionOf({ headX: 0.05, headY: 0.05 })));
    expect(xr - x0).toBeGreaterThan(3);
    expect(yr - y0).toBeLessThan(-3);
    expect(whereIs(draw(source, motionOf({ headYaw: 8 })))[0] - x0).toBeGreaterThan(3);
    expect(whereIs(draw(source, motionOf({ headPitch: 8 })))[1] - y0).toBeGreaterThan(3);
  });

  test('leaves what lies far from the head untouched', () => {
    const source = makePortrait({ width: 192, height: 240, scale: 40 });
    const out = draw(source, motionOf({ jawOpen: 0.6, headYaw: 10 }));
    expect(isSame(out, source.rgb)).toBe(false);
    expect(isSame(out.subarray(232 * 576), source.rgb.subarray(232 * 576))).toBe(true);
  });

  test('an open mouth shows something darker than skin', () => {
    const source = makePortrait({ width: 192, height: 192, scale: 68 });
    source.rgb.fill(170);
    const out = draw(source, motionOf({ jawOpen: 0.7 }));
    const middle = Math.round((source.landmarks[14 * 3 + 1] + source.landmarks[17 * 3 + 1]) / 2) * source.width + Math.round(source.landmarks[14 * 3]);
    expect(out[middle * 3 + 1]).toBeLessThan(110);
  });

  test('extreme motion of every channel still gives a picture', () => {
    const source = plain;
    for (let k = 0; k < channelCount; k++) {
      const motion = new Float32Array(channelCount);
      motion[k] = k < 52 ? 2 : 45;
      const out = draw(source, motion);
      // A frame of garbage would lose the picture's mean level.
      const mean = out.reduce((sum, value) => sum + value, 0) / out.length;
      expect(mean).toBeGreaterThan(60);
      expect(mean).toBeLessThan(180);
    }
  });

  test('a frame does not depend on the frames before it, so any number of threads draws the same film', () => {
    const source = plain;
    const motion = motionOf({ jawOpen: 0.3, headYaw: 4, eyeBlinkLeft: 0.6, mouthSmileLeft: 0.4 });
    const renderer = createRenderer(shippedRig(), source);
    const out = new Uint8Array(source.rgb.length);
    for (const value of [0.9, 0.1, 0.5]) renderer.render(motionOf({ jawOpen: value, headRoll: 20 * value, eyeBlinkRight: 1 - value }), out);
    renderer.render(motion, out);
    expect(isSame(out, draw(source, motion))).toBe(true);
  });

  test('warns of a small face and of a turned one', () => {
    expect(analyseSource(shippedRig(), makePortrait({ scale: 50 })).warnings).toEqual([expect.stringMatching(/^The face is \d+ pixels wide: under 128/)]);
    expect(analyseSource(shippedRig(), makePortrait({ scale: 130, yaw: 42 })).warnings).toEqual([expect.stringMatching(/^The face is turned by \d\d degrees: above 35/)]);
    expect(analyseSource(shippedRig(), makePortrait({ scale: 130, yaw: 30 })).warnings).toEqual([]);
  });

  test('finds the identity that made the landmarks', () => {
    const { identity } = analyseSource(shippedRig(), makePortrait({ scale: 120, identity: { 0: 2 } }));
    expect(identity[0]).toBeGreaterThan(1);
    expect(identity.length).toBe(40);
  });

  test('refuses a source whose arrays do not fit its size', () => {
    const source = makePortrait();
    expect(() => createRenderer(shippedRig(), { ...source, width: 255 })).toThrow(
      new AnimateError('bad-option', 'render source: expected 195840 bytes for 255 x 256 pixels, got 196608'),
    );
  });
});
