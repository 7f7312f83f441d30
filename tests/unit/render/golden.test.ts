/** Frames against those that were looked at: `UPDATE_GOLDEN=1 npx vitest run --project unit golden` writes them anew; look at tests/fixtures/golden/ before you commit. */
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { drawGolden, goldenKinds, goldenPoses, goldenSource, goldenTile, perceptualHash } from '../../support/golden.ts';

const folder = fileURLToPath(new URL('../../fixtures/golden/', import.meta.url));
/** Mean difference of a tile, grey levels: the strips are kept as WebP, which alone costs 1 to 2. */
const largestDifference = 3;
const mostBits = 6;

describe('golden frames', () => {
  test.each(Object.keys(goldenKinds))('%s', async (kind) => {
    const file = `${folder}${kind.replaceAll(' ', '-')}.webp`;
    const tiles = await drawGolden(await goldenSource(kind));
    const raw = { width: goldenTile, height: goldenTile, channels: 3 } as const;
    if (process.env['UPDATE_GOLDEN']) {
      mkdirSync(folder, { recursive: true });
      const strip = sharp({ create: { ...raw, width: goldenTile * tiles.length, background: 'white' } });
      await strip.composite(tiles.map((tile, k) => ({ input: Buffer.from(tile), raw, left: k * goldenTile, top: 0 }))).webp({ quality: 95, smartSubsample: true }).toFile(file);
    }
    expect(existsSync(file), `${file}: missing, see the head of this test`).toBe(true);
    for (const [k, pose] of goldenPoses.entries()) {
      const kept = await sharp(file).extract({ left: k * goldenTile, top: 0, width: goldenTile, height: goldenTile }).removeAlpha().raw().toBuffer();
      const difference = kept.reduce((sum, value, i) => sum + Math.abs(value - tiles[k][i]), 0) / kept.length;
      const [a, b] = await Promise.all([perceptualHash(kept), perceptualHash(tiles[k])]);
      expect(difference, `${kind}, ${pose}: mean difference`).toBeLessThan(largestDifference);
      expect(a.filter((bit, i) => bit !== b[i]).length, `${kind}, ${pose}: bits of the hash`).toBeLessThanOrEqual(mostBits);
    }
  });
});
