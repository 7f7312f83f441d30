/** The licences of everything that runs: the model, what it was made from, and the npm packages. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ModelSummary, summariseModel } from './model/check.ts';

export interface PackageLicence {
  readonly name: string;
  readonly version: string;
  /** As the package's own package.json says it, in SPDX's words. */
  readonly licence: string;
}

export interface Licences {
  readonly model: Pick<ModelSummary, 'name' | 'version' | 'licence' | 'sources'> & { readonly card: string };
  /** This package and all that it brings along, as they are installed here. */
  readonly packages: readonly PackageLicence[];
  /** The file with copyright lines and texts. */
  readonly notice: string;
}

interface Description {
  name?: string;
  version?: string;
  license?: string | { type?: string };
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const root = fileURLToPath(new URL('..', import.meta.url));

export async function listLicences(model: string): Promise<Licences> {
  const { name, version, licence, sources, folder } = await summariseModel(model);
  return { model: { name, version, licence, sources, card: join(folder, 'README.md') }, packages: await listPackages(root), notice: join(root, 'NOTICE') };
}

/** The package in `folder` and, once each, everything that it depends on. Optional packages of other platforms are not installed, so not listed. */
export async function listPackages(folder: string): Promise<PackageLicence[]> {
  const found = new Map<string, PackageLicence>();
  const visit = async (place: string): Promise<void> => {
    if (found.has(place)) return;
    const description = JSON.parse(await readFile(join(place, 'package.json'), 'utf8')) as Description;
    const { name = place, version = '', license, dependencies = {}, optionalDependencies = {} } = description;
    found.set(place, { name, version, licence: (typeof license === 'string' ? license : license?.type) ?? 'unknown' });
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const installed = await findPackage(dependency, place);
      if (installed !== undefined) await visit(installed);
    }
  };
  await visit(folder.replace(/[\\/]$/, ''));
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en'));
}

/** As Node looks for packages: in node_modules here, then of each folder above. */
async function findPackage(name: string, from: string): Promise<string | undefined> {
  for (let place = from; ; place = dirname(place)) {
    const candidate = join(place, 'node_modules', name);
    if (await readFile(join(candidate, 'package.json')).then(() => true, () => false)) return candidate;
    if (dirname(place) === place) return undefined;
  }
}
