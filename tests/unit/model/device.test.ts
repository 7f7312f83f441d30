import { describe, expect, test, vi } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { type DeviceName, devicesToTry, friendlyReason, knownRefusal, startOnDevice } from '../../../src/model/device.ts';

const nothingKnown = () => undefined;
const startsOnly = (working: DeviceName) => async (device: DeviceName) => {
  if (device !== working) throw new Error(`${device} is broken\nmore lines`);
  return `runs on ${device}`;
};

describe('auto', () => {
  test.each([
    ['linux', ['cuda', 'webgpu', 'cpu']],
    ['darwin', ['coreml', 'webgpu', 'cpu']],
    ['win32', ['dml', 'webgpu', 'cpu']],
  ] as const)('on %s tries %s', (platform, expected) => expect(devicesToTry(platform)).toEqual(expected));

  test('takes the first that starts and keeps why the ones before did not', async () => {
    const result = await startOnDevice('auto', startsOnly('webgpu'), 'linux', nothingKnown);
    expect(result).toEqual({ started: 'runs on webgpu', used: 'webgpu', refused: [{ device: 'cuda', reason: 'cuda is broken' }] });
  });

  test('does not even try what is known not to start', async () => {
    const start = vi.fn(startsOnly('cpu'));
    const result = await startOnDevice('auto', start, 'linux', (device) => (device === 'cpu' ? undefined : `no ${device}`));
    expect(start.mock.calls).toEqual([['cpu']]);
    expect(result.refused).toEqual([{ device: 'cuda', reason: 'no cuda' }, { device: 'webgpu', reason: 'no webgpu' }]);
  });

  test('a model at fault is no refusal', async () => {
    const fault = new AnimateError('model-mismatch', 'wrong shape');
    await expect(startOnDevice('auto', () => Promise.reject(fault), 'linux', nothingKnown)).rejects.toBe(fault);
  });
});

describe('a device asked for by name', () => {
  test('that does not start is an error that says why', async () => {
    const starting = startOnDevice('cuda', startsOnly('cpu'), 'linux', () => 'no NVIDIA graphics card');
    await expect(starting).rejects.toMatchObject({
      code: 'device-unavailable',
      message: '--device cuda: no NVIDIA graphics card',
      hint: 'Use --device auto or --device cpu; docs/devices.md tells what each device needs.',
    });
  });

  test('WebGPU is tried even without a graphics card: it may run in software', async () => {
    const result = await startOnDevice('webgpu', startsOnly('webgpu'), 'linux', () => 'no graphics card');
    expect(result.used).toBe('webgpu');
  });

  test.each([
    ['coreml', 'linux', 'not available on linux'],
    ['dml', 'darwin', 'not available on darwin'],
    ['cuda', 'win32', 'not available on win32'],
    ['cpu', 'linux', undefined],
    ['webgpu', 'darwin', undefined],
  ] as const)('%s on %s: %s', (device, platform, reason) => expect(knownRefusal(device, platform)).toBe(reason));
});

describe('reasons in plain words', () => {
  test.each([
    ['OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library', 'the CUDA libraries are not installed: CUDA 13 and cuDNN 9 are needed'],
    ['CUDA failure 100: no CUDA-capable device is detected ; GPU=0', 'no NVIDIA graphics card found'],
    ['Failed to get a WebGPU adapter: No supported adapters', 'no graphics adapter found for WebGPU (Vulkan, Metal or Direct3D 12)'],
    ['something new\nat line 2', 'something new'],
  ])('%s', (message, reason) => expect(friendlyReason(new Error(message))).toBe(reason));
});
