/** Takes a manifest apart again. Throws RangeError for anything that does not look like ours. */

import { type Cbor, decodeCbor } from './cbor.ts';
import { type Box, readBoxes, readSuperBox, type SuperBox } from './jumbf.ts';
import { actionsLabel, type Assertion, claimLabel, ingredientHash, ingredientLabel } from './manifest.ts';

export interface ReadManifest {
  readonly label: string;
  /** Absent where another program made it in another version of the format. */
  readonly claim?: Buffer;
  readonly signature?: Buffer;
  readonly assertions: readonly Assertion[];
  /** False where there are more manifests, or boxes of other kinds: ours has neither. */
  readonly isPlain: boolean;
}

/** What a manifest claims, believed or not. */
export interface Claims {
  readonly generator: { readonly name: string; readonly version?: string };
  readonly actions: readonly { readonly action: string; readonly digitalSourceType?: string; readonly when?: string }[];
  readonly ingredients: readonly { readonly title: string; readonly relationship?: string; readonly sha256?: string }[];
}

/** The active manifest: the last one (C2PA 2.2, 11.1.4.2). */
export function readStore(store: Buffer): ReadManifest {
  const [outer, ...beside] = readBoxes(store);
  const manifests = outer ? readSuperBox(outer).boxes : [];
  const active = manifests.at(-1);
  if (!active) throw new RangeError('C2PA: no manifest');
  const { label, boxes } = readSuperBox(active);
  const parts = boxes.map(readSuperBox);
  const part = (kind: string): SuperBox | undefined => parts.find((one) => one.kind === kind);
  const cborOf = (one: SuperBox | undefined): Buffer | undefined => one?.boxes.find(({ type }) => type === 'cbor')?.content;
  const claim = part('c2cl');
  const assertions = (part('c2as')?.boxes ?? []).map((box: Box) => {
    const assertion = readSuperBox(box);
    return { label: assertion.label, data: cborOf(assertion) };
  });
  const readable = assertions.filter((one): one is Assertion => one.data !== undefined);
  const signature = cborOf(part('c2cs'));
  const content = cborOf(claim);
  return {
    label,
    assertions: readable,
    isPlain: beside.length === 0 && manifests.length === 1 && parts.length === 3 && readable.length === assertions.length && claim?.label === claimLabel,
    ...(content ? { claim: content } : {}),
    ...(signature ? { signature } : {}),
  };
}

/** A field of a map; undefined for anything else. */
export function fieldOf(value: Cbor | undefined, name: string): Cbor | undefined {
  return value instanceof Map ? (value.get(name) as Cbor | undefined) : undefined;
}

/** A list's items; none for anything else. */
export function itemsOf(value: Cbor | undefined): readonly Cbor[] {
  return Array.isArray(value) ? (value as readonly Cbor[]) : [];
}

/** The text in it. */
function textOf(value: Cbor | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'tag' in value && typeof value.value === 'string' ? value.value : undefined;
}

export function readClaims({ claim, assertions }: ReadManifest): Claims {
  const info = claim && fieldOf(decodeCbor(claim), 'claim_generator_info');
  const generator = Array.isArray(info) ? (info as Cbor[])[0] : info;
  const version = textOf(fieldOf(generator, 'version'));
  const actions = assertions.filter(({ label }) => label === actionsLabel).flatMap(({ data }) => itemsOf(fieldOf(decodeCbor(data), 'actions')));
  const ingredients = assertions.filter(({ label }) => label === ingredientLabel || label.startsWith(`${ingredientLabel}__`)).map(({ data }) => decodeCbor(data));
  return {
    generator: { name: textOf(fieldOf(generator, 'name')) ?? 'unknown', ...(version === undefined ? {} : { version }) },
    actions: actions.map((action) => ({ action: textOf(fieldOf(action, 'action')) ?? 'unknown', ...present({ digitalSourceType: textOf(fieldOf(action, 'digitalSourceType')), when: textOf(fieldOf(action, 'when')) }) })),
    ingredients: ingredients.map((one) => ({ title: textOf(fieldOf(one, 'dc:title')) ?? 'unknown', ...present({ relationship: textOf(fieldOf(one, 'relationship')), sha256: ingredientHash(fieldOf(one, 'instanceID')) }) })),
  };
}

function present<Fields extends Record<string, string | undefined>>(fields: Fields): { [Name in keyof Fields]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [Name in keyof Fields]?: string };
}
