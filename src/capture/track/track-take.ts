/** From a take to the landmarks of the person who performs in it. */
import { AnimateError } from '../../errors.ts';
import { chooseLongSide, choosePerson, surveyEverySeconds, surveyLongSide, surveyPeople, surveySeconds } from './survey.ts';
import type { Take } from './take.ts';
import { type TrackedFrame, type TrackInput, type TrackNetworks, trackFace } from './track.ts';

export interface TrackTakeOptions {
  /** Whose face, 1 the leftmost of those that last in the first 8 seconds. Default the largest of them. */
  readonly drivingFace?: number | undefined;
  /** Longer side of the frames that are read, pixels. Default as the size of the face needs it. */
  readonly longSide?: number | undefined;
  /** Called with every frame and its result, to draw them: `rgb` is valid until it resolves, and may be drawn on. */
  readonly onFrame?: ((frame: TrackInput, tracked: TrackedFrame) => Promise<void> | void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TakeTrack {
  /** How many people last in the first 8 seconds. */
  readonly people: number;
  /** Which of them is followed, 1 the leftmost; undefined where nobody was seen so early. */
  readonly followed: number | undefined;
  readonly warnings: readonly string[];
  /** One result a frame of the take. Throws AnimateError no-face at the end when no frame shows a face. */
  readonly frames: AsyncGenerator<TrackedFrame>;
}

/** Throws `bad-option` for a number that nobody has. */
export async function trackTake(take: Take, networks: TrackNetworks, options: TrackTakeOptions = {}): Promise<TakeTrack> {
  const people = await surveyPeople(take.frames({ longSide: surveyLongSide, everySeconds: surveyEverySeconds, firstSeconds: surveySeconds }), networks);
  const person = choosePerson(take.path, people, options.drivingFace);
  const followed = person === undefined ? undefined : people.indexOf(person) + 1;
  const warnings: string[] = [];
  if (people.length > 1 && options.drivingFace === undefined) {
    warnings.push(`${take.path}: ${people.length} faces found; number ${followed}, the largest that lasts, is followed. To change: choose another with --driving-face 1 to ${people.length}, counted from left to right`);
  }
  const longSide = options.longSide ?? chooseLongSide(person);
  return { people: people.length, followed, warnings, frames: trackAll(take, networks, { ...options, longSide }, person) };
}

async function* trackAll(take: Take, networks: TrackNetworks, { longSide, onFrame, signal }: TrackTakeOptions, person: { x: number; y: number; seconds: number } | undefined) {
  let current: TrackInput | undefined;
  const frames = async function* (): AsyncGenerator<TrackInput> {
    for await (const frame of take.frames({ longSide })) {
      current = frame;
      yield frame;
    }
  };
  let isSeen = false;
  for await (const tracked of trackFace(frames(), networks, { near: person, signal })) {
    isSeen ||= tracked.landmarks !== undefined;
    if (onFrame && current) await onFrame(current, tracked);
    yield tracked;
  }
  if (!isSeen) {
    throw new AnimateError('no-face', `${take.path}: expected a face, found none in ${take.width}x${take.height} pixels, from the first frame to the last`, {
      hint: 'Film one person who faces the camera, in good light, the face at least a tenth of the picture; docs/driving.md tells how.',
    });
  }
}
