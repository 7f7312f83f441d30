// Rewrites the generated parts of README.md, the table of options, the example for the library and the page about consent, and the manual page docs/animate.1. `npm run docs`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { currentOutline } from '../dist/cli/commands.js';
import { writeManual } from '../dist/cli/manual.js';
import { consentSection, fillMarked, optionTable } from '../dist/option-table.js';

const readme = new URL('../README.md', import.meta.url);
const example = new URL('../examples/animate.ts', import.meta.url);

let text = fillMarked(readFileSync(readme, 'utf8'), 'options', optionTable());
if (existsSync(example)) text = fillMarked(text, 'example', `\`\`\`ts\n${readFileSync(example, 'utf8').trim()}\n\`\`\``);
text = fillMarked(text, 'consent', consentSection(readFileSync(new URL('../docs/consent.md', import.meta.url), 'utf8')));
writeFileSync(readme, text);
writeFileSync(new URL('../docs/animate.1', import.meta.url), writeManual(currentOutline()));
