/** Where the rig's expressions, which grow in proportion, are not those of a face: what is too much is taken back. */
import { channel } from '../../motion/channels.ts';
import { nearestOf } from '../drawing/face.ts';
import { clamp, smoothStep } from '../drawing/geometry.ts';
import { addMode, type Head, type Mode } from './head.ts';

export interface ExpressionShape {
  channel: number;
  /** Added times the channel's weight, to the power of 1 or 2 */
  mode: Mode;
  isSquared: boolean;
  /** How much of the channel's own mode is added, because the picture shows it already */
  already: number;
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
/** Of what the rig's smile takes from the lips' height this much is given back, felt this far (decimetres) beyond their borders. */
const heightKept = 0.8;
const heightReach = 0.14;
/** A picture that smiles fully has this much less to add. */
const ownShare = 0.5;

/**
 * The rig's frown lowers the middle of a brow most (by 1 cm) and makes it a bar; the muscle that frowns (corrugator) pulls its inner end. Shares taken back
 * from the inner end to the outer one, at these distances from the middle (decimetres).
 */
const outerBrowKept = 0.55;
const innerBrow = 0.16;
const outerBrow = 0.5;

export function buildExpressionShapes(head: Head): ExpressionShape[] {
  return [...smileShapes(head), ...frownShapes(head)];
}

/** Camera pixels of a change (x, y) on the rig, decimetres. */
function put({ fit, scale }: Head, x: number, y: number, to: Float32Array, at: number): void {
  const r = fit.rotation;
  for (let row = 0; row < 3; row++) to[at + row] = scale * (row === 1 ? -1 : 1) * (r[row * 3] * x + r[row * 3 + 1] * y);
}

function frownShapes(head: Head): ExpressionShape[] {
  const { rig, modes } = head;
  return [channel.browDownLeft, channel.browDownRight].map((k) => {
    const { vertices } = modes[k];
    const deltas = new Float32Array(vertices.length * 3);
    for (let i = 0; i < vertices.length; i++) {
      const far = smoothStep(innerBrow, outerBrow, Math.abs(rig.vertices[vertices[i] * 3]));
      put(head, 0, -(1 - outerBrowKept) * far * rig.expressions[(k * rig.vertexCount + vertices[i]) * 3 + 1], deltas, i * 3);
    }
    return { channel: k, mode: { vertices, deltas }, isSquared: false, already: 0 };
  });
}

function smileShapes(head: Head): ExpressionShape[] {
  const { rig, modes, fit, template, isSkin } = head;
  const corner = rig.vertices[rig.upperLipSeam[0] * 3 + 1];
  const lips = new Map<number, { seam: number; outer: number; share: number }>();
  for (let v = 0; v < rig.vertexCount; v++) {
    const side = rig.lipSide[v];
    const isUpper = side === 1 || (side === 0 && template[v * 3 + 1] > corner);
    const [seamChain, outerChain] = isUpper ? [rig.upperLipSeam, rig.upperLipOuter] : [rig.lowerLipSeam, rig.lowerLipOuter];
    if (!isSkin[v] || rig.hiddenLip[v]) continue;
    const outer = nearestOf(template, outerChain, v);
    if (side === 0 && outer.distance > heightReach) continue;
    const seam = nearestOf(template, seamChain, outerChain[outer.index]);
    const inner = nearestOf(template, seamChain, v).distance;
    const share = side === 0 ? 1 - smoothStep(0, heightReach, outer.distance) : inner / (inner + outer.distance || 1);
    if (share > 0.01) lips.set(v, { seam: seamChain[seam.index], outer: outerChain[outer.index], share });
  }
  return [channel.mouthSmileLeft, channel.mouthSmileRight].map((k) => {
    const rise = (v: number): number => rig.expressions[(k * rig.vertexCount + v) * 3 + 1];
    const { vertices } = modes[k];
    const deltas = new Float32Array(vertices.length * 3);
    for (let i = 0; i < vertices.length; i++) {
      const v = vertices[i];
      const isCheek = smoothStep(cheekFrom, cheekTo, rig.vertices[v * 3 + 1] - corner);
      const lip = lips.get(v);
      const lost = lip ? lip.share * (rise(lip.seam) - rise(lip.outer)) : 0;
      const x = -drawnTooFar * rig.expressions[(k * rig.vertexCount + v) * 3];
      const y = -raisedTooFar * (1 - isCheek) * rise(v) + heightKept * lost;
      put(head, x, y, deltas, i * 3);
    }
    return { channel: k, mode: { vertices, deltas }, isSquared: true, already: -ownShare * clamp(fit.expression[k], 0, 1) };
  });
}

/** Adds the corrections for a motion [58] to displacements [V, 3]. */
export function shapeExpressions(shapes: readonly ExpressionShape[], modes: readonly Mode[], motion: Float32Array, displacements: Float32Array): void {
  for (const { channel: k, mode, isSquared, already } of shapes) {
    const weight = clamp(motion[k], 0, 1.2);
    if (weight === 0) continue;
    addMode(mode, isSquared ? weight * weight : weight, displacements);
    if (already !== 0) addMode(modes[k], weight * already, displacements);
  }
}
