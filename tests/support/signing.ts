/** Certificates and small films to sign. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runFfmpeg } from '../../src/ffmpeg/run.ts';
import { makeCertificates } from '../../src/provenance/certificate.ts';
import type { Signing } from '../../src/provenance/cose.ts';
import type { Statement } from '../../src/provenance/manifest.ts';
import { bundledFfmpeg } from './ffmpeg.ts';

/** Goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'animate-signing-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function selfMade(now?: Date): Signing {
  const { certificates, key } = makeCertificates(now);
  return { chain: splitPem(certificates).map((pem) => new X509Certificate(pem)), key: createPrivateKey(key) };
}

export function splitPem(text: string): string[] {
  return text.match(/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----\n?/g) ?? [];
}

export const statement: Statement = {
  generator: { name: 'animate', version: '1.2.3' },
  when: new Date('2026-05-04T03:02:01Z'),
  ingredients: [
    { title: 'portrait', sha256: 'ab'.repeat(32) },
    { title: 'sound', sha256: 'cd'.repeat(32) },
  ],
};

/** A second of moving bars with a tone; `ending` names the container. */
export async function makeBars(file: string): Promise<void> {
  const isSilent = /\.(gif|apng)$/.test(file);
  const movflags = /\.(mp4|m4v|mov)$/.test(file) ? ['-movflags', '+faststart'] : [];
  const format = file.endsWith('.apng') ? ['-f', 'apng'] : [];
  const sound = isSilent ? [] : ['-f', 'lavfi', '-i', 'sine=duration=0.4'];
  await runFfmpeg(bundledFfmpeg, ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=10:duration=0.4', ...sound, ...movflags, ...format, '-y', `file:${file}`], {}).done;
}
