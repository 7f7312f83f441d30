import { expect, test } from 'vitest';
import { channel, channelCount } from '../../../src/motion/channels.ts';
import { renderFrames } from '../../../src/render/pool.ts';
import { channelsOf, createRenderer, type RenderSource } from '../../../src/render/renderer.ts';
import { makePortrait, rigFile, shippedRig } from '../../support/portrait.ts';

/** The made portrait, cut out with a soft edge. */
function cutout(): RenderSource & { alpha: Uint8Array } {
  const source = makePortrait({ width: 160, height: 160, scale: 50 });
  const alpha = Uint8Array.from({ length: 160 * 160 }, (_, i) => {
    const radius = Math.hypot((i % 160) - 80, (Math.floor(i / 160) - 84) * 0.8);
    return Math.max(0, Math.min(255, Math.round((62 - radius) * 64)));
  });
  return { ...source, mask: null, alpha };
}

function motionOf(weights: Partial<Record<keyof typeof channel, number>>): Float32Array {
  const motion = new Float32Array(channelCount);
  for (const [name, weight] of Object.entries(weights)) motion[channel[name as keyof typeof channel]] = weight;
  return motion;
}

const alphaOf = (frame: Uint8Array): Uint8Array => frame.filter((_, i) => i % 4 === 3);

test('without motion the picture comes back with its alpha, byte for byte', () => {
  const source = cutout();
  const out = new Uint8Array(160 * 160 * 4);
  createRenderer(shippedRig(), source).render(new Float32Array(channelCount), out);
  expect(channelsOf(source)).toBe(4);
  expect(Buffer.compare(alphaOf(out), source.alpha)).toBe(0);
  expect(Buffer.compare(out.filter((_, i) => i % 4 !== 3), source.rgb)).toBe(0);
});

test('alpha moves with the head: the whole outline, nothing inside becomes transparent, nothing outside opaque', () => {
  const source = cutout();
  const renderer = createRenderer(shippedRig(), source);
  const out = new Uint8Array(160 * 160 * 4);
  const middle = (plane: Uint8Array): number => {
    let [sum, at] = [0, 0];
    for (let i = 0; i < 90 * 160; i++) {
      sum += plane[i];
      at += plane[i] * (i % 160);
    }
    return at / sum;
  };
  renderer.render(motionOf({ headX: 0.06, jawOpen: 0.5, eyeBlinkLeft: 1, eyeBlinkRight: 1 }), out);
  const moved = alphaOf(out);
  expect(middle(moved) - middle(source.alpha)).toBeGreaterThan(2); // pixels to the right
  for (let y = 50; y < 110; y++) for (let x = 55; x < 110; x++) expect(moved[y * 160 + x]).toBe(255);
  expect(moved[0] + moved[159] + moved[80]).toBe(0);
  // The soft edge stays as wide as it was.
  const soft = (plane: Uint8Array): number => plane.filter((value) => value > 0 && value < 255).length;
  expect(soft(moved) / soft(source.alpha)).toBeGreaterThan(0.8);
  expect(soft(moved) / soft(source.alpha)).toBeLessThan(1.3);
});

test('colours of the edge are the person’s, whatever lies beside it', () => {
  const source = cutout();
  source.rgb.fill(120);
  const out = new Uint8Array(160 * 160 * 4);
  createRenderer(shippedRig(), source).render(motionOf({ headX: 0.06 }), out);
  for (let i = 0; i < out.length; i += 4) if (out[i + 3] > 0 && out[i + 3] < 255) expect(Math.abs(out[i] - 120)).toBeLessThanOrEqual(12); // relighting at most
});

test('renderFrames gives four channels', async () => {
  async function* once(): AsyncGenerator<Float32Array> {
    yield new Float32Array(channelCount);
  }
  for await (const frame of renderFrames(rigFile(), cutout(), once(), { threads: 0 })) expect(frame.length).toBe(160 * 160 * 4);
});

test('alpha of another size is refused', () => {
  expect(() => createRenderer(shippedRig(), { ...cutout(), alpha: new Uint8Array(5) })).toThrow('render source: expected 25600 bytes of alpha, got 5');
});
