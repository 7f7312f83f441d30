/** Which models there are, and which of them somebody may have meant. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nearest } from '../nearest.ts';

/** A model's folder, by name; the first folder that has the name is the one that runs. */
export interface ListedModel {
  readonly name: string;
  readonly folder: string;
}

/** All models in `folders`, in their order; those hidden behind an earlier one of the same name are left out. */
export async function listModels(folders: readonly string[]): Promise<ListedModel[]> {
  const models: ListedModel[] = [];
  for (const parent of folders) {
    const names = await readdir(parent).catch(() => []);
    for (const name of names.sort()) {
      const folder = join(parent, name);
      const isModel = await stat(join(folder, 'model.json')).then((found) => found.isFile(), () => false);
      if (isModel && !models.some((model) => model.name === name)) models.push({ name, folder });
    }
  }
  return models;
}

/** `Did you mean "default"? `, or nothing where no name is near. */
export async function describeNearest(wished: string, folders: readonly string[]): Promise<string> {
  const name = nearest(wished, (await listModels(folders)).map((model) => model.name));
  return name === undefined ? '' : `Did you mean "${name}"? `;
}
