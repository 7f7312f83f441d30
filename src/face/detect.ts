/** One detector on one region of the picture: boxes and keypoints in picture pixels. */
import { type RunNetwork, tensor } from '../tensor/tensor.ts';
import type { Detector } from './anchors.ts';
import type { Box } from './pixels.ts';
import { type Pyramid, type Region, sampleRegion } from './pyramid.ts';

/** A face: the box spans brows to chin and ear to ear, about a square. */
export interface FaceBox extends Box {
  /** 0..1. */
  readonly score: number;
  /** [6, 2] in picture pixels: the person's right eye, left eye, nose tip, mouth centre, right ear, left ear. */
  readonly keypoints: Float32Array;
}

const keypointCount = 6;
const valuesPerBox = 4 + 2 * keypointCount;

/** Runs `network` on the square `region` (black outside the picture). Overlapping boxes of one face are not yet merged. */
export async function detectInRegion(
  pyramid: Pyramid,
  region: Region,
  detector: Detector,
  network: RunNetwork,
  minScore: number,
): Promise<FaceBox[]> {
  const { size, anchors } = detector;
  const pixels = sampleRegion(pyramid, region, { size, low: -1, outside: 'black' });
  const { boxes, scores } = await network({ image: tensor(pixels, [1, size, size, 3]) });
  const scale = region.width / size;
  const left = region.centreX - region.width / 2;
  const top = region.centreY - region.height / 2;
  const faces: FaceBox[] = [];
  for (let index = 0; index < anchors.length / 2; index++) {
    const score = 1 / (1 + Math.exp(-scores.data[index]));
    if (!(score >= minScore)) continue;
    const at = index * valuesPerBox;
    const toX = (offset: number) => left + (anchors[index * 2] + boxes.data[at + offset]) * scale;
    const toY = (offset: number) => top + (anchors[index * 2 + 1] + boxes.data[at + offset]) * scale;
    const width = boxes.data[at + 2] * scale;
    const height = boxes.data[at + 3] * scale;
    const keypoints = new Float32Array(keypointCount * 2);
    for (let k = 0; k < keypointCount; k++) {
      keypoints[k * 2] = toX(4 + k * 2);
      keypoints[k * 2 + 1] = toY(5 + k * 2);
    }
    faces.push({ x: toX(0) - width / 2, y: toY(1) - height / 2, width, height, score, keypoints });
  }
  return faces;
}
