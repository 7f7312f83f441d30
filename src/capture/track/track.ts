/** Follows one face through a film, frame by frame: MediaPipe's way, the crop of a frame comes from the landmarks of the one before. */
import { nearDetector } from '../../face/anchors.ts';
import { detectInRegion } from '../../face/detect.ts';
import { type FaceDetectors, findFaces } from '../../face/find.ts';
import { type FaceMesh, meshInputSize, meshSamples, regionOfFace, regionOfLandmarks } from '../../face/mesh.ts';
import type { Pixels } from '../../face/pixels.ts';
import { buildPyramid, type Region } from '../../face/pyramid.ts';
import { sampleSquare } from '../../face/sample-square.ts';
import type { RunNetwork } from '../../tensor/tensor.ts';
import { rateFace } from './confidence.ts';
import { createCutDetector } from './cuts.ts';
import { followRegion, isElsewhere, isFar, measureMove } from './region.ts';
import { createShapeMemory } from './shape.ts';

export interface TrackNetworks extends FaceDetectors {
  readonly mesh: RunNetwork;
}

/** One frame of a film as the tracker takes it: a file's (take.ts) or any other's. */
export interface TrackInput extends Pixels {
  readonly timeSeconds: number;
}

export interface TrackedFrame {
  /** 0, 1, 2 ... */
  readonly index: number;
  readonly timeSeconds: number;
  /** Size of the frame that the landmarks are measured in, pixels. */
  readonly width: number;
  readonly height: number;
  /** [478, 3] x, y in pixels (the first pixel's centre is 0.5), z in the same unit, smaller is nearer. Undefined where the face is lost. */
  readonly landmarks: Float32Array | undefined;
  /** 0..1: 1 a face that can be read well, 0 none. */
  readonly confidence: number;
  /** The first frame of a new scene. */
  readonly isCut: boolean;
}

export interface TrackOptions {
  /** Where the face that is to be followed first shows, as shares of the frame's width and height (0..1), and when. Default the largest. */
  readonly near?: { readonly x: number; readonly y: number; readonly seconds: number } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The mesh is laid on two crops, turned (radians) and scaled against each other, and its landmarks averaged: noise of the camera moves each in its own way.
 * Measured on still pictures with noise: lip gap half as restless, head by a fifth.
 */
const crops = [{ turn: -0.04, zoom: 1.03 }, { turn: 0.04, zoom: 0.97 }];
/** Below this probability the mesh does not lie on a face. */
const leastFlag = 0.4;
/** From here on (`ShapeMemory`), and where the picture changed as a whole, it is another head. */
const otherShape = 0.12;
/** Landmarks that are trusted less than this are not given. */
const leastConfidence = 0.15;
/** While the face is lost, the whole frame is searched in the first frames and then in every n-th. */
const searchEvery = 3;
/** How often the detector looks whether there is still a face. */
const verifyEverySeconds = 0.4;
/** A face that comes back within this time must come back near the place where it was lost ... */
const loyalSeconds = 1.5;
/** ... nearer than so many of its sizes. */
const loyalReach = 1.5;

/** Yields one result a frame. `frames` may use their `rgb` again once the next is asked for. */
export async function* trackFace(frames: AsyncIterable<TrackInput>, networks: TrackNetworks, options: TrackOptions = {}): AsyncGenerator<TrackedFrame> {
  const tracker = createTracker(networks, options);
  let index = 0;
  for await (const frame of frames) {
    options.signal?.throwIfAborted();
    yield { index: index++, timeSeconds: frame.timeSeconds, width: frame.width, height: frame.height, ...(await tracker(frame)) };
  }
}

type Found = Pick<TrackedFrame, 'landmarks' | 'confidence' | 'isCut'>;

function createTracker(networks: TrackNetworks, { near }: TrackOptions): (frame: TrackInput) => Promise<Found> {
  const samples = crops.map(() => new Float32Array(meshInputSize * meshInputSize * 3));
  const isCutAt = createCutDetector();
  const shape = createShapeMemory();
  let held: Region | undefined; // the crop for the next frame
  let last: { region: Region; seconds: number } | undefined; // where the face was seen
  let lostFrames = 0;
  let detector = { score: 1, seconds: Number.NEGATIVE_INFINITY };
  let wish = near;

  const mesh = async (frame: Pixels, region: Region): Promise<FaceMesh> => {
    const running = crops.map(({ turn, zoom }, k) => {
      const crop = { ...region, width: region.width * zoom, height: region.height * zoom, angle: region.angle + turn };
      sampleSquare(frame, crop, meshInputSize, samples[k]);
      return meshSamples(samples[k], crop, networks.mesh); // runs in its thread while the next crop is sampled
    });
    return meanMesh(await Promise.all(running));
  };

  /** The mesh on `region`, laid up to `passes` times: again where the face turns out to lie elsewhere in it, or always. */
  const meshNear = async (frame: Pixels, region: Region, passes: number, isAlways = false): Promise<{ found: FaceMesh; region: Region }> => {
    let found = await mesh(frame, region);
    let used = region;
    for (let pass = 1; pass < passes && found.flag >= leastFlag; pass++) {
      const wanted = regionOfLandmarks(found.landmarks);
      if (!isAlways && !isFar(measureMove(used, wanted))) break;
      used = wanted;
      found = await mesh(frame, used);
    }
    return { found, region: used };
  };

  /** Searches the whole frame: the face that was wished for or lost, else the largest. */
  const search = async (frame: TrackInput): Promise<{ found: FaceMesh; region: Region } | undefined> => {
    const boxes = await findFaces(frame, networks);
    detector = { score: 1, seconds: frame.timeSeconds };
    const isLoyal = last !== undefined && frame.timeSeconds - last.seconds < loyalSeconds;
    if (wish !== undefined && frame.timeSeconds > wish.seconds + loyalSeconds) wish = undefined; // did not come: anybody will do
    const goal = wish !== undefined ? { x: wish.x * frame.width, y: wish.y * frame.height } : isLoyal && last ? { x: last.region.centreX, y: last.region.centreY } : undefined;
    const far = (region: Region): number => (goal === undefined ? -region.width : Math.hypot(region.centreX - goal.x, region.centreY - goal.y));
    const candidates = boxes.map((box) => ({ box, region: regionOfFace(box) })).sort((a, b) => far(a.region) - far(b.region));
    for (const { box, region } of candidates) {
      if (goal !== undefined && far(region) > loyalReach * region.width) return undefined;
      const result = await meshNear(frame, region, 3, true);
      if (result.found.flag < leastFlag) continue;
      detector.score = box.score;
      wish = undefined;
      return result;
    }
    return undefined;
  };

  const verify = async (frame: TrackInput, region: Region): Promise<void> => {
    const side = region.width * 1.6; // the detector knows faces with their surroundings
    const around = { ...region, width: side, height: side, angle: 0 };
    const x = Math.max(0, Math.floor(around.centreX - side / 2));
    const y = Math.max(0, Math.floor(around.centreY - side / 2));
    const cut = cutOut(frame, x, y, Math.ceil(side), Math.ceil(side));
    if (cut === undefined) return;
    const faces = await detectInRegion(buildPyramid(cut), { ...around, centreX: around.centreX - x, centreY: around.centreY - y }, nearDetector, networks.near, 0.05);
    detector = { score: faces.reduce((best, face) => Math.max(best, face.score), 0), seconds: frame.timeSeconds };
  };

  const isSameFace = (before: Region | undefined, result: { found: FaceMesh; region: Region } | undefined): boolean =>
    before !== undefined &&
    result !== undefined &&
    result.found.flag >= leastFlag &&
    !isElsewhere(measureMove(before, regionOfLandmarks(result.found.landmarks))) &&
    shape.compare(result.found.landmarks) < otherShape;

  return async (frame) => {
    const isSuspect = isCutAt(frame);
    let result = held === undefined ? undefined : await meshNear(frame, held, 2);
    const isCut = isSuspect && !isSameFace(held, result);
    if (isCut) {
      result = undefined;
      held = undefined;
      last = undefined; // another place, another size
      lostFrames = 0;
      shape.forget();
    }
    if (result === undefined || result.found.flag < leastFlag) {
      const isTurn = lostFrames < searchEvery || lostFrames % searchEvery === 0;
      result = isTurn ? await search(frame) : undefined;
    } else if (frame.timeSeconds - detector.seconds >= verifyEverySeconds) {
      await verify(frame, result.region);
    }
    if (result === undefined) {
      held = undefined;
      lostFrames++;
      return { landmarks: undefined, confidence: 0, isCut };
    }
    const { found, region } = result;
    const { landmarks, flag } = found;
    const shapeChange = shape.compare(landmarks);
    const confidence = rateFace({ landmarks, width: frame.width, height: frame.height, flag, detectorScore: detector.score, shapeChange });
    if (confidence > 0.5) shape.learn(landmarks);
    held = followRegion(region, regionOfLandmarks(landmarks));
    if (confidence < leastConfidence) {
      lostFrames++;
      if (lostFrames > searchEvery) held = undefined; // what is followed may be no face at all
      return { landmarks: undefined, confidence, isCut };
    }
    lostFrames = 0;
    last = { region, seconds: frame.timeSeconds };
    return { landmarks, confidence, isCut };
  };
}

function meanMesh(meshes: readonly FaceMesh[]): FaceMesh {
  const landmarks = new Float32Array(meshes[0].landmarks.length);
  for (const one of meshes) for (let k = 0; k < landmarks.length; k++) landmarks[k] += one.landmarks[k] / meshes.length;
  return { landmarks, flag: Math.min(...meshes.map(({ flag }) => flag)) };
}

/** The part of `frame` from (x, y) on, at most `width` x `height` pixels. */
function cutOut(frame: Pixels, x: number, y: number, width: number, height: number): Pixels | undefined {
  const [w, h] = [Math.min(width, frame.width - x), Math.min(height, frame.height - y)];
  if (w < 1 || h < 1) return undefined;
  const rgb = new Uint8Array(w * h * 3);
  for (let row = 0; row < h; row++) {
    const from = ((y + row) * frame.width + x) * 3;
    rgb.set(frame.rgb.subarray(from, from + w * 3), row * w * 3);
  }
  return { width: w, height: h, rgb };
}
