/** What somebody may have meant who typed a name wrong. */

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
