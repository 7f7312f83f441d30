/** The user's own certificate: made by the first film that needs one, kept where only the user can read it. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { makeCertificates } from './certificate.ts';
import type { Signing } from './cose.ts';

const certificateName = 'certificate.pem';
const keyName = 'key.pem';
const temporary = '.signer-';
// Longer than making a key takes anywhere.
const staleMilliseconds = 60_000;

export interface OwnSigner extends Signing {
  readonly warnings: readonly string[];
}

/** ANIMATE_SIGNER, else `signer` in the folder of this program in the user's data. */
export function signerFolder(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (environment['ANIMATE_SIGNER']) return environment['ANIMATE_SIGNER'];
  const data = environment['XDG_DATA_HOME'] || dataFolders[platform]?.(environment) || join(homedir(), '.local', 'share');
  return join(data, 'animate', 'signer');
}

const dataFolders: Partial<Record<NodeJS.Platform, (environment: NodeJS.ProcessEnv) => string | undefined>> = {
  darwin: () => join(homedir(), 'Library', 'Application Support'),
  win32: (environment) => environment['LOCALAPPDATA'],
};

/** Never fails: where nothing can be kept, a certificate is made for this run alone, and a warning says so. */
export async function openOwnSigner(folder: string, now = new Date()): Promise<OwnSigner> {
  try {
    const kept = (await readOwnSigner(folder)) ?? (await makeOwnSigner(folder, now));
    const [signer] = kept.chain as [X509Certificate];
    if (now >= new Date(signer.validFrom) && now <= new Date(signer.validTo)) return { ...kept, warnings: await exposureOf(folder) };
    return { ...forThisRun(now), warnings: [`signed with a certificate for this film alone: the one in ${folder} is valid from ${signer.validFrom} to ${signer.validTo}. Is the clock right? Move that folder away for a new one.`] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...forThisRun(now), warnings: [`signed with a certificate for this film alone: none can be kept in ${folder} (${why}). Set ANIMATE_SIGNER to another folder.`] };
  }
}

/** Undefined where none was made yet. Throws for one that is broken. */
export async function readOwnSigner(folder: string): Promise<Signing | undefined> {
  const isMade = await stat(join(folder, certificateName)).then(() => true, (error: NodeJS.ErrnoException) => error.code !== 'ENOENT');
  if (!isMade) return undefined;
  const [certificates, key] = await Promise.all([certificateName, keyName].map((name) => readFile(join(folder, name), 'utf8')));
  return pair(String(certificates), String(key));
}

/** The certificate alone, if one can be read: to know one's own films. */
export async function readOwnCertificate(folder: string): Promise<X509Certificate | undefined> {
  try {
    return new X509Certificate(await readFile(join(folder, certificateName)));
  } catch {
    return undefined; // none, or not for this user: films are told as signed by somebody
  }
}

/** Written under another name first, so that of two programs that come at once one wins and both use the same. */
async function makeOwnSigner(folder: string, now: Date): Promise<Signing> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  await removeStale(parent, now);
  const draft = await mkdtemp(join(parent, temporary)); // 0700
  try {
    const { certificates, key } = makeCertificates(now);
    await writeFile(join(draft, keyName), key, { mode: 0o600, flag: 'wx' });
    await writeFile(join(draft, certificateName), certificates, { mode: 0o600, flag: 'wx' });
    await chmod(draft, 0o700);
    await rmdir(folder).catch(() => {}); // an empty one stands in the way on some systems
    await rename(draft, folder).catch(async (error: unknown) => {
      if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw error; // nobody else was quicker
    });
    const made = await readOwnSigner(folder);
    if (!made) throw new Error('it holds other files');
    return made;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Drafts of runs that were killed. */
async function removeStale(parent: string, now: Date): Promise<void> {
  for (const name of (await readdir(parent)).filter((one) => one.startsWith(temporary))) {
    const made = await stat(join(parent, name)).catch(() => undefined);
    if (made && now.getTime() - made.mtimeMs > staleMilliseconds) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** Windows has no such modes: there the user's data folder is the user's. */
async function exposureOf(folder: string): Promise<string[]> {
  const path = join(folder, keyName);
  const { mode } = await stat(path);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return [];
  return [`${path}: others can read this key and sign in your name: chmod 600 "${path}"`];
}

function forThisRun(now: Date): Signing {
  const { certificates, key } = makeCertificates(now);
  return pair(certificates, key);
}

function pair(certificates: string, key: string): Signing {
  const chain = (certificates.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []).map((pem) => new X509Certificate(pem));
  const privateKey = createPrivateKey(key);
  if (!chain[0]?.checkPrivateKey(privateKey)) throw new Error('its certificate and its key do not belong together');
  return { chain, key: privateKey };
}
