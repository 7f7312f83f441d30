/** What a network answered, checked before anybody counts on it: a stranger's may answer with other sizes than it promised, or with what is no number. */
import { AnimateError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Throws AnimateError model-mismatch. `path`: of the network. `wanted`: its outputs' shapes; sizes that are words are open. */
export function checkAnswers(path: string, wanted: Readonly<Record<string, readonly (number | string)[]>>, outputs: Readonly<Record<string, Tensor>>): void {
  for (const [name, shape] of Object.entries(wanted)) {
    const { data, shape: found } = outputs[name];
    const agrees = found.length === shape.length && shape.every((length, i) => typeof length === 'string' || length === found[i]);
    if (!agrees) throw refuse(`${path}: output "${name}" came as [${found.join(', ')}], manifest says [${shape.join(', ')}]`);
    let sum = 0; // of values times zero: zero, unless one of them is no number
    for (let i = 0; i < data.length; i++) sum += data[i] * 0;
    if (sum !== 0) throw refuse(`${path}: output "${name}" holds values that are no numbers`);
  }
}

function refuse(message: string): AnimateError {
  return new AnimateError('model-mismatch', message, { hint: 'The network is damaged or was trained badly: fetch the model again.' });
}
