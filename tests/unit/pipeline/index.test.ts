import { expect, expectTypeOf, test } from 'vitest';
import type { MotionTrack } from '../../../src/index.ts';
import * as library from '../../../src/index.ts';

test('the library exports these names and no others', () => {
  expect(Object.keys(library).sort()).toEqual(['AnimateError', 'animate', 'animateBatch', 'capture', 'captureFile', 'checkBatch', 'checkModel', 'examine', 'frames', 'inspect', 'listInstalledModels', 'listLicences', 'openModel', 'openSession', 'planFilm', 'readMotion', 'readShard', 'summariseModel', 'version']);
});

test('types: requests name options, results and frames are told in full', () => {
  type Request = Parameters<typeof library.animate>[0];
  expectTypeOf<{ portrait: string; sound: string }>().toExtend<Request>();
  expectTypeOf<{ portrait: string; sound: string; fps: number; crop: 'face'; device: 'cpu'; signal: AbortSignal }>().toExtend<Request>();
  expectTypeOf<{ portrait: string; sound: string; crop: 'feet' }>().not.toExtend<Request>();
  expectTypeOf<{ sound: string }>().not.toExtend<Request>();
  expectTypeOf(library.animate).returns.resolves.toHaveProperty('path').toEqualTypeOf<string>();
  expectTypeOf(library.readMotion).returns.resolves.toEqualTypeOf<MotionTrack>();
  expectTypeOf(library.frames).returns.toExtend<AsyncIterable<{ rgb: Uint8Array; width: number; height: number; index: number }>>();
});
