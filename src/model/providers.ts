/** Which of ONNX Runtime's devices start here, and why the others do not: tried, not guessed. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AnimateError } from '../errors.ts';
import { type DeviceName, deviceNames, devicesToTry, knownRefusal } from './device.ts';
import { findModel, modelFolders, networkFile } from './open.ts';
import { openNetworksInWorker } from './remote.ts';

export interface Provider {
  readonly device: DeviceName;
  readonly starts: boolean;
  /** Why not. */
  readonly reason?: string;
}

/** Of onnxruntime-node, without loading its native part. */
export function runtimeVersion(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node'); // .../onnxruntime-node/dist/index.js
  return (JSON.parse(readFileSync(join(dirname(main), '..', 'package.json'), 'utf8')) as { version: string }).version;
}

/** Starts the smallest network of the model on each device that this platform may have, one after the other. */
export async function tryProviders(model: string, signal?: AbortSignal): Promise<Provider[]> {
  const { folder, manifest } = await findModel(model, modelFolders());
  const small = networkFile(folder, manifest, 'faceDetectorNear');
  const providers: Provider[] = [];
  for (const device of deviceNames) {
    const known = devicesToTry().includes(device) ? knownRefusal(device) : `not available on ${process.platform}`;
    providers.push(known === undefined ? await tryProvider(device) : { device, starts: false, reason: known });
  }
  return providers;

  async function tryProvider(device: DeviceName): Promise<Provider> {
    try {
      await (await openNetworksInWorker([small], { device, threads: 1 }, signal)).close();
      return { device, starts: true };
    } catch (error) {
      if (!(error instanceof AnimateError) || error.code === 'cancelled') throw error;
      return { device, starts: false, reason: error.message.replace(`--device ${device}: `, '') };
    }
  }
}
