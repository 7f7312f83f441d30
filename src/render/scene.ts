/** Everything about one portrait that frames share, and the geometry of one frame. */
import { channel, coefficientCount, coefficientNames } from '../motion/channels.ts';
import { buildCreases, type Creases, foldSkin } from './skin/creases.ts';
import { buildExpressionShapes, type ExpressionShape, shapeExpressions } from './rig/expression-shapes.ts';
import { buildFace, type Face, faceChannels, insetSeam, resetSources } from './drawing/face.ts';
import { findGlasses, type Glasses, holdRims } from './eyes/glasses.ts';
import { buildGrid, type Grid, moveGrid } from './drawing/grid.ts';
import { addMode, type Head } from './rig/head.ts';
import { buildLids, closeLid, type Lid } from './eyes/lids.ts';
import { buildLipContact, closeLips, type LipContact } from './mouth/lips.ts';
import { buildRelight, type Relight, relightFace } from './skin/relight.ts';
import { lipColour, medianAround } from './skin/light.ts';
import { buildInterior, interiorChannels, type MouthInterior } from './mouth/mouth.ts';
import { findOwnTeeth, type OwnTeeth } from './mouth/own-teeth.ts';
import { buildHeadMove, type HeadMove, movePoint, setHeadMove } from './rig/pose.ts';
import type { Rig } from '../rig/rig.ts';
import { measureSeamInsets } from './mouth/seam-inset.ts';
import { buildSeamLine, clearSeamLine, type SeamLine } from './mouth/seam-line.ts';
import { moveTongue } from './mouth/tongue.ts';

export interface Scene {
  head: Head;
  face: Face;
  grid: Grid;
  lips: LipContact;
  lids: Lid[];
  glasses: Glasses;
  interior: MouthInterior;
  ownTeeth: OwnTeeth | null;
  relight: Relight;
  creases: Creases;
  shapes: ExpressionShape[];
  seamLine: SeamLine;
  move: HeadMove;
  /** [52] how much of the picture's own expression is taken away while it speaks */
  removal: Float32Array;
  /** [V, 3] pixels: this frame's displacements before the head moves */
  displacements: Float32Array;
  /** This frame's, 0..1 */
  activity: number;
}

export interface SceneOptions {
  width: number;
  height: number;
  rgb: Uint8Array;
  alpha: Float32Array | null;
}

/** Shares of the picture's own expression that leave while it speaks: else a frown frowns through the speech. Smiles stay mostly; an open jaw has to close. */
function removalOf(head: Head): Float32Array {
  return Float32Array.from({ length: coefficientCount }, (_, k) => {
    const name = coefficientNames[k];
    const own = head.fit.expression[k];
    if (name === 'jawOpen') return own;
    if (name.startsWith('mouthSmile') || name.startsWith('mouthDimple')) return 0.3 * own;
    return name.startsWith('mouth') ? 0.6 * own : 0;
  });
}

export function buildScene(rig: Rig, head: Head, options: SceneOptions): Scene {
  const { rgb, width, height } = options;
  const ownTeeth = findOwnTeeth(head, rgb, width, height, medianAround(head, rgb, width, height), lipColour(head, rgb, width, height));
  const interior = buildInterior(head, ownTeeth);
  const face = buildFace(head);
  measureSeamInsets(face, head, rgb, width, height);
  const lips = buildLipContact(head);
  const relight = buildRelight(head, face, options);
  return {
    head,
    face,
    grid: buildGrid(head, face, options),
    lips,
    lids: buildLids(head),
    glasses: findGlasses(head, options),
    interior,
    ownTeeth,
    relight,
    creases: buildCreases(head, relight.light, options),
    shapes: buildExpressionShapes(head),
    seamLine: buildSeamLine(head, face, lips, options),
    move: buildHeadMove(head, face.hull, options.width, options.height),
    removal: removalOf(head),
    displacements: new Float32Array(rig.vertexCount * 3),
    activity: 0,
  };
}

const blinks = new Set<number>([channel.eyeBlinkLeft, channel.eyeBlinkRight]);
/** Blinks at this strength are shut: measured tracks seldom reach 1. */
const fullBlink = 0.95;

/** The upper lid follows a gaze that goes down, by this share of the opening at full gaze. */
const lidFollowing = 0.38;

/** How far a motion [58] closes an eye, 0..1. */
export function closureOf(motion: Float32Array, lid: Lid): number {
  const blink = Math.min(1, Math.max(0, motion[lid.channel]) / fullBlink);
  return blink + (1 - blink) * lidFollowing * Math.min(1, Math.max(0, motion[lid.lookDown]));
}

/** Fills `scene.displacements` for one motion vector [58], and what lids and lips keep of it: the first part of `poseScene`. */
export function displaceVertices(scene: Scene, motion: Float32Array, activity: number): void {
  const { head, glasses, interior, lips, lids, removal, displacements } = scene;
  displacements.fill(0);
  scene.activity = activity;
  // 1. Expressions, less the picture's own while it speaks.
  for (let k = 0; k < coefficientCount; k++) {
    if (blinks.has(k)) continue;
    const weight = motion[k] - activity * removal[k];
    if (weight !== 0) addMode(head.modes[k], weight, displacements);
  }
  shapeExpressions(scene.shapes, head.modes, motion, displacements);
  foldSkin(scene.creases, motion, removal, activity);
  // 2. Lids and lips meet where they should.
  for (const lid of lids) closeLid(lid, head.rest, closureOf(motion, lid) * (1 - glasses.darkness), displacements);
  holdRims(glasses, displacements);
  closeLips(lips, head.rest, motion, activity, displacements);
  moveTongue(interior.tongue, motion, activity, displacements);
}

/** Fills the meshes of face, interior and grid for one motion vector [58]; activity 0..1 says how far the portrait is speaking. */
export function poseScene(scene: Scene, motion: Float32Array, activity: number): void {
  const { head, face, grid, interior, lips, move, displacements } = scene;
  displaceVertices(scene, motion, activity);
  // 3. The head as a whole.
  resetSources(face, scene.seamLine.vertices);
  insetSeam(face, activity);
  clearSeamLine(scene.seamLine, lips, head.faceWidth, face);
  setHeadMove(move, motion);
  moveVertices(scene, face.vertices, face.mesh.positions);
  moveVertices(scene, interior.vertices, interior.mesh.positions);
  turnNormals(interior, move);
  moveGrid(grid, displacements, move);
  relightFace(scene.relight, face.mesh.positions, face.mesh.attributes, faceChannels, face.shade);
}

function moveVertices({ head, displacements, move }: Scene, vertices: Uint32Array, positions: Float32Array): void {
  const { rest } = head;
  for (let i = 0; i < vertices.length; i++) {
    const at = vertices[i] * 3;
    movePoint(move, rest[at] + displacements[at], rest[at + 1] + displacements[at + 1], rest[at + 2] + displacements[at + 2], positions, at);
  }
}

function turnNormals({ vertices, normals, mesh }: MouthInterior, { rotation: r }: HeadMove): void {
  const { attributes } = mesh;
  for (let i = 0; i < vertices.length; i++) {
    const at = vertices[i] * 3;
    const to = vertices[i] * interiorChannels;
    const x = normals[at];
    const y = normals[at + 1];
    const z = normals[at + 2];
    attributes[to] = r[0] * x + r[1] * y + r[2] * z;
    attributes[to + 1] = r[3] * x + r[4] * y + r[5] * z;
  }
}
