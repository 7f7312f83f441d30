/** The models that are found, and what can run their networks. */
import { AnimateError } from '../errors.ts';
import { checkModel } from '../model/check.ts';
import { listModels } from '../model/list.ts';
import { modelFolders } from '../model/open.ts';
import { runtimeVersion, tryProviders } from '../model/providers.ts';
import type { Finding } from './finding.ts';

/** `wished`, the model that films would be made with, must be whole; others that are not are worth a note. */
export async function* checkModels(wished: string, signal?: AbortSignal): AsyncGenerator<Finding> {
  const others = (await listModels(modelFolders())).map(({ name }) => name).filter((name) => name !== wished);
  for (const model of [wished, ...others]) {
    const finding = await checkOne(model, signal);
    yield model === wished || finding.state === 'ok' ? finding : { ...finding, state: 'note' };
  }
}

async function checkOne(model: string, signal: AbortSignal | undefined): Promise<Finding> {
  const name = `model ${model}`;
  try {
    const { folder, version, bytes, licence, checks } = await checkModel(model, { signal });
    const problems = checks.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
    const details = { folder, version, bytes, licence, problems };
    if (problems.length === 0) return { name, state: 'ok', message: `version ${version}, ${(bytes / 1e6).toFixed(0)} MB in ${folder}: files as model.json says, networks start`, details };
    return { name, state: 'bad', message: problems.join('; '), hint: 'Install the package or fetch the model again.', details };
  } catch (error) {
    if (!(error instanceof AnimateError) || error.code === 'cancelled') throw error;
    return { name, state: 'bad', message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

export async function checkProviders(model: string, signal?: AbortSignal): Promise<Finding> {
  const name = 'ONNX Runtime';
  try {
    const providers = await tryProviders(model, signal);
    const starting = providers.filter(({ starts }) => starts).map(({ device }) => device);
    const reasons = providers.flatMap(({ device, reason }) => (reason === undefined ? [] : [`${device}: ${reason}`]));
    const details = { version: runtimeVersion(), providers };
    if (!starting.includes('cpu')) return { name, state: 'bad', message: `${runtimeVersion()} does not start (${reasons.join('; ')})`, hint: 'Install the package again.', details };
    return { name, state: 'ok', message: `${runtimeVersion()} starts on ${starting.join(', ')}; not on ${reasons.join('; ')}`, details };
  } catch (error) {
    if (!(error instanceof AnimateError) || error.code === 'cancelled') throw error;
    return { name, state: 'bad', message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}
