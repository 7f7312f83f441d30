/** `animate completion SHELL`: prints what teaches a shell the commands and options. */
import { Argument, type Command } from 'commander';
import type { CommandContext } from './context.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const help = `
  bash   animate completion bash > ~/.local/share/bash-completion/completions/animate
  zsh    animate completion zsh > ~/.zfunc/_animate          (with fpath+=~/.zfunc before compinit)
  fish   animate completion fish > ~/.config/fish/completions/animate.fish`;

export function addCompletion(program: Command, { around }: CommandContext): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .description('print the completion of bash, zsh or fish')
    .addHelpText('after', help)
    .action(async (shell: Shell) => {
      const [{ writeCompletion }, { outlineOf }] = await Promise.all([import('./completion-scripts.ts'), import('./outline.ts')]);
      around.writeOut(writeCompletion(shell, outlineOf(program)));
    });
}
