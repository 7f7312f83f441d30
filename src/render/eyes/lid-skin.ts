/** The skin of a closed lid, made from the skin around the open eye: without lashes, with the picture's grain. */
import { lumaOf, lumaPlane } from '../drawing/luma.ts';
import { acrossEye, belowCorners, createCurve, heightAt, traceMargin } from './eye-axes.ts';
import { cropOf, planesOf, textureOf } from './eye-textures.ts';
import { blurGaussian, fillUnknown } from '../drawing/filters.ts';
import { clamp, signedDistance, smoothStep } from '../drawing/geometry.ts';
import { type Glasses, rimAt } from './glasses.ts';
import type { Head } from '../rig/head.ts';
import type { Lid } from './lids.ts';
import type { Canvas } from '../drawing/surface.ts';
import type { Texture } from '../drawing/texture.ts';

export interface LidSkin {
  /** In the crop of eye-textures.ts: skin; fourth channel 255 where the open eye's lid and lashes are, 0 elsewhere */
  colour: Texture;
  /** The picture's fine texture, in grey levels, first channel; fourth channel above 0 where a blink can change skin at all */
  grain: Texture;
  /** How much form a lid may be shaded with, 0..1: none in a line drawing */
  form: number;
}

/** Distances from the open eye, in eye widths: skin begins; lashes reach; what is made ends. */
const skinFrom = 0.02;
const skinTo = 0.07;
const lashesFrom = 0.17;
const lashesTo = 0.29;
/** Lashes drawn on a lowered lid reach skin under the eye this far. */
const changedTo = 0.18;
/** Structures narrower than twice this are lashes and liner, not shade. */
const lashRadius = 0.13;
/** Near the eye, skin darker than this share of the skin around it lies in the lashes' shadow, which a shut lid does not. */
const shadowFrom = 0.55;
const shadowTo = 0.92;

export function buildLidSkin(head: Head, lid: Lid, glasses: Glasses, canvas: Canvas): LidSkin {
  const crop = cropOf(head, lid, canvas);
  const { loop, x, y, w, h } = crop;
  const size = w * h;
  const planes = planesOf(crop, canvas);
  const upper = traceMargin(lid, lid.upper, head.rest, null, createCurve(lid.upper));
  const outside = new Float32Array(size);
  const above = new Float32Array(size);
  const across = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const px = x + (i % w) + 0.5;
    const py = y + Math.floor(i / w) + 0.5;
    outside[i] = -signedDistance(loop, px, py) / lid.width;
    across[i] = acrossEye(lid, head.rest, px, py);
    above[i] = heightAt(upper, across[i]) - belowCorners(lid, head.rest, px, py);
  }
  const luma = lumaPlane(planes);
  const closed = closeDark(luma, outside, w, h, Math.max(2, Math.round(lashRadius * lid.width)));
  const form = formOf(luma);
  const around = mostlyAround(luma, outside);
  const known = new Float32Array(size);
  const mask = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    // At the corners and beyond them lashes and liner reach below the margin too.
    const beyond = Math.max(-across[i], across[i] - 1);
    const lower = 0.06 * smoothStep(-0.12, -0.02, beyond) + 0.07 * smoothStep(0, 0.08, beyond);
    const isAbove = outside[i] < 0 ? 1 - smoothStep(0.03, 0.07, -above[i] - 1.5 * lower) : smoothStep(-0.03, 0.03, above[i] + lower);
    const near = isAbove * (1 - smoothStep(lashesFrom - 0.1 * (1 - form), lashesTo - 0.16 * (1 - form), outside[i]));
    // Lines of a drawing are nowhere skin, and the white of an eye (landmarks may lie beside the margin) is not either.
    // Under the eye lie lower lashes and the lid's wet edge: nothing of them for the upper lid.
    const doubted = Math.max(near, 1 - smoothStep(0.12, 0.2, outside[i]), (1 - form) * (1 - smoothStep(0.4, 0.5, outside[i])));
    const white = (1 - smoothStep(0.06, 0.1, outside[i])) * form * smoothStep(1.08, 1.25, luma[i] / around);
    const darker = (closed[i] - luma[i]) / Math.max(20, closed[i]);
    const lit = smoothStep(shadowFrom + 0.4 * (1 - form), shadowTo + 0.08 * (1 - form), luma[i] / around);
    const believed = 1 - doubted * (1 - lit * (1 - white) * (1 - smoothStep(0.02, 0.08, darker)));
    // Half believed pixels are many, and would grey the lid: they count for little.
    known[i] = smoothStep(0.5, 1, smoothStep(skinFrom, skinTo, outside[i]) * believed) + 1e-7;
    mask[i] = near * (1 - rimAt(glasses, x + (i % w) + 0.5, y + Math.floor(i / w) + 0.5));
  }
  const lit = known.map((k, i) => k * smoothStep(0.8, 0.95, luma[i] / around) * (1 - smoothStep(1.15, 1.35, luma[i] / around)));
  const sure = inner(known, w, h, Math.max(1, Math.round(0.03 * lid.width)));
  const filled = lighten(fillUnknown(planes, known, w, h), planes, sure, lit, w, h, lightReach * lid.width);
  const soft = filled.map((plane) => blurGaussian(plane, w, h, 0.035 * lid.width));
  const sharp = sure.map((k, i) => k * smoothStep(0.1, 0.28, outside[i]));
  const colour = textureOf(soft.map((plane, c) => plane.map((value, i) => value + (filled[c][i] - value) * sharp[i])), w, h, mask);
  return { colour, grain: grainOf(crop, lid, canvas, mask.map((value, i) => (value > 0.004 || outside[i] < changedTo ? 1 : 0))), form };
}

/** The lid takes its colour from lit skin within about this far, eye widths; and by this share: the rest comes from its very border, which lies in shade. */
const lightReach = 0.18;
const lightShare = 0.75;

/** Moves what was filled into the eye towards the mean of lit skin around it (normalised convolution; Knutsson and Westin 1993). All [h, w]; `lit`: 0..1. */
function lighten(filled: readonly Float32Array[], planes: readonly Float32Array[], known: Float32Array, lit: Float32Array, w: number, h: number, sigma: number): Float32Array[] {
  const weights = blurGaussian(lit, w, h, sigma);
  return filled.map((plane, c) => {
    const sums = blurGaussian(planes[c].map((value, i) => value * lit[i]), w, h, sigma);
    return plane.map((value, i) => {
      const share = lightShare * (1 - smoothStep(0.5, 1, known[i])) * smoothStep(0.005, 0.05, weights[i]);
      return share > 0 ? value + (sums[i] / weights[i] - value) * share : value;
    });
  });
}

/** Luma of the better lit skin in a ring about the eye. */
function mostlyAround(luma: Float32Array, outside: Float32Array): number {
  const ring = luma.filter((_, i) => outside[i] > 0.1 && outside[i] < 0.35).sort();
  return Math.max(10, ring[Math.floor(0.6 * ring.length)] ?? 128);
}

/** Grey closing (Serra 1982: dilation, then erosion) of the skin alone: dark lines narrower than the window go, wide shade stays. outside [h, w]: below 0.03 no skin. */
function closeDark(luma: Float32Array, outside: Float32Array, w: number, h: number, radius: number): Float32Array {
  const skin = luma.map((value, i) => (outside[i] < 0.03 ? -1 : value));
  const wide = extremes(extremes(skin, w, h, radius, 1, 1), w, h, radius, w, 1);
  const high = wide.map((value) => (value < 0 ? 1e3 : value));
  return extremes(extremes(high, w, h, radius, 1, -1), w, h, radius, w, -1);
}

/** Known places without their border, where tips of lashes are half known; the new border is soft. */
function inner(known: Float32Array, w: number, h: number, radius: number): Float32Array {
  return blurGaussian(extremes(extremes(known, w, h, radius, 1, -1), w, h, radius, w, -1), w, h, 0.7 * radius);
}

/** Largest (sign 1) or smallest (sign -1) value within `radius` along one axis: step 1 along rows, w along columns. */
function extremes(plane: Float32Array, w: number, h: number, radius: number, step: number, sign: number): Float32Array {
  const out = new Float32Array(plane.length);
  for (let i = 0; i < plane.length; i++) {
    const place = step === 1 ? i % w : Math.floor(i / w);
    const length = step === 1 ? w : h;
    let best = -1e9;
    for (let k = -Math.min(radius, place); k <= Math.min(radius, length - 1 - place); k++) best = Math.max(best, sign * plane[i + k * step]);
    out[i] = sign * best;
  }
  return out;
}

/** The lid takes its grain from the cheek this far below it, eye widths. */
const grainFrom = 0.55;

/** Fine texture of the skin under the eye, brought up over it; what stands out further than grain does (wrinkles, rims) is cut. */
function grainOf({ x, y, w, h }: ReturnType<typeof cropOf>, lid: Lid, { rgb, width, height }: Canvas, changed: Float32Array): Texture {
  const luma = Float32Array.from({ length: w * h }, (_, i) => {
    const px = clamp(Math.round(x + (i % w) + grainFrom * lid.width * lid.down[0]), 0, width - 1);
    const py = clamp(Math.round(y + Math.floor(i / w) + grainFrom * lid.width * lid.down[1]), 0, height - 1);
    return lumaOf(rgb, (py * width + px) * 3);
  });
  const smooth = blurGaussian(luma, w, h, Math.max(0.8, 0.015 * lid.width));
  const fine = luma.map((value, i) => value - smooth[i]);
  const spread = Float32Array.from(fine, Math.abs).sort()[fine.length >> 1] * 1.48;
  const cut = fine.map((value) => clamp(value, -1.6 * spread, 1.6 * spread));
  return textureOf([cut, cut, cut], w, h, changed);
}

/** Photographs have middle greys everywhere; a drawing in lines has next to none. */
function formOf(luma: Float32Array): number {
  let low = 255;
  let high = 0;
  for (const value of luma) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  let middle = 0;
  for (const value of luma) if (value > low + 0.2 * (high - low) && value < high - 0.2 * (high - low)) middle++;
  return smoothStep(0.2, 0.3, middle / luma.length);
}
