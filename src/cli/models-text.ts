/** Reports of `animate models` for people. */
import type { InstalledModel, Licences } from '../index.ts';

export function describeModels(models: readonly InstalledModel[]): string {
  if (models.length === 0) return 'no models\n';
  const rows = models.map(({ name, version, bytes, licence, folder, problem }) => [name, version ?? '', bytes === undefined ? '' : `${(bytes / 1e6).toFixed(0)} MB`, licence ?? '', problem === undefined ? folder : `${folder}: ${problem}`]);
  return alignRows([['name', 'version', 'size', 'licence', 'folder'], ...rows]);
}

export function describeLicences({ model, packages, notice }: Licences): string {
  return [
    `The model ${model.name} ${model.version}: ${model.licence} (card: ${model.card})\nMade from\n`,
    alignRows(model.sources.map(({ name, licence, url }) => [`  ${licence}`, name, url ?? ''])),
    '\nnpm packages that run it\n',
    alignRows(packages.map(({ name, version, licence }) => [`  ${licence}`, name, version])),
    `\nffmpeg is a program of its own, run and not linked. Texts and notices: ${notice}\n`,
  ].join('');
}

function alignRows(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => `${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] + 2))).join('').trimEnd()}\n`).join('');
}
