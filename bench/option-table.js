// Rewrites the generated parts of README.md: the table of options and the example for the library. `npm run docs`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fillMarked, optionTable } from '../dist/option-table.js';

const readme = new URL('../README.md', import.meta.url);
const example = new URL('../examples/animate.ts', import.meta.url);

let text = fillMarked(readFileSync(readme, 'utf8'), 'options', optionTable());
if (existsSync(example)) text = fillMarked(text, 'example', `\`\`\`ts\n${readFileSync(example, 'utf8').trim()}\n\`\`\``);
writeFileSync(readme, text);
