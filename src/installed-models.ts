/** The models that can be used by name. */
import { AnimateError } from './errors.ts';
import { summariseModel } from './model/check.ts';
import { listModels } from './model/list.ts';
import { modelFolders } from './model/open.ts';

export interface InstalledModel {
  readonly name: string;
  readonly folder: string;
  readonly version?: string;
  readonly licence?: string;
  /** Of all its files. */
  readonly bytes?: number;
  /** Why its model.json cannot be used. */
  readonly problem?: string;
}

/** Those of ANIMATE_MODELS first, then the user's own, then the package's; a name that comes again is hidden by the first. */
export async function listInstalledModels(): Promise<InstalledModel[]> {
  const models: InstalledModel[] = [];
  for (const { name, folder } of await listModels(modelFolders())) {
    try {
      const { version, licence, bytes } = await summariseModel(folder);
      models.push({ name, folder, version, licence, bytes });
    } catch (error) {
      if (!(error instanceof AnimateError)) throw error;
      models.push({ name, folder, problem: error.message });
    }
  }
  return models;
}
