import { expect, test } from 'vitest';
import { checkAnswers } from '../../../src/model/answers.ts';
import { tensor } from '../../../src/tensor/tensor.ts';

const wanted = { boxes: ['batch', 2, 2] };

test('any numbers in the shape that was promised are taken', () => {
  expect(checkAnswers('n.onnx', wanted, { boxes: tensor(Float32Array.of(0, -3.4e38, 1e-45, 7), [1, 2, 2]) })).toBeUndefined();
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%s is refused', (value) => {
  const outputs = { boxes: tensor(Float32Array.of(0, 1, 2, value), [1, 2, 2]) };
  expect(() => checkAnswers('n.onnx', wanted, outputs)).toThrow(expect.objectContaining({ code: 'model-mismatch', message: 'n.onnx: output "boxes" holds values that are no numbers' }));
});

test.each([[[1, 1, 2]], [[2, 2]]])('a shape of %j is refused', (shape) => {
  const outputs = { boxes: tensor(new Float32Array(shape.reduce((product, length) => product * length, 1)), shape) };
  expect(() => checkAnswers('n.onnx', wanted, outputs)).toThrow(expect.objectContaining({ code: 'model-mismatch', message: `n.onnx: output "boxes" came as [${shape.join(', ')}], manifest says [batch, 2, 2]` }));
});
