/** Devices that can run the networks, and why one of them does not. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { AnimateError } from '../errors.ts';

export const deviceNames = ['cpu', 'cuda', 'webgpu', 'coreml', 'dml'] as const;
export type DeviceName = (typeof deviceNames)[number];

/** A device that was tried and would not start. */
export interface Refusal {
  device: DeviceName;
  reason: string;
}

/** What `auto` tries, in this order: the last one always starts. */
export function devicesToTry(platform: NodeJS.Platform = process.platform): DeviceName[] {
  if (platform === 'darwin') return ['coreml', 'webgpu', 'cpu'];
  if (platform === 'win32') return ['dml', 'webgpu', 'cpu'];
  return ['cuda', 'webgpu', 'cpu'];
}

/**
 * Why `device` cannot start here, found without loading anything; undefined where it is worth trying.
 * It spares `auto` the seconds that a driver takes to say no, the lines that native code prints meanwhile,
 * and graphics in software (lavapipe, SwiftShader), which is slower than the CPU provider: without a graphics device there is no other kind.
 */
export function knownRefusal(device: DeviceName, platform: NodeJS.Platform = process.platform): string | undefined {
  if (device === 'cpu') return undefined;
  const home: Record<Exclude<DeviceName, 'cpu'>, NodeJS.Platform[]> = { cuda: ['linux'], webgpu: ['linux', 'win32', 'darwin'], coreml: ['darwin'], dml: ['win32'] };
  if (!home[device].includes(platform)) return `not available on ${platform}`;
  if (platform !== 'linux') return undefined;
  if (device === 'cuda' && !existsSync(cudaProviderPath())) return 'the CUDA provider of onnxruntime-node is not installed (libonnxruntime_providers_cuda.so is missing)';
  const hasNvidia = existsSync('/dev/nvidia0') || existsSync('/dev/dxg'); // dxg: Windows' subsystem for Linux
  if (device === 'cuda' && !hasNvidia) return 'no NVIDIA graphics card (/dev/nvidia0 is missing)';
  if (device === 'webgpu' && !hasNvidia && !hasRenderNode()) return 'no graphics card (neither /dev/dri/renderD* nor /dev/nvidia0 is there)';
  return undefined;
}

function cudaProviderPath(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node'); // .../onnxruntime-node/dist/index.js
  return join(dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch, 'libonnxruntime_providers_cuda.so');
}

function hasRenderNode(): boolean {
  return existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD'));
}

// What ONNX Runtime says when a provider does not start (onnxruntime-node 1.29) → what it means.
const friendlyReasons: [RegExp, string][] = [
  [/Providers?_Cuda: Failed to load shared library|libcublas|libcudnn|libcudart/i, 'the CUDA libraries are not installed: CUDA 13 and cuDNN 9 are needed'],
  [/no CUDA-capable device|CUDA failure 100/i, 'no NVIDIA graphics card found'],
  [/CUDA driver version is insufficient|CUDA failure 35/i, 'the NVIDIA driver is too old for CUDA 13'],
  [/Failed to get a WebGPU adapter|No supported adapters/i, 'no graphics adapter found for WebGPU (Vulkan, Metal or Direct3D 12)'],
  [/out of memory|CUDA failure 2\b/i, 'the graphics card has too little memory left'],
  [/not supported|not available|backend not found|no available backend/i, 'this build of ONNX Runtime does not have it'],
];

/** One line for people from whatever a provider threw. */
export function friendlyReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const known = friendlyReasons.find(([pattern]) => pattern.test(text));
  const firstLine = (text.split('\n')[0] as string).trim().slice(0, 200);
  return known ? known[1] : firstLine;
}

/**
 * Starts something on the first device that works. `device` `auto` tries all of the platform and keeps each refusal's reason; an explicit one is tried alone,
 * and AnimateError device-unavailable thrown when it refuses. Errors that are no refusals (AnimateError) pass through.
 */
export async function startOnDevice<T>(
  device: DeviceName | 'auto',
  start: (device: DeviceName) => Promise<T>,
  platform: NodeJS.Platform = process.platform,
  refusalOf = knownRefusal,
): Promise<{ started: T; used: DeviceName; refused: Refusal[] }> {
  const refused: Refusal[] = [];
  for (const candidate of device === 'auto' ? devicesToTry(platform) : [device]) {
    const known = device === 'auto' || candidate !== 'webgpu' ? refusalOf(candidate, platform) : undefined; // asked for by name, WebGPU may run in software
    if (known === undefined) {
      try {
        return { started: await start(candidate), used: candidate, refused };
      } catch (error) {
        if (error instanceof AnimateError) throw error;
        if (candidate === 'cpu') throw new AnimateError('model-mismatch', `a network does not load: ${(error as Error).message}`, { cause: error });
        refused.push({ device: candidate, reason: friendlyReason(error) });
      }
    } else {
      refused.push({ device: candidate, reason: known });
    }
  }
  const { reason } = refused.at(-1) as Refusal;
  throw new AnimateError('device-unavailable', `--device ${device}: ${reason}`, { hint: 'Use --device auto or --device cpu; docs/devices.md tells what each device needs.' });
}
