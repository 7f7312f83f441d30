/** Reads `assets/landmark-responses.bin`: how MediaPipe's landmarks answer to each coefficient of our own frames (training/evaluate/fit_responses.py). */
import { AnimateError } from '../../errors.ts';
import { coefficientCount } from '../../motion/channels.ts';
import { readArrays } from '../../rig/rig.ts';
import { residualLength } from './residual.ts';

export interface Responses {
  /** [52, 478, 2] change of the landmarks by a coefficient of 1, decimetres in the head frame; of the lids: for an eye of mean opening */
  responses: Float32Array;
  /** [52, 478, 2] responses times the inverse covariance of what else landmarks do */
  gains: Float32Array;
  /** [52, 6] what the pose of a head that holds still seems to do: pitch, yaw, roll in degrees (head frame), log scale, x, y (down) in face heights */
  poseBias: Float32Array;
  /** Decimetres */
  lidOpening: number;
}

export function readResponses(bytes: ArrayBuffer | SharedArrayBuffer): Responses {
  const arrays = readArrays(bytes);
  const take = (name: string, length: number): Float32Array => {
    const data = arrays.get(name)?.data;
    if (data instanceof Float32Array && data.length === length) return data;
    throw new AnimateError('model-mismatch', `landmark-responses.bin: array "${name}": expected ${length} numbers, got ${data?.length ?? 'none'}`, { hint: 'Reinstall the package.' });
  };
  return {
    responses: take('responses', coefficientCount * residualLength),
    gains: take('gains', coefficientCount * residualLength),
    poseBias: take('poseBias', coefficientCount * 6),
    lidOpening: take('lidOpening', 1)[0],
  };
}
