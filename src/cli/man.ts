/** `animate man`: prints the manual page, as `man` reads it. */
import type { Command } from 'commander';
import type { CommandContext } from './context.ts';

export function addMan(program: Command, { around }: CommandContext): void {
  program
    .command('man')
    .description('print the manual page: animate man | man -l -')
    .action(async () => {
      const [{ writeManual }, { outlineOf }] = await Promise.all([import('./manual.ts'), import('./outline.ts')]);
      around.writeOut(writeManual(outlineOf(program)));
    });
}
