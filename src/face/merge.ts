/** Merges the many boxes that detectors give for one face. */
import type { FaceBox } from './detect.ts';

const minIntersectionOverUnion = 0.3; // as MediaPipe's face_detection graphs
const minIntersectionOverSmaller = 0.7; // a box inside another is the same face, seen at another scale

/** Intersection over union, and over the smaller of the two. */
export function overlapOf(a: FaceBox, b: FaceBox): { overUnion: number; overSmaller: number } {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return { overUnion: 0, overSmaller: 0 };
  const shared = width * height;
  const [areaA, areaB] = [a.width * a.height, b.width * b.height];
  return { overUnion: shared / (areaA + areaB - shared), overSmaller: shared / Math.min(areaA, areaB) };
}

/**
 * Weighted non-maximum suppression (Bazarevsky et al. 2019, BlazeFace, arXiv:1907.05047, section 3.3): the best box takes in all
 * that overlap it, as their mean weighted by score. Best first.
 */
export function mergeFaces(faces: readonly FaceBox[]): FaceBox[] {
  let rest = [...faces].sort((a, b) => b.score - a.score);
  const merged: FaceBox[] = [];
  while (rest.length > 0) {
    const best = rest[0];
    const isSame = (face: FaceBox): boolean => {
      const { overUnion, overSmaller } = overlapOf(best, face);
      return overUnion > minIntersectionOverUnion || overSmaller > minIntersectionOverSmaller;
    };
    // Only boxes of about the same place are averaged; one inside another is dropped.
    const same = rest.filter((face) => face === best || overlapOf(best, face).overUnion > minIntersectionOverUnion);
    merged.push(meanFace(same, best.score));
    rest = rest.filter((face) => face !== best && !isSame(face));
  }
  return merged;
}

function meanFace(faces: readonly FaceBox[], score: number): FaceBox {
  const total = faces.reduce((sum, face) => sum + face.score, 0);
  const mean = (read: (face: FaceBox) => number): number => faces.reduce((sum, face) => sum + face.score * read(face), 0) / total;
  return {
    x: mean((face) => face.x),
    y: mean((face) => face.y),
    width: mean((face) => face.width),
    height: mean((face) => face.height),
    score,
    keypoints: faces[0].keypoints.map((_, index) => mean((face) => face.keypoints[index])),
  };
}
