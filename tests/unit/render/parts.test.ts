import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../src/motion/channels.ts';
import { createRenderer } from '../../../src/render/renderer.ts';
import { makePortrait, shippedRig } from '../../support/portrait.ts';

describe('parts', () => {
  const source = makePortrait({ width: 192, height: 192, scale: 68 });
  const renderer = createRenderer(shippedRig(), source);
  const out = new Uint8Array(source.rgb.length);
  const motion = new Float32Array(channelCount);

  test('there are none before a frame was drawn', () => {
    expect(() => renderer.parts()).toThrow(RangeError);
  });

  test('mouth and eyes lie around their landmarks, masks grow as they open and shut, normals face the viewer', () => {
    const drawn = (jawOpen: number, blink: number) => {
      motion[channel.jawOpen] = jawOpen;
      motion[channel.eyeBlinkLeft] = motion[channel.eyeBlinkRight] = blink;
      renderer.render(motion, out, 1);
      return renderer.parts();
    };
    const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
    const [open, shut] = [drawn(0.6, 0.01), drawn(0.01, 1)];
    expect(open.map(({ name }) => name)).toEqual(['mouth', 'rightEye', 'leftEye']);
    for (const [part, landmark] of [[open[0], 13], [open[1], 159], [open[2], 386]] as const) {
      const [x, y] = [source.landmarks[landmark * 3], source.landmarks[landmark * 3 + 1]];
      expect([x > part.x, x < part.x + part.width, y > part.y - 1, y < part.y + part.height]).toEqual([true, true, true, true]);
      expect(part.mask.length).toBe(part.width * part.height);
      expect(part.normals.length).toBe(part.mask.length * 3);
      const facing = part.normals.filter((_, i) => i % 3 === 2 && part.normals[i] !== 0);
      expect(facing.length).toBeGreaterThan(part.mask.length / 4);
      expect(facing.every((z) => z > 0)).toBe(true);
    }
    expect(sum(open[0].mask)).toBeGreaterThan(10 * sum(shut[0].mask) + 20);
    expect(sum(open[1].mask)).toBeGreaterThan(10 * sum(shut[1].mask) + 5);
  });
});
