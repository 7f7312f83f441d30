import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../../src/motion/channels.ts';
import { signedDistance } from '../../../../src/render/drawing/geometry.ts';
import { loopOf } from '../../../../src/render/drawing/face.ts';
import { type Head, placeHead } from '../../../../src/render/rig/head.ts';
import { findOwnTeeth, ownToothAt } from '../../../../src/render/mouth/own-teeth.ts';
import { part } from '../../../../src/rig/rig.ts';
import { createRenderer } from '../../../../src/render/renderer.ts';
import { buildScene } from '../../../../src/render/scene.ts';
import { bitingEdge, placeTeeth, type ToothPlaces } from '../../../../src/render/mouth/teeth.ts';
import { makePortrait, shippedRig } from '../../../support/portrait.ts';

const rig = shippedRig();
const skin = [200, 150, 120];
const lip = [170, 80, 80];
const tooth = [225, 215, 195];
const inside = [40, 10, 10];

/** An open mouth on plain skin: `colour` fills its upper `share`, the dark the rest. */
function paintMouth(colour: readonly number[], share: number, jaw = 0.35): { portrait: ReturnType<typeof makePortrait>; head: Head; middle: [number, number]; gap: number } {
  const portrait = makePortrait({ width: 384, height: 384, scale: 170, expression: { [channel.jawOpen]: jaw } });
  const head = placeHead(rig, portrait.landmarks);
  const mouth = loopOf(head.rest, rig.upperLipSeam, rig.lowerLipSeam);
  const lips = loopOf(head.rest, rig.upperLipOuter, rig.lowerLipOuter);
  const at = (chain: Uint32Array): number => chain[chain.length >> 1] * 3;
  const top = head.rest[at(rig.upperLipSeam) + 1];
  const gap = head.rest[at(rig.lowerLipSeam) + 1] - top;
  const { rgb, width, height } = portrait;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isInside = signedDistance(mouth, x + 0.5, y + 0.5) > 0;
      rgb.set(isInside ? (y + 0.5 < top + share * gap ? colour : inside) : signedDistance(lips, x + 0.5, y + 0.5) > 0 ? lip : skin, (y * width + x) * 3);
    }
  }
  return { portrait, head, middle: [head.rest[at(rig.upperLipSeam)], top], gap };
}

const find = ({ portrait, head }: ReturnType<typeof paintMouth>): ReturnType<typeof findOwnTeeth> => findOwnTeeth(head, portrait.rgb, portrait.width, portrait.height, skin, lip);

describe('findOwnTeeth', () => {
  const painted = paintMouth(tooth, 0.5);
  const own = find(painted);

  test('finds a white row under the upper lip, where it ends and its colour', () => {
    expect(own).not.toBeNull();
    if (!own) return;
    const { middle, gap } = painted;
    expect(Math.abs(own.edge[1] - (middle[1] + 0.5 * gap))).toBeLessThan(1.5);
    expect(own.isCovered).toBe(false);
    for (let c = 0; c < 3; c++) expect(Math.abs(own.colour[c] - tooth[c])).toBeLessThan(3);
    expect(ownToothAt(own, middle[0], middle[1] + 0.25 * gap)).toBeGreaterThan(0.95);
    expect(ownToothAt(own, middle[0], middle[1] + 0.75 * gap)).toBe(0);
    expect(ownToothAt(own, middle[0], middle[1] - 4)).toBe(0);
  });

  test('says when the lower lip covers the edge', () => {
    expect(find(paintMouth(tooth, 2))?.isCovered).toBe(true);
  });

  test('takes a tongue, a dark mouth and closed lips for none', () => {
    expect(find(paintMouth([205, 110, 115], 0.6))).toBeNull();
    expect(find(paintMouth(inside, 1))).toBeNull();
    expect(find(paintMouth(tooth, 1, 0))).toBeNull();
  });

  test('the upper row of the rig ends where the picture shows it', () => {
    const scene = buildScene(rig, placeHead(rig, painted.portrait.landmarks), { ...painted.portrait, alpha: null });
    const places: ToothPlaces = { across: new Float32Array(rig.vertexCount), along: new Float32Array(rig.vertexCount), order: new Int8Array(rig.vertexCount).fill(-1) };
    placeTeeth(rig, part.upperTeeth, places);
    const edge = bitingEdge(scene.head, places, part.upperTeeth);
    expect(Math.abs(edge[1] - (painted.middle[1] + 0.5 * painted.gap))).toBeLessThan(3);
  });

  test('keeps the picture\'s teeth in place while the jaw moves', () => {
    const { portrait, middle, gap } = painted;
    const renderer = createRenderer(rig, { ...portrait, mask: null });
    const drawnAt = (jaw: number): number[] => {
      const motion = new Float32Array(channelCount);
      motion[channel.jawOpen] = jaw;
      const out = new Uint8Array(portrait.rgb.length);
      renderer.render(motion, out, 1);
      const p = (Math.round(middle[1] + 0.3 * gap) * portrait.width + Math.round(middle[0])) * 3;
      return Array.from(out.subarray(p, p + 3));
    };
    for (const jaw of [0.5, 0.9]) {
      const drawn = drawnAt(jaw);
      for (let c = 0; c < 3; c++) expect(Math.abs(drawn[c] - tooth[c])).toBeLessThan(60);
      expect(drawn[0] - drawn[1]).toBeLessThan(25);
    }
    expect(drawnAt(0)[0] - drawnAt(0)[1]).toBeGreaterThan(40);
  });
});
