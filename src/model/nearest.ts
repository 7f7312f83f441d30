/** Which models there are, and which of them somebody may have meant. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

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

/** The name with the fewest changes, where those are no more than a third of the longer word. */
export function nearest(wished: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({ name, distance: countEdits(wished.toLowerCase(), name.toLowerCase()) }));
  const best = distances.reduce<(typeof distances)[number] | undefined>((a, b) => (a !== undefined && a.distance <= b.distance ? a : b), undefined);
  return best && best.distance <= Math.max(wished.length, best.name.length) / 3 ? best.name : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`: optimal string alignment (Damerau 1964). */
export function countEdits(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2][j - 2] + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1), swap));
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}
