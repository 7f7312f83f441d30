/** Looks at the beginning of a take: who is in it, whom to follow, how finely to read it. */
import { AnimateError } from '../../errors.ts';
import type { FaceBox } from '../../face/detect.ts';
import { type FaceDetectors, findFaces } from '../../face/find.ts';
import type { TrackInput } from './track.ts';

export interface Person {
  /** Centre of the face when it is first seen, as shares of the frame (0..1). */
  readonly x: number;
  readonly y: number;
  /** When that is. */
  readonly seconds: number;
  /** Mean width of the detector's box over the longer side of the frame. */
  readonly size: number;
  /** Share of the frames that show it, 0..1. */
  readonly presence: number;
}

/** Only this much of a take is looked at, seconds, one frame in so many seconds. */
export const surveySeconds = 8;
export const surveyEverySeconds = 0.4;
export const surveyLongSide = 960;

/** A face is the same person's as one before when it lies within so many of its widths and is at most so many times larger or smaller. */
const [sameReach, sameRatio] = [1.2, 1.8];
/** Who is seen in fewer frames does not count, as long as somebody is seen in more. */
const leastPresence = 0.3;
/** Width of the detector's box in the frames that are tracked: the mesh's crop, 1.8 of it, is then a little finer than the network's 192 pixels. */
const wantedBoxPixels = 170;
const longSides = { least: 320, most: 1920 };

interface Sighting {
  boxes: { box: FaceBox; seconds: number; x: number; y: number; size: number }[];
}

/** Everybody who lasts, from left to right by their mean place. */
export async function surveyPeople(frames: AsyncIterable<TrackInput>, detectors: FaceDetectors): Promise<Person[]> {
  const sightings: Sighting[] = [];
  let count = 0;
  for await (const frame of frames) {
    count++;
    const faces = (await findFaces(frame, detectors)).sort((a, b) => b.score - a.score);
    const taken = new Set<Sighting>();
    for (const box of faces) {
      const seen = { box, seconds: frame.timeSeconds, x: (box.x + box.width / 2) / frame.width, y: (box.y + box.height / 2) / frame.height, size: box.width / Math.max(frame.width, frame.height) };
      const known = sightings.filter((one) => !taken.has(one) && isSame(one.boxes[one.boxes.length - 1].box, box)).at(0);
      const sighting = known ?? { boxes: [] };
      if (known === undefined) sightings.push(sighting);
      sighting.boxes.push(seen);
      taken.add(sighting);
    }
  }
  const lasting = sightings.filter(({ boxes }) => boxes.length >= leastPresence * count);
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return (lasting.length > 0 ? lasting : sightings)
    .map(({ boxes }) => ({ boxes, place: mean(boxes.map(({ x }) => x)) }))
    .sort((a, b) => a.place - b.place)
    .map(({ boxes }) => ({ x: boxes[0].x, y: boxes[0].y, seconds: boxes[0].seconds, size: mean(boxes.map(({ size }) => size)), presence: boxes.length / count }));
}

function isSame(before: FaceBox, now: FaceBox): boolean {
  const distance = Math.hypot(before.x + before.width / 2 - now.x - now.width / 2, before.y + before.height / 2 - now.y - now.height / 2);
  const ratio = before.width / now.width;
  return distance < sameReach * Math.max(before.width, now.width) && ratio < sameRatio && ratio > 1 / sameRatio;
}

/** The one asked for (1 is the leftmost), else the largest that lasts. Undefined when nobody was seen: somebody may come later. */
export function choosePerson(name: string, people: readonly Person[], number: number | undefined): Person | undefined {
  if (number === undefined) return people.reduce<Person | undefined>((best, one) => (best === undefined || one.size * one.presence > best.size * best.presence ? one : best), undefined);
  const person = people[number - 1];
  if (person !== undefined) return person;
  const found = people.length === 1 ? 'one face' : `${people.length} faces`;
  const expected = people.length === 0 ? 'no number' : `a number from 1 to ${people.length}`;
  throw new AnimateError('bad-option', `--driving-face: expected ${expected} (the first ${surveySeconds} seconds of ${name} show ${found}), got ${number}`, {
    hint: 'Faces are counted from left to right; without the option the largest that lasts is taken.',
  });
}

/** Longer side of the frames to read, pixels, so that a face of this size is read as finely as the mesh sees. */
export function chooseLongSide(person: Person | undefined): number {
  if (person === undefined) return surveyLongSide;
  return Math.round(Math.min(longSides.most, Math.max(longSides.least, wantedBoxPixels / person.size)));
}
