/** What would be made, in words: of one film and of a batch. */
import type { FilmPlan } from '../index.ts';

export function describePlan(plan: FilmPlan): string {
  const { path, replaces, frames, fps, width, height, durationSeconds, device, model, seed, estimate } = plan;
  return [
    `${path}: would be ${replaces ? 'replaced' : 'made'}`,
    `  ${describeLength(durationSeconds)}, ${frames} frames of ${width}x${height} at ${Number(fps.toFixed(3))} a second`,
    `  model ${model} on ${device}, seed ${seed}`,
    `  about ${describeTime(estimate.seconds)} and ${describeBytes(estimate.bytes)}`,
    '',
  ].join('\n');
}

export function describeLength(seconds: number): string {
  return `${Math.round(seconds * 100) / 100} s`;
}

/** 75 → "1 min 15 s"; 7300 → "2 h 1 min" */
export function describeTime(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export function describeBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Columns as wide as their widest cell; numbers (`>` before the heading) to the right. */
export function layTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const names = headings.map((heading) => heading.replace(/^>/, ''));
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (headings[column].startsWith('>') ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ').trimEnd();
  return `${[names, ...rows].map(line).join('\n')}\n`;
}
