/** Everything that can be told of a model without making a film with it. */
import { AnimateError } from '../errors.ts';
import { type Manifest, type NetworkName, networkNames } from './manifest.ts';
import { checkModelFile, findModel, modelFolders, networkFile } from './open.ts';
import { openNetworksInWorker } from './remote.ts';
import type { NetworkFile, Networks, SessionOptions } from './session.ts';

export interface ModelSummary {
  readonly name: string;
  readonly version: string;
  readonly kind: string;
  readonly folder: string;
  readonly licence: string;
  /** Whose weights and data went in. */
  readonly sources: Manifest['sources'];
  readonly trainingCommit?: string | undefined;
  /** Of all files that model.json names. */
  readonly bytes: number;
  readonly networks: readonly { readonly name: NetworkName; readonly file: string; readonly bytes: number; readonly inputs: Record<string, (number | string)[]>; readonly outputs: Record<string, (number | string)[]> }[];
}

/** One thing that was looked at; `problem` is there where it is not as it should be. */
export interface ModelCheck {
  readonly what: string;
  readonly problem?: string;
}

export interface CheckModelOptions {
  readonly signal?: AbortSignal | undefined;
  /** What starts the networks; tests start them in their own thread. */
  readonly startNetworks?: (files: readonly NetworkFile[], options: SessionOptions, signal?: AbortSignal) => Promise<Networks>;
}

/** What model.json says. Throws AnimateError model-missing or model-mismatch when it cannot be read. */
export async function summariseModel(nameOrFolder: string): Promise<ModelSummary> {
  const { folder, manifest } = await findModel(nameOrFolder, modelFolders());
  return summarise(folder, manifest);
}

/** The same, and each file and network checked. */
export async function checkModel(nameOrFolder: string, { signal, startNetworks = openNetworksInWorker }: CheckModelOptions = {}): Promise<ModelSummary & { readonly checks: readonly ModelCheck[] }> {
  const { folder, manifest } = await findModel(nameOrFolder, modelFolders());
  const files = [...networkNames.map((name) => manifest.networks[name]), manifest.rig];
  const checks = [{ what: 'model.json' }, ...(await Promise.all(files.map((file) => attempt(`${file.file}: size and sha256`, () => checkModelFile(folder, file)))))];
  const graphs = networkNames.map((name) => networkFile(folder, manifest, name));
  if (checks.every((check) => !('problem' in check))) {
    checks.push(await attempt('networks start on the CPU, with the shapes of model.json', async () => (await startNetworks(graphs, { device: 'cpu', threads: 1 }, signal)).close()));
  }
  return { ...summarise(folder, manifest), checks };
}

async function attempt(what: string, work: () => Promise<void>): Promise<ModelCheck> {
  try {
    await work();
    return { what };
  } catch (error) {
    if (!(error instanceof AnimateError) || error.code === 'cancelled') throw error;
    return { what, problem: error.message };
  }
}

function summarise(folder: string, manifest: Manifest): ModelSummary {
  const { name, version, kind, licence, sources, trainingCommit } = manifest;
  const networks = networkNames.map((network) => {
    const { file, bytes, inputs, outputs } = manifest.networks[network];
    return { name: network, file, bytes, inputs, outputs };
  });
  const bytes = networks.reduce((sum, network) => sum + network.bytes, manifest.rig.bytes);
  return { name, version, kind, folder, licence, sources, ...(trainingCommit === undefined ? {} : { trainingCommit }), bytes, networks };
}
