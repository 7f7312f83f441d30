/** Wide smiles: the rig's smile grows in proportion, a mouth does not. What is too much of it is taken back, as the square of the smile. */
import { channel } from '../motion/channels.ts';
import { smoothStep } from './geometry.ts';
import { addMode, type Head, type Mode } from './head.ts';

export interface SmileShape {
  /** The smile's channel, and what is added at its square */
  channel: number;
  mode: Mode;
}

/**
 * Shares of the rig's smile taken back at 1, upwards and outwards. Its corners rise by 1.3 cm and go out by 0.7: the corner stands above the middle of the
 * upper lip then, whose border becomes a straight line, and the mouth is a third wider. Small smiles, as speech has them, stay as they were learned.
 */
const raisedTooFar = 0.4;
const drawnTooFar = 0.22;
/** Above the corners (decimetres) the cheek keeps its rise: the fold between lifts, and is not pressed into a hook. */
const cheekFrom = 0.06;
const cheekTo = 0.26;

export function buildSmileShapes({ rig, modes, scale, fit }: Head): SmileShape[] {
  const r = fit.rotation;
  const corner = rig.vertices[rig.upperLipSeam[0] * 3 + 1];
  return [channel.mouthSmileLeft, channel.mouthSmileRight].map((k) => {
    const { vertices } = modes[k];
    const deltas = new Float32Array(vertices.length * 3);
    for (let i = 0; i < vertices.length; i++) {
      const v = vertices[i] * 3;
      const from = k * rig.vertexCount * 3 + v;
      const isCheek = smoothStep(cheekFrom, cheekTo, rig.vertices[v + 1] - corner);
      const x = -drawnTooFar * rig.expressions[from];
      const y = -raisedTooFar * (1 - isCheek) * rig.expressions[from + 1];
      for (let row = 0; row < 3; row++) deltas[i * 3 + row] = scale * (row === 1 ? -1 : 1) * (r[row * 3] * x + r[row * 3 + 1] * y);
    }
    return { channel: k, mode: { vertices, deltas } };
  });
}

/** Adds the correction for a motion [58] to displacements [V, 3]. */
export function shapeSmiles(shapes: readonly SmileShape[], motion: Float32Array, displacements: Float32Array): void {
  for (const { channel: k, mode } of shapes) {
    const weight = Math.min(1.2, Math.max(0, motion[k]));
    if (weight > 0) addMode(mode, weight * weight, displacements);
  }
}
