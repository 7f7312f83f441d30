/** Whether a mesh still has the shape of the head that is followed: a hand before the face or a bad crop bends it. */

/** Pairs of landmarks that bone holds apart: they keep their distances in space however the head turns and whatever it says. */
// biome-ignore format: a table
const pairs: readonly (readonly [number, number])[] = [
  [33, 263], [133, 362], [33, 133], [263, 362], // corners of the eyes
  [168, 10], [168, 4], [168, 234], [168, 454], // root of the nose to forehead, tip, ears
  [4, 33], [4, 263], [10, 33], [10, 263], [234, 33], [454, 263], [127, 133], [356, 362],
];
/** Of the new shape in the running mean. */
const newShare = 0.05;

export interface ShapeMemory {
  /** Root mean square of how many times (natural logarithm) the distances differ from the usual: 0 no change. 0 for the first face. */
  compare(landmarks: Float32Array): number;
  /** Takes a shape [478, 3] into what is usual. */
  learn(landmarks: Float32Array): void;
  forget(): void;
}

export function createShapeMemory(): ShapeMemory {
  const usual = new Float64Array(pairs.length);
  const now = new Float64Array(pairs.length);
  let known = 0;
  return {
    compare(landmarks) {
      if (known === 0) return 0;
      measure(landmarks, now);
      let sum = 0;
      for (let k = 0; k < pairs.length; k++) sum += (now[k] - usual[k]) ** 2;
      return Math.sqrt(sum / pairs.length);
    },
    learn(landmarks) {
      measure(landmarks, now);
      const share = Math.max(newShare, 1 / ++known);
      for (let k = 0; k < pairs.length; k++) usual[k] += (now[k] - usual[k]) * share;
    },
    forget() {
      known = 0;
    },
  };
}

/** Logarithms of the distances, less their mean: the size of the face falls out. */
function measure(landmarks: Float32Array, logarithms: Float64Array): void {
  let mean = 0;
  for (let k = 0; k < pairs.length; k++) {
    const [a, b] = [pairs[k][0] * 3, pairs[k][1] * 3];
    logarithms[k] = Math.log(Math.hypot(landmarks[a] - landmarks[b], landmarks[a + 1] - landmarks[b + 1], landmarks[a + 2] - landmarks[b + 2]) + 1e-6);
    mean += logarithms[k] / pairs.length;
  }
  for (let k = 0; k < pairs.length; k++) logarithms[k] -= mean;
}
