/** Draws landmarks over a frame, in place. */
import { contours, landmarkColour } from './contours.ts';

/** Opacity of dots and lines. */
const [dotOpacity, lineOpacity] = [0.55, 0.9];

/** `rgb` [height, width, 3] uint8 gets a dot for each of `landmarks` [478, 3] (pixels) and the lines of face, nose, lips, lids, irises and brows. */
export function drawMesh(rgb: Uint8Array, width: number, height: number, landmarks: Float32Array): void {
  const radius = Math.max(0.5, Math.hypot(landmarks[10 * 3] - landmarks[152 * 3], landmarks[10 * 3 + 1] - landmarks[152 * 3 + 1]) / 350); // of forehead to chin
  const pen = { rgb, width, height };
  for (let at = 0; at < landmarks.length; at += 3) stamp(pen, landmarks[at], landmarks[at + 1], radius, colourOf(landmarkColour), dotOpacity);
  for (const { points, isClosed, colour } of contours) {
    const count = isClosed ? points.length : points.length - 1;
    for (let k = 0; k < count; k++) drawLine(pen, landmarks, points[k] * 3, points[(k + 1) % points.length] * 3, radius, colourOf(colour));
  }
}

interface Pen {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

function drawLine(pen: Pen, landmarks: Float32Array, from: number, to: number, radius: number, colour: number): void {
  const [x, y] = [landmarks[from], landmarks[from + 1]];
  const [dx, dy] = [landmarks[to] - x, landmarks[to + 1] - y];
  const steps = Math.max(1, Math.ceil(Math.hypot(dx, dy) / Math.max(1, radius)));
  for (let step = 0; step < steps; step++) stamp(pen, x + (dx * step) / steps, y + (dy * step) / steps, radius, colour, lineOpacity);
}

/** A soft disc; (x, y) as landmarks have them: the first pixel's centre is 0.5. */
function stamp({ rgb, width, height }: Pen, x: number, y: number, radius: number, colour: number, opacity: number): void {
  const [left, right] = [Math.max(0, Math.floor(x - radius - 0.5)), Math.min(width - 1, Math.floor(x + radius + 0.5))];
  const [top, bottom] = [Math.max(0, Math.floor(y - radius - 0.5)), Math.min(height - 1, Math.floor(y + radius + 0.5))];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const cover = Math.min(1, radius + 0.5 - Math.hypot(column + 0.5 - x, row + 0.5 - y)) * opacity;
      if (!(cover > 0)) continue;
      const at = (row * width + column) * 3;
      rgb[at] += ((colour >> 16) - rgb[at]) * cover;
      rgb[at + 1] += (((colour >> 8) & 255) - rgb[at + 1]) * cover;
      rgb[at + 2] += ((colour & 255) - rgb[at + 2]) * cover;
    }
  }
}

/** '#rrggbb' */
function colourOf(text: string): number {
  return Number.parseInt(text.slice(1), 16);
}
