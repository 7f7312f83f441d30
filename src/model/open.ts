/** Finds a model by name or folder, checks its files, and starts its networks. */
import { createHash } from 'node:crypto';
import { open as openFile, readFile, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join, resolve, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { AnimateError, throwIfCancelled } from '../errors.ts';
import type { RunNetwork } from '../tensor/tensor.ts';
import type { DeviceName, Refusal } from './device.ts';
import { type Manifest, type ModelFile, type NetworkName, networkNames, parseManifest } from './manifest.ts';
import { openNetworksInWorker } from './remote.ts';
import { describeNearest } from './list.ts';
import type { NetworkFile, Networks, SessionOptions } from './session.ts';

export interface OpenModelOptions {
  /** Default auto: the first device that starts. */
  device?: DeviceName | 'auto' | undefined;
  /** Threads of one inference on the CPU, default 1: the renderer needs the other cores. */
  threads?: number | undefined;
  signal?: AbortSignal | undefined;
  /** More folders that hold models, searched before the usual ones. */
  folders?: readonly string[] | undefined;
  /** What starts the networks; tests start them in their own thread. */
  startNetworks?: (files: readonly NetworkFile[], options: SessionOptions, signal?: AbortSignal) => Promise<Networks>;
}

/** A model ready to run. `close` it, or its thread stays. */
export interface Model {
  name: string;
  folder: string;
  manifest: Manifest;
  /** The file `rig.bin`, shared so that render threads need no copy. */
  rig: SharedArrayBuffer;
  networks: Record<NetworkName, RunNetwork>;
  device: { used: DeviceName; refused: Refusal[] };
  close(): Promise<void>;
}

const packageModels = fileURLToPath(new URL('../../models', import.meta.url));

/** Where a model's name is looked up, in this order: the folders of ANIMATE_MODELS, the user's own, the package's. */
export function modelFolders(environment: NodeJS.ProcessEnv = process.env): string[] {
  const listed = (environment['ANIMATE_MODELS'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const data = environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share');
  return [...listed, join(data, 'animate', 'models'), packageModels];
}

/** Opens the model `nameOrFolder`: a folder when it has a separator or is one that holds model.json, else a name. */
export async function openModel(nameOrFolder: string, options: OpenModelOptions = {}): Promise<Model> {
  const { device = 'auto', threads = 1, signal, folders = [], startNetworks = openNetworksInWorker } = options;
  throwIfCancelled(signal);
  const { folder, manifest } = await findModel(nameOrFolder, [...folders, ...modelFolders()]);
  const files = networkNames.map((name) => networkFile(folder, manifest, name));
  // Before anything reads them: a pipe would never end, a link lead elsewhere.
  await Promise.all([...networkNames.map((name) => manifest.networks[name]), manifest.rig].map(({ file, bytes }) => checkSize(join(folder, file), bytes)));
  const starting = startNetworks(files, { device, threads }, signal);
  starting.catch(() => {}); // awaited below, after the checks whose messages say more
  try {
    await Promise.all(networkNames.map((name) => checkModelFile(folder, manifest.networks[name])));
    const rig = await readShared(folder, manifest.rig);
    const networks = await starting;
    return { name: manifest.name, folder, manifest, rig, networks: networks.run as Model['networks'], device: { used: networks.used, refused: networks.refused }, close: networks.close };
  } catch (error) {
    await starting.then(
      (networks) => networks.close(),
      () => {},
    );
    throw error;
  }
}

/** The folder and the manifest of a model. */
export async function findModel(nameOrFolder: string, folders: readonly string[]): Promise<{ folder: string; manifest: Manifest }> {
  const isPath = nameOrFolder.includes('/') || nameOrFolder.includes(sep) || nameOrFolder === '.' || nameOrFolder === '..';
  const candidates = isPath ? [resolve(nameOrFolder)] : [...folders.map((parent) => join(parent, nameOrFolder)), resolve(nameOrFolder)];
  for (const folder of candidates) {
    const path = join(folder, 'model.json');
    const text = await readManifest(path);
    if (text !== undefined) return { folder, manifest: parseManifest(text, path) };
  }
  throw isPath
    ? new AnimateError('model-missing', `--model ${nameOrFolder}: no model.json in ${candidates[0]}`, { hint: 'Give the folder that holds model.json, or the name of a model.' })
    : new AnimateError('model-missing', `--model ${nameOrFolder}: no such model in ${folders.join(', ')}`, { hint: `${await describeNearest(nameOrFolder, folders)}Put its folder into one of these, name more with ANIMATE_MODELS, or give the folder itself.` });
}

const mostManifestBytes = 1e6; // the shipped one has 7 kB

/** The text of a model.json; undefined where there is none. */
async function readManifest(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > mostManifestBytes) throw new AnimateError('model-mismatch', `${path}: expected at most ${mostManifestBytes} bytes, got ${size}`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof AnimateError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new AnimateError('model-missing', `${path}: not readable (${code ?? message})`, { cause: error });
  }
}

export function networkFile(folder: string, manifest: Manifest, name: NetworkName): NetworkFile {
  const { file, inputs, outputs } = manifest.networks[name];
  return { name, path: join(folder, file), inputs, outputs };
}

/** Throws AnimateError model-missing or model-mismatch unless the file is there, inside the folder, and the one that the manifest means. */
export async function checkModelFile(folder: string, { file, bytes, sha256 }: ModelFile): Promise<void> {
  const path = join(folder, file);
  await checkSize(path, bytes);
  checkHash(path, await readFile(path), sha256);
}

async function readShared(folder: string, { file, bytes, sha256 }: ModelFile): Promise<SharedArrayBuffer> {
  const path = join(folder, file);
  await checkSize(path, bytes);
  const shared = new SharedArrayBuffer(bytes);
  const view = new Uint8Array(shared);
  const handle = await openFile(path);
  try {
    for (let at = 0; at < bytes; ) {
      const { bytesRead } = await handle.read(view, at, bytes - at, at);
      if (bytesRead === 0) throw new AnimateError('model-mismatch', `${path}: ended after ${at} bytes, the manifest says ${bytes}`);
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
  checkHash(path, view, sha256);
  return shared;
}

async function checkSize(path: string, bytes: number): Promise<void> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AnimateError('model-missing', `${path}: ${cause.code === 'ENOENT' ? 'the model has no such file' : cause.message}`, { cause, hint: fetchAgain(path) });
  });
  const [real, folder] = await Promise.all([realpath(path), realpath(dirname(path))]);
  if (dirname(real) !== folder) throw new AnimateError('model-mismatch', `${path}: expected a file in the folder of the model, got a link to ${real}`, { hint: 'Put the file itself into the folder.' });
  if (!found.isFile()) throw new AnimateError('model-mismatch', `${path}: expected a file, got something else`);
  if (found.size !== bytes) throw new AnimateError('model-mismatch', `${path}: expected ${bytes} bytes, got ${found.size}`, { hint: fetchAgain(path) });
}

function checkHash(path: string, content: Uint8Array, sha256: string): void {
  const found = createHash('sha256').update(content).digest('hex');
  if (found !== sha256) throw new AnimateError('model-mismatch', `${path}: expected sha256 ${sha256}, got ${found}`, { hint: fetchAgain(path) });
}

function fetchAgain(path: string): string {
  return `${basename(path)} is damaged or belongs to another model: fetch the model again.`;
}
