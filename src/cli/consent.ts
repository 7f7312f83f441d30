/** `animate consent`, `animate --consent`: docs/consent.md as plain text. */
import { readFileSync } from 'node:fs';
import { type Command, CommanderError } from 'commander';
import type { CommandContext } from './context.ts';

const page = new URL('../../docs/consent.md', import.meta.url);
const columns = 80;

export function addConsent(program: Command, { around }: CommandContext): void {
  const print = (): void => around.writeOut(readConsent());
  program.command('consent').description('print whose consent a film needs, what is misuse, how films are marked').action(print);
  program.option('--consent', 'print whose consent a film needs, and what is misuse').on('option:consent', () => {
    print();
    throw new CommanderError(0, 'commander.consent', ''); // ends as --help does
  });
}

/** For a terminal: without marks, in lines of at most 80 letters. */
export function readConsent(): string {
  const text = readFileSync(page, 'utf8').replace(/^# /, '').replace(/\*\*?|`/g, '');
  return text.split('\n').map(wrap).join('\n');
}

function wrap(paragraph: string): string {
  const lines: string[] = [];
  for (const word of paragraph.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}
