/** The line of lashes on a moving lid: the open eye's own lashes are measured, and drawn again along the margin wherever it goes. */
import { lumaOf } from '../drawing/luma.ts';
import { type Curve, createCurve, heightAt, traceMargin } from './eye-axes.ts';
import { clamp, smoothStep } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';
import type { LidSkin } from './lid-skin.ts';
import type { Lid } from './lids.ts';
import type { Colour } from '../skin/light.ts';
import type { Canvas } from '../drawing/surface.ts';
import { sampleCubic } from '../drawing/texture.ts';

const columns = 33;

/** [columns] along the eye, widths and lengths in eye widths. */
export interface Lashes {
  /** [columns, 3] */
  colour: Float32Array;
  /** How dark the line is against the skin, 0..1 */
  strength: Float32Array;
  thickness: Float32Array;
  length: Float32Array;
  /** Scratch of one pixel: colour, and how much of it covers */
  drawn: Float64Array;
}

/** A closed eye shows at least such a line, of skin in shade. */
const leastStrength = 0.85;
const thinnest = 0.024;
const thickest = 0.04;
const longest = 0.11;
const step = 0.01;

/** `corner`: the crop's top left corner in the picture; fallback: colour of lashes that cannot be seen. */
export function measureLashes(head: Head, lid: Lid, corner: { x: number; y: number }, skin: LidSkin, canvas: Canvas, fallback: Colour): Lashes {
  const upper = traceMargin(lid, lid.upper, head.rest, null, createCurve(lid.upper));
  const colour = new Float32Array(columns * 3);
  const strength = new Float32Array(columns);
  const thickness = new Float32Array(columns);
  const length = new Float32Array(columns);
  const seen = new Float64Array(4);
  const bare = new Float64Array(4);
  const origin = lid.upper[0] * 3;
  for (let k = 0; k < columns; k++) {
    const across = k / (columns - 1);
    let sum = 0;
    let hairs = 0;
    const mean = [0, 0, 0];
    let weights = 0;
    for (let offset = -0.2; offset < 0.025; offset += step) {
      const v = heightAt(upper, across) + offset;
      const x = head.rest[origin] + lid.width * (across * lid.down[1] + v * lid.down[0]);
      const y = head.rest[origin + 1] + lid.width * (-across * lid.down[0] + v * lid.down[1]);
      sampleCubic(canvas.texture, x, y, seen);
      sampleCubic(skin.colour, x - corner.x, y - corner.y, bare);
      const dark = clamp(1 - lumaOf(seen) / Math.max(8, lumaOf(bare)), 0, 1);
      if (offset > -0.07) {
        sum += dark * step;
        strength[k] = Math.max(strength[k], dark);
        for (let c = 0; c < 3; c++) mean[c] += dark * dark * dark * seen[c];
        weights += dark * dark * dark;
      } else hairs += dark * step;
    }
    for (let c = 0; c < 3; c++) {
      const shaded = 0.45 * bare[c] + 0.15 * fallback[c];
      colour[k * 3 + c] = Math.min((mean[c] + 0.02 * shaded) / (weights + 0.02), 0.3 * bare[c]);
    }
    thickness[k] = clamp(0.5 * (sum / (strength[k] || 1)), thinnest, thickest);
    length[k] = clamp(0.03 + 1.2 * hairs, 0, longest) * smoothStep(0.15, 0.5, strength[k]);
    strength[k] = Math.max(leastStrength, strength[k]);
  }
  const lashes = { colour, strength, thickness, length, drawn: new Float64Array(4) };
  for (const [values, stride] of [[colour, 3], [strength, 1], [thickness, 1], [length, 1]] as const) for (let pass = 0; pass < 4; pass++) smoothColumns(values, stride);
  return lashes;
}

function smoothColumns(values: Float32Array, stride: number): void {
  const old = values.slice();
  for (let i = 0; i < values.length; i++) {
    const before = old[i - stride] ?? old[i];
    const after = old[i + stride] ?? old[i];
    values[i] = 0.25 * before + 0.5 * old[i] + 0.25 * after;
  }
}

/** Hairs across the eye. */
const hairCount = 34;

/**
 * The lash line at (x, v) of the eye's axes, for a lid whose margin is `margin`; closure 0..1. Writes colour and cover to `lashes.drawn`; returns the cover.
 * `pixel`: a pixel in eye widths.
 */
export function lashAt(lashes: Lashes, margin: Curve, x: number, v: number, closure: number, form: number, pixel: number): number {
  const { colour, strength, thickness, length, drawn } = lashes;
  drawn[3] = 0;
  if (x < -0.02 || x > 1.02) return 0;
  const slope = (heightAt(margin, x + 0.03) - heightAt(margin, x - 0.03)) / 0.06;
  const below = (v - heightAt(margin, x)) / Math.sqrt(1 + slope * slope);
  if (below < -0.12 || below > 0.3) return 0;
  const place = clamp(x, 0, 1) * (columns - 1);
  const k = Math.min(columns - 2, Math.floor(place));
  const share = place - k;
  const mix = (values: Float32Array): number => values[k] + (values[k + 1] - values[k]) * share;
  // A margin that runs steeply up to its corner is no place for lashes.
  const taper = smoothStep(-0.02, 0.16, x) * smoothStep(-0.02, 0.12, 1 - x) * (1 - smoothStep(0.6, 1.3, Math.abs(slope)));
  const wide = Math.max(mix(thickness) * (0.4 + 0.6 * taper), 0.55 * pixel);
  const line = mix(strength) * taper * Math.exp(-((below / wide) ** 2));
  let hairs = 0;
  const reach = mix(length) * closure * taper;
  if (below > 0 && reach > pixel) {
    // Hairs lean away from the eye's middle, and end in points.
    const at = (x - 0.5) * hairCount * (1 - 0.9 * below);
    const hair = 0.5 + 0.5 * Math.cos(2 * Math.PI * (at + 0.3 * Math.sin(1.7 * at)));
    hairs = 0.7 * form * mix(strength) * clamp(1 - below / reach, 0, 1) * (0.45 + 0.55 * hair);
  }
  for (let c = 0; c < 3; c++) drawn[c] = colour[k * 3 + c] + (colour[k * 3 + 3 + c] - colour[k * 3 + c]) * share;
  drawn[3] = Math.max(line, hairs);
  return drawn[3];
}
