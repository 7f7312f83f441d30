/** How a film is signed, or why it is not: from the options to a function that seals the finished file. */
import { rm } from 'node:fs/promises';
import { extname } from 'node:path';
import process from 'node:process';
import { AnimateError } from './errors.ts';
import type { OptionValues } from './options.ts';
import { sidecarOf } from './provenance/container.ts';
import type { Signing } from './provenance/cose.ts';
import { openOwnSigner, signerFolder } from './provenance/own-signer.ts';
import { placeOfSeal, sealFilm, sealedEndings } from './provenance/seal.ts';
import { passphraseVariable, readSigner } from './provenance/signer.ts';
import { nameOf } from './provenance/verify.ts';
import { version } from './version.ts';

/** Paths of what a film is made from. */
export interface Sources {
  readonly portrait: string;
  readonly sound: string | undefined;
  readonly motion: string | undefined;
  readonly driving: string | undefined;
}

export interface Sealing {
  /** Name on the certificate; null where the film is not signed. */
  readonly signer: string | null;
  readonly warnings: readonly string[];
  /** What signs a film of `sources`, whose sha256 `hash` gives, hexadecimal; undefined where nothing is signed. */
  readonly sealer: (sources: Sources, hash: (path: string) => Promise<string>) => ((file: string) => Promise<void>) | undefined;
}

/** As `claim_generator_info` names us. */
export const generatorName = 'animate';

const noSeal: Sealing = { signer: null, warnings: [], sealer: () => undefined };

/** Throws `bad-option` for certificates that cannot sign. `isDry` makes none. */
export async function openSealing({ sign, key, noSign }: Pick<OptionValues, 'sign' | 'key' | 'noSign'>, film: string, { isDry = false } = {}): Promise<Sealing> {
  if (noSign && sign !== undefined) throw new AnimateError('bad-option', '--sign and --no-sign: expected one of them, got both');
  if (key !== undefined && sign === undefined) throw new AnimateError('bad-option', '--key: expected the certificate of the key with it, got none', { hint: 'Give the certificate with --sign.' });
  const unsigned = (why: string): Sealing => ({ ...noSeal, warnings: [`not signed, ${why}: only plain metadata says that the film is AI-generated`] });
  if (noSign) {
    const forget = (): Promise<void> => rm(sidecarOf(film), { force: true }); // of the film that is replaced, once its successor is whole
    return { ...unsigned('as --no-sign asks'), ...(placeOfSeal(film) === 'beside' ? { sealer: () => forget } : {}) };
  }
  if (placeOfSeal(film) === undefined) {
    if (sign !== undefined) throw new AnimateError('bad-option', `--sign: expected a film that can hold a signature (${sealedEndings.join(', ')}), got "${film}"`);
    return unsigned(`C2PA has no place in ${film.includes('%') ? 'a folder of pictures' : extname(film).toLowerCase() || 'a stream'}`);
  }
  if (sign !== undefined) return sealingWith(film, await readSigner({ certificate: sign, key, passphrase: process.env[passphraseVariable] }), []);
  if (isDry) return noSeal;
  const { warnings, ...own } = await openOwnSigner(signerFolder());
  return sealingWith(film, own, warnings);
}

function sealingWith(film: string, signing: Signing, warnings: readonly string[]): Sealing {
  const [signer] = signing.chain;
  return {
    signer: signer ? nameOf(signer) : null,
    warnings,
    sealer: (sources, hash) => async (file) => {
      const given = Object.entries(sources).filter((source): source is [string, string] => source[1] !== undefined);
      const ingredients = await Promise.all(given.map(async ([title, path]) => ({ title, sha256: await hash(path) })));
      await sealFilm(file, film, { generator: { name: generatorName, version }, when: new Date(), ingredients }, signing).catch((error: unknown) => {
        throw describeFailure(film, error);
      });
    },
  };
}

/** A full disk, and a film beyond what its tables can tell, are no bugs. */
function describeFailure(film: string, error: unknown): unknown {
  const { code = '', syscall } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException;
  if (syscall !== undefined) return new AnimateError('bad-option', `${film}: cannot be signed (${code})`, { cause: error, hint: 'Is the disk full? Signing needs a few kilobytes beside the film.' });
  if (code === 'ERR_OUT_OF_RANGE') return new AnimateError('bad-option', `${film}: expected a film under 4 GB to sign, got a larger one`, { cause: error, hint: 'Make it shorter or smaller, or leave it unsigned: --no-sign' });
  return error;
}
