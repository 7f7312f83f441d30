/** Which frames of a take show the performer's face at rest. */
import { innerLowerLipLandmarks, innerUpperLipLandmarks, leftBrowLandmarks, leftEyeLowerLandmarks, leftEyeUpperLandmarks, rightBrowLandmarks, rightEyeLowerLandmarks, rightEyeUpperLandmarks } from '../../rig/landmarks.ts';

/** A share of the frames, within these numbers, is taken as neutral. */
const share = 0.15;
const fewest = 3;
const most = 40;

const across = (points: ArrayLike<number>, a: number, b: number): number => Math.hypot(points[a * 3] - points[b * 3], points[a * 3 + 1] - points[b * 3 + 1]);

/** Distance between the outer corners of the eyes, pixels. landmarks [478, 3] pixels */
export function eyeDistance(landmarks: ArrayLike<number>): number {
  return across(landmarks, rightEyeUpperLandmarks[0], leftEyeUpperLandmarks[8]);
}

/** Gap between the inner lips over the width of the mouth, mean of three places about the middle. */
export function lipGapRatio(landmarks: ArrayLike<number>): number {
  let gap = 0;
  for (let k = 4; k <= 6; k++) gap += across(landmarks, innerUpperLipLandmarks[k], innerLowerLipLandmarks[k]) / 3;
  return gap / across(landmarks, innerUpperLipLandmarks[0], innerUpperLipLandmarks[10]);
}

const eyes = [[rightEyeUpperLandmarks, rightEyeLowerLandmarks], [leftEyeUpperLandmarks, leftEyeLowerLandmarks]] as const;

/** Opening of an eye over its width, mean of three places about its middle; 0 the person's right eye, 1 the left. */
export function lidRatio(landmarks: ArrayLike<number>, eye: 0 | 1): number {
  const [upper, lower] = eyes[eye];
  let gap = 0;
  for (let k = 3; k <= 5; k++) gap += across(landmarks, upper[k], lower[k]) / 3;
  return gap / across(landmarks, upper[0], upper[8]);
}

/** Height of a brow above the corners of its eye, in eye distances, from its lower edge. */
function browHeight(landmarks: ArrayLike<number>, brow: readonly number[], [corners]: (typeof eyes)[number]): number {
  const [ax, ay] = [landmarks[corners[0] * 3], landmarks[corners[0] * 3 + 1]];
  const [bx, by] = [landmarks[corners[8] * 3], landmarks[corners[8] * 3 + 1]];
  const length = Math.hypot(bx - ax, by - ay);
  let height = 0;
  for (const i of brow) height += ((landmarks[i * 3] - ax) * (by - ay) - (landmarks[i * 3 + 1] - ay) * (bx - ax)) / length / brow.length;
  return height / eyeDistance(landmarks);
}

/** What tells rest: lip gap, mouth width, lids, brows, and turns of the head as the nose shows them. */
function describe(landmarks: ArrayLike<number>): number[] {
  const unit = eyeDistance(landmarks);
  const nose = (axis: number, sign: number): number => {
    const [a, b] = [rightEyeUpperLandmarks[0], leftEyeUpperLandmarks[8]];
    const middle = [0, 1].map((k) => (landmarks[a * 3 + k] + landmarks[b * 3 + k]) / 2);
    const along = [(landmarks[b * 3] - landmarks[a * 3]) / unit, (landmarks[b * 3 + 1] - landmarks[a * 3 + 1]) / unit];
    const [dx, dy] = [landmarks[3] - middle[0], landmarks[4] - middle[1]];
    return (axis === 0 ? dx * along[0] + dy * along[1] : sign * (dy * along[0] - dx * along[1])) / unit;
  };
  return [
    lipGapRatio(landmarks),
    across(landmarks, innerUpperLipLandmarks[0], innerUpperLipLandmarks[10]) / unit,
    lidRatio(landmarks, 0),
    lidRatio(landmarks, 1),
    browHeight(landmarks, rightBrowLandmarks, eyes[0]),
    browHeight(landmarks, leftBrowLandmarks, eyes[1]),
    nose(0, 1),
    nose(1, 1),
  ];
}

/** How far each of `describe` may differ and still count as much like rest. */
const tolerance = [0.02, 0.02, 0.02, 0.02, 0.012, 0.012, 0.06, 0.06];

/** Half-sample mode: where most values lie (Bickel and Frühwirth 2006, section 2). values are sorted in place. */
function modeOf(values: number[]): number {
  values.sort((a, b) => a - b);
  let [from, to] = [0, values.length];
  while (to - from > 3) {
    const half = Math.ceil((to - from) / 2);
    let best = from;
    for (let start = from; start + half <= to; start++) if (values[start + half - 1] - values[start] < values[best + half - 1] - values[best]) best = start;
    [from, to] = [best, best + half];
  }
  let sum = 0;
  for (let k = from; k < to; k++) sum += values[k];
  return sum / (to - from);
}

/** Indices into `frames` (landmarks [478, 3]) of the most neutral ones, best first: lips shut, eyes open, brows and mouth where they mostly are, the head as it mostly is. */
export function chooseNeutral(frames: readonly ArrayLike<number>[]): number[] {
  const described = frames.map(describe);
  const column = (k: number): number[] => described.map((row) => row[k]);
  const quantile = (k: number, q: number): number => column(k).sort((a, b) => a - b)[Math.round(q * (frames.length - 1))];
  const rest = [quantile(0, 0.1), modeOf(column(1)), quantile(2, 0.6), quantile(3, 0.6), ...[4, 5, 6, 7].map((k) => modeOf(column(k)))];
  const distance = described.map((row) => row.reduce((sum, value, k) => sum + ((k === 0 ? Math.max(0, value - rest[k]) : value - rest[k]) / tolerance[k]) ** 2, 0));
  const order = frames.map((_, i) => i).sort((a, b) => distance[a] - distance[b]);
  return order.slice(0, Math.max(Math.min(fewest, frames.length), Math.min(most, Math.round(share * frames.length))));
}
