import { expect, test } from 'vitest';
import { AnimateError, explainError } from '../../../src/errors.ts';

test.each([
  [new RangeError('WebAssembly.Memory(): could not allocate memory'), 'device-unavailable'],
  [new RangeError('Array buffer allocation failed'), 'device-unavailable'],
  [Object.assign(new Error('Worker terminated due to reaching memory limit'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }), 'device-unavailable'],
  [Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' }), 'device-unavailable'],
  [Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), { code: 'ENOENT', syscall: 'uv_cwd' }), 'bad-option'],
])('%s is the machine’s doing', (error, code) => {
  expect(explainError(error)).toMatchObject({ name: 'AnimateError', code, cause: error });
});

test('a bug stays one, and what is explained stays as it is', () => {
  for (const error of [new TypeError('x is not a function'), new AnimateError('no-face', 'out of memory'), 'text', undefined]) expect(explainError(error)).toBe(error);
});
