/** This package's own version, and the least version of Node it runs on. */

import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
const described = JSON.parse(text) as { version: string; engines: { node: string } };

export const { version } = described;

/** ">=20.19" → "20.19" */
export const floor = described.engines.node.replace(/^\D+/, '');
