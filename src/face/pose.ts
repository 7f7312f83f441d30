/** How far a face is turned, and what its mouth does, from its landmarks. */

/** Landmarks at the same place on both halves of the face: [image left, image right] of a frontal one. */
const mirrorPairs: readonly (readonly [number, number])[] = [
  [234, 454], // before the ears
  [127, 356], // temples
  [33, 263], // outer eye corners
  [133, 362], // inner eye corners
  [50, 280], // cheeks
  [58, 288], // jaw
];
const pupils = [468, 473] as const; // the person's right and left
const upperInnerLip = 13;
const lowerInnerLip = 14;
const innerMouthCorners = [78, 308] as const;

/**
 * Turn of the head about the vertical, degrees; positive looks to the image's right. `landmarks` [478, 3] as from `meshFace`.
 * The mean line across the face points away from the viewer on the side it turns to; z is in pixels, like x.
 */
export function estimateYaw(landmarks: Float32Array): number {
  let [across, down, away] = [0, 0, 0];
  for (const [left, right] of mirrorPairs) {
    across += landmarks[right * 3] - landmarks[left * 3];
    down += landmarks[right * 3 + 1] - landmarks[left * 3 + 1];
    away += landmarks[right * 3 + 2] - landmarks[left * 3 + 2];
  }
  return (Math.atan2(away, Math.hypot(across, down)) * 180) / Math.PI;
}

/** Tilt of the head in the picture's plane, degrees; positive when the image-right eye is the lower one. */
export function estimateRoll(landmarks: Float32Array): number {
  const [right, left] = pupils;
  const across = landmarks[left * 3] - landmarks[right * 3];
  const down = landmarks[left * 3 + 1] - landmarks[right * 3 + 1];
  return (Math.atan2(down, across) * 180) / Math.PI;
}

/** Gap between the lips / width of the mouth: 0 closed, about 1 wide open. */
export function measureMouthGap(landmarks: Float32Array): number {
  const [left, right] = innerMouthCorners;
  return distance(landmarks, upperInnerLip, lowerInnerLip) / distance(landmarks, left, right);
}

function distance(landmarks: Float32Array, a: number, b: number): number {
  return Math.hypot(landmarks[a * 3] - landmarks[b * 3], landmarks[a * 3 + 1] - landmarks[b * 3 + 1]);
}
