/** What faces are looked for in, and boxes in it. */

/** A decoded picture or one frame of a video. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] uint8, sRGB. */
  readonly rgb: Uint8Array;
}

/** An axis-aligned box in picture pixels; x and y are its left and upper edge. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest box around landmarks [n, 3], pixels. */
export function boundsOf(landmarks: Float32Array): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < landmarks.length; at += 3) {
    left = Math.min(left, landmarks[at]);
    right = Math.max(right, landmarks[at]);
    top = Math.min(top, landmarks[at + 1]);
    bottom = Math.max(bottom, landmarks[at + 1]);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
