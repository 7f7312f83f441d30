/** Where skin folds when the face moves: lines on the picture through MediaPipe's landmarks, and which motion folds them. */
import { channel } from '../../motion/channels.ts';
import type { Head } from '../rig/head.ts';

export interface CreaseLine {
  /** [n, 2] pixels; the skin bulges on the left of the way along it (y down) */
  points: Float64Array;
  /** Standard deviation of the valley, and reach of the skin that belongs to it, face heights */
  width: number;
  reach: number;
  /** How dark the valley gets (natural logarithm) */
  depth: number;
  /** Shares of the length over which the line comes and goes */
  fadeIn: number;
  fadeOut: number;
}

export interface CreaseGroup {
  name: string;
  /** Channels that fold it, with their shares: together 1 at the motion of a full expression; negative: smooth what is folded */
  weights: readonly (readonly [number, number])[];
  lines: CreaseLine[];
}

type Point = readonly [number, number];

/** Landmarks of the image's left half and their mirror images. */
const mirrored: Record<number, number> = {
  33: 263, 133: 362, 129: 358, 203: 423, 206: 426, 216: 436, 212: 432, 61: 291, 57: 287, 43: 273, 107: 336, 55: 285, 66: 296, 105: 334, 63: 293, 70: 300,
  54: 284, 103: 332, 67: 297, 109: 338, 202: 422, 204: 424, 211: 431, 23: 253, 24: 254, 22: 252, 110: 339, 26: 256, 228: 448, 229: 449, 230: 450, 231: 451, 232: 452,
  122: 351, 196: 419, 193: 417, 83: 313, 182: 406, 201: 421, 194: 418, 92: 322, 186: 410, 50: 280, 205: 425, 98: 327, 208: 428, 199: 199,
}; // biome-ignore format: a table

const samplesPerSpan = 8;

/** A smooth curve through points (Catmull-Rom), [n, 2]. */
function curveThrough(points: readonly Point[]): Float64Array {
  const out: number[] = [];
  for (let k = 0; k < points.length - 1; k++) {
    const [a, b, c, d] = [points[Math.max(0, k - 1)], points[k], points[k + 1], points[Math.min(points.length - 1, k + 2)]];
    for (let i = 0; i < samplesPerSpan; i++) {
      const t = i / samplesPerSpan;
      for (let axis = 0; axis < 2; axis++) {
        const [p, q, r, s] = [a[axis], b[axis], c[axis], d[axis]];
        out.push(q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p))));
      }
    }
  }
  out.push(...points[points.length - 1]);
  return Float64Array.from(out);
}

/** Skin is not drawn with a ruler: a line wanders by this much, face heights, a short one less. */
const wander = 0.0032;
const wanderingLength = 0.2;

function wanderOff(points: Float64Array, seed: number, amount: number): Float64Array {
  const n = points.length / 2;
  const out = points.slice();
  for (let i = 0; i < n; i++) {
    const from = Math.max(0, i - 1) * 2;
    const to = Math.min(n - 1, i + 1) * 2;
    const dx = points[to] - points[from];
    const dy = points[to + 1] - points[from + 1];
    const length = Math.hypot(dx, dy) || 1;
    const t = i / (n - 1);
    const shift = amount * (0.6 * Math.sin(6.3 * t + seed * 2.4) + 0.4 * Math.sin(15.7 * t + seed * 5.1));
    out[i * 2] -= (dy / length) * shift;
    out[i * 2 + 1] += (dx / length) * shift;
  }
  return out;
}

/** The lines of one portrait. */
export function layCreases(head: Head): CreaseGroup[] {
  const { landmarks, faceHeight, up } = head;
  const groups: CreaseGroup[] = [];
  const mix = (a: Point, b: Point, t: number): Point => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
  let seed = 0;
  const line = (points: readonly Point[], turned: boolean, shape: Partial<CreaseLine> & Pick<CreaseLine, 'width' | 'depth'>): CreaseLine => {
    const way = turned ? [...points].reverse() : points;
    const { fadeIn = 0.3, fadeOut = 0.3, reach = 0.02, width, depth } = shape;
    const span = Math.hypot(way[0][0] - way[way.length - 1][0], way[0][1] - way[way.length - 1][1]);
    return { points: wanderOff(curveThrough(way), ++seed, wander * Math.min(faceHeight, span / wanderingLength)), width, depth, reach, fadeIn: turned ? fadeOut : fadeIn, fadeOut: turned ? fadeIn : fadeOut };
  };
  const centre = (i: number): Point => [landmarks[i * 3], landmarks[i * 3 + 1]];
  for (const side of ['Right', 'Left'] as const) {
    const isLeft = side === 'Left'; // of the person: on the image's right
    const at = (i: number): Point => centre(isLeft ? (mirrored[i] ?? i) : i);
    const of = (name: string): number => channel[`${name}${side}` as keyof typeof channel];
    // From the wing of the nose round the corner of the mouth; the cheek bulges over it.
    const fold = [mix(at(129), at(203), 0.12), mix(at(129), at(203), 0.55), mix(at(203), at(206), 0.4), mix(at(206), at(216), 0.4), mix(at(216), at(212), 0.25), mix(at(212), at(57), 0.4)];
    groups.push({
      name: `nasolabial${side}`,
      weights: [[of('mouthSmile'), 0.8], [of('cheekSquint'), 0.25], [of('noseSneer'), 0.4], [of('mouthStretch'), 0.2], [of('mouthDimple'), 0.3]],
      lines: [line(fold, !isLeft, { width: 0.009, reach: 0.028, depth: 0.32, fadeIn: 0.2, fadeOut: 0.85 })],
    });
    // From the outer corner of the eye.
    const [inner, outer] = [at(133), at(33)];
    const length = Math.hypot(outer[0] - inner[0], outer[1] - inner[1]) || 1;
    const e: Point = [(outer[0] - inner[0]) / length, (outer[1] - inner[1]) / length];
    const crow = [[28, 0.05, 0.8], [6, 0.055, 1], [-16, 0.06, 1], [-38, 0.05, 0.8]].map(([degrees, far, share]) => {
      const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      const go: Point = [e[0] * c + up[0] * s, e[1] * c + up[1] * s];
      const from = 0.024 * faceHeight;
      const to = from + far * faceHeight;
      const bend = (t: number): Point => [outer[0] + go[0] * t - up[0] * t * t * 1.6 / faceHeight, outer[1] + go[1] * t - up[1] * t * t * 1.6 / faceHeight];
      return line([bend(from), bend(from + (to - from) * 0.5), bend(to)], isLeft, { width: 0.0038, reach: 0.014, depth: 0.13 * share, fadeIn: 0.4, fadeOut: 0.6 });
    });
    groups.push({ name: `crow${side}`, weights: [[of('cheekSquint'), 0.7], [of('eyeSquint'), 0.5], [of('mouthSmile'), 0.15]], lines: crow });
    // Under the lower lid.
    const pouch = [mix(at(110), at(228), 0.35), mix(at(24), at(229), 0.5), mix(at(23), at(230), 0.5), mix(at(22), at(231), 0.5), mix(at(26), at(232), 0.5)];
    groups.push({ name: `pouch${side}`, weights: [[of('cheekSquint'), 0.6], [of('eyeSquint'), 0.7]], lines: [line(pouch, isLeft, { width: 0.0055, reach: 0.012, depth: 0.13, fadeIn: 0.35, fadeOut: 0.35 })] });
    // Between the brows, upright.
    const stand = [mix(at(193), at(55), 0.65), mix(at(55), centre(8), 0.42), mix(at(107), centre(9), 0.45), mix(mix(at(107), centre(9), 0.35), centre(151), 0.45)];
    const slant = [mix(at(66), at(107), 0.5), mix(mix(at(107), at(66), 0.3), mix(at(109), at(67), 0.5), 0.2)];
    groups.push({
      name: `glabella${side}`,
      weights: [[of('browDown'), 1], [channel.browInnerUp, -0.3]],
      lines: [line(stand, isLeft, { width: 0.0055, reach: 0.02, depth: 0.24, fadeIn: 0.35, fadeOut: 0.5 }), line(slant, isLeft, { width: 0.009, reach: 0.012, depth: 0.07, fadeIn: 0.5, fadeOut: 0.5 })],
    });
    groups.push({
      name: `sneer${side}`,
      weights: [[of('noseSneer'), 1.1], [of('browDown'), 0.15]],
      lines: [0, 0.5].map((t) => line([mix(at(193), centre(168), 0.25 + 0.2 * t), mix(at(122), at(196), 0.25 + 0.5 * t), mix(mix(at(122), at(196), 0.1), at(129), 0.25 + 0.1 * t)], isLeft, { width: 0.0045, reach: 0.01, depth: 0.09, fadeIn: 0.5, fadeOut: 0.5 })),
    });
    // Beside and below the corner of the mouth.
    const far = mix(at(57), at(212), 0.2);
    groups.push({
      name: `dimple${side}`,
      weights: [[of('mouthDimple'), 0.9], [of('mouthSmile'), 0.25], [of('mouthPress'), 0.35]],
      lines: [line([mix(far, at(186), 0.55), far, mix(far, at(43), 0.6)], !isLeft, { width: 0.007, reach: 0.012, depth: 0.17, fadeIn: 0.5, fadeOut: 0.5 })],
    });
    groups.push({
      name: `marionette${side}`,
      weights: [[of('mouthFrown'), 1], [channel.mouthShrugLower, 0.2]],
      lines: [line([mix(at(57), at(43), 0.4), mix(at(43), at(202), 0.35), mix(at(202), at(204), 0.3), mix(at(211), at(204), 0.35)], !isLeft, { width: 0.0065, reach: 0.018, depth: 0.17, fadeIn: 0.35, fadeOut: 0.55 })],
    });
    // The outer half of the forehead.
    groups.push({ name: `forehead${side}`, weights: [[of('browOuterUp'), 0.9]], lines: foreheadLines(isLeft ? [0.46, 1] : [0, 0.54], 0.45) });
  }
  groups.push({ name: 'forehead', weights: [[channel.browInnerUp, 1], [channel.browOuterUpLeft, 0.12], [channel.browOuterUpRight, 0.12], [channel.browDownLeft, -0.3], [channel.browDownRight, -0.3]], lines: foreheadLines([0.17, 0.83], 0.35) });
  groups.push({
    name: 'root',
    weights: [[channel.browDownLeft, 0.45], [channel.browDownRight, 0.45], [channel.noseSneerLeft, 0.3], [channel.noseSneerRight, 0.3]],
    lines: [line([mix(centre(193), centre(168), 0.45), mix(centre(168), centre(8), 0.2), mix(centre(417), centre(168), 0.45)], false, { width: 0.0055, reach: 0.012, depth: 0.13, fadeIn: 0.5, fadeOut: 0.5 })],
  });
  // Under the lower lip, and the pits of a chin pushed up.
  const sulcus = [mix(centre(182), centre(194), 0.5), mix(centre(83), centre(201), 0.5), mix(centre(18), centre(200), 0.42), mix(centre(313), centre(421), 0.5), mix(centre(406), centre(418), 0.5)];
  const pits = [[0.3, -0.5], [0.15, 0.25], [0.5, 0.1], [0.62, -0.28], [0.7, 0.4], [0.42, 0.6], [0.85, -0.05], [0.55, -0.75], [0.9, 0.65]].map(([down, across], k) => {
    const middle = mix(centre(200), centre(152), down * 0.62);
    const at: Point = [middle[0] - up[1] * across * 0.075 * faceHeight, middle[1] + up[0] * across * 0.075 * faceHeight];
    const turn = k * 2.1;
    const half = 0.012 * faceHeight;
    const d: Point = [Math.cos(turn) * half, Math.sin(turn) * half];
    return line([[at[0] - d[0], at[1] - d[1]], at, [at[0] + d[0], at[1] + d[1]]], false, { width: 0.0095, reach: 0.02, depth: 0.085, fadeIn: 0.5, fadeOut: 0.5 });
  });
  groups.push({
    name: 'chin',
    weights: [[channel.mouthShrugLower, 1], [channel.mouthFrownLeft, 0.3], [channel.mouthFrownRight, 0.3], [channel.mouthPressLeft, 0.15], [channel.mouthPressRight, 0.15]],
    lines: [line(sulcus, true, { width: 0.011, reach: 0.016, depth: 0.12, fadeIn: 0.4, fadeOut: 0.4 }), ...pits],
  });
  return groups;

  function foreheadLines([from, to]: readonly [number, number], fade: number): CreaseLine[] {
    const low = [70, 63, 105, 66, 107, 9, 336, 296, 334, 293, 300].map(centre);
    const high = [54, 103, 103, 67, 109, 10, 338, 297, 332, 332, 284].map(centre);
    return [[0.26, 0.8], [0.48, 1], [0.72, 0.85], [0.98, 0.5]].map(([level, share], k) => {
      const points: Point[] = [];
      for (let i = 0; i <= 8; i++) {
        const place = (from + ((to - from) * i) / 8) * 10;
        const cell = Math.min(9, Math.floor(place));
        // Over the nose the lines dip less than the brows do.
        const dip = level + 0.1 * Math.exp(-(((place - 5) / 1.3) ** 2));
        points.push(mix(mix(low[cell], high[cell], dip), mix(low[cell + 1], high[cell + 1], dip), place - cell));
      }
      const cut = 0.06 * k;
      return line(points.slice(Math.round(cut * 8), 9 - Math.round(cut * 8)), true, { width: 0.0048, reach: 0.016, depth: 0.17 * share, fadeIn: fade, fadeOut: fade });
    });
  }
}
