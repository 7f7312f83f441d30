/** Completion scripts for three shells, from the outline of the command line. */
import type { Shell } from './completion.ts';
import type { Completion, Outline, OutlineOption } from './outline.ts';

// Models are asked for under the second name: the first may be ImageMagick's.
const programs = ['animate', 'animate-portrait'];

export function writeCompletion(shell: Shell, outline: Outline): string {
  return { bash: writeBash, zsh: writeZsh, fish: writeFish }[shell](outline);
}

/** All commands with the words that lead to them: [], ["doctor"], ["models", "check"] ... */
function pathsOf(outline: Outline, path: readonly string[] = []): { path: readonly string[]; outline: Outline }[] {
  return [{ path, outline }, ...outline.commands.flatMap((command) => pathsOf(command, [...path, command.name]))];
}

const namesOf = ({ short, long }: OutlineOption): string[] => (short === undefined ? [long] : [short, long]);
/** For single quotes in a shell. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

// Words complete as far as they are known; an empty reply leaves the word to the names of files (-o default).
function writeBash(outline: Outline): string {
  const all = pathsOf(outline);
  const words = ({ options, commands, arguments: given }: Outline): string[] => [
    ...commands.map(({ name }) => name),
    ...options.flatMap(namesOf),
    ...given.flatMap(({ completion }) => (typeof completion === 'object' ? completion : [])),
  ];
  const reply = (completion: Completion): string => (completion === 'model' ? 'models="$(animate-portrait models --json 2>/dev/null | grep -o \'"name":"[^"]*"\' | cut -d \\" -f 4)"; COMPREPLY=($(compgen -W "$models" -- "$word"))' : typeof completion === 'object' ? `COMPREPLY=($(compgen -W ${quote(completion.join(' '))} -- "$word"))` : ':');
  const values = new Map(all.flatMap((each) => each.outline.options.flatMap((option) => (option.value ? [[namesOf(option).join('|'), option.value.completion] as const] : []))));
  const known = all.filter(({ path }) => path.length === 1).map(({ path }) => path[0]);
  const takesModel = all.filter((each) => each.outline.arguments[0]?.completion === 'model').map(({ path }) => path.join(' '));
  const filePaths = all.filter((each) => each.outline.arguments.some(({ completion }) => completion === 'file')).map(({ path }) => path.join(' '));
  return `# bash completion for animate; made by: animate completion bash
_animate() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="" path="" models
  ((COMP_CWORD > 0)) && before="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if ((COMP_CWORD > 1)); then
    case "\${COMP_WORDS[1]}" in ${known.join('|')}) path="\${COMP_WORDS[1]}" ;; esac
    if [[ -n "$path" ]] && ((COMP_CWORD > 2)); then
      case "$path \${COMP_WORDS[2]}" in ${all.filter(({ path }) => path.length === 2).map(({ path }) => quote(path.join(' '))).join('|')}) path="$path \${COMP_WORDS[2]}" ;; esac
    fi
  fi
  case "$before" in
${[...values].map(([names, completion]) => `    ${names}) ${reply(completion)}; return ;;`).join('\n')}
  esac
  case "$path" in
${takesModel.map((path) => `    ${quote(path)}) [[ "$word" == -* ]] || { ${reply('model')}; return; } ;;`).join('\n')}
  esac
  case "$path" in
${all.map((each) => `    ${quote(each.path.join(' '))}) COMPREPLY=($(compgen -W ${quote(words(each.outline).join(' '))} -- "$word")) ;;`).join('\n')}
  esac
  # An empty word where a file may stand: its name is what is wanted.
  case "$path" in ${filePaths.map(quote).join('|')}) [[ -n "$word" ]] || COMPREPLY=() ;; esac
}
complete -o default -F _animate ${programs.join(' ')}
`;
}

function writeZsh(outline: Outline): string {
  const text = (description: string): string => description.replaceAll('\\', '\\\\').replaceAll(/[[\]:]/g, '\\$&');
  const action = (completion: Completion): string => (completion === 'file' ? '_files' : completion === 'model' ? '_animate_model' : completion === 'nothing' ? ' ' : `(${completion.join(' ')})`);
  const spec = (option: OutlineOption): string => {
    const names = namesOf(option);
    const value = option.value ? `:${text(option.value.placeholder)}:${action(option.value.completion)}` : '';
    const body = `[${text(option.description)}]${value}`;
    return names.length === 2 ? `${quote(`(${names.join(' ')})`)}{${names.join(',')}}${quote(body)}` : quote(`${names[0]}${body}`);
  };
  const argumentsOf = ({ options, arguments: given }: Outline, first?: string): string =>
    ['_arguments -S', ...options.map(spec), ...given.map(({ name, completion, isRequired }, i) => quote(`${i + 1}:${isRequired ? '' : ':'}${text(name)}:${i === 0 && first ? first : action(completion)}`))].join(' \\\n        ');
  const describe = (commands: readonly Outline[]): string => commands.map(({ name, description }) => quote(`${name}:${text(description)}`)).join(' ');
  const branch = (command: Outline): string =>
    command.commands.length === 0
      ? `    ${command.name})\n      shift words; ((CURRENT--))\n      ${argumentsOf(command)} ;;`
      : `    ${command.name})
      shift words; ((CURRENT--))
      if ((CURRENT == 2)); then
        local -a actions; actions=(${describe(command.commands)})
        _describe action actions
        return
      fi
      case "$words[2]" in
${command.commands.map((inner) => `        ${inner.name}) shift words; ((CURRENT--)); ${argumentsOf(inner)} ;;`).join('\n')}
      esac ;;`;
  return `#compdef ${programs.join(' ')}
# zsh completion for animate; made by: animate completion zsh
_animate_model() {
  local -a models; models=(\${(f)"$(animate-portrait models --json 2>/dev/null | grep -o '"name":"[^"]*"' | cut -d '"' -f 4)"})
  _alternative "models:model:($models)" 'folders:folder:_files -/'
}
_animate_first() {
  local -a commands; commands=(${describe(outline.commands)})
  _describe command commands
  _files
}
_animate() {
  case "$words[2]" in
${outline.commands.map(branch).join('\n')}
    *)
      ${argumentsOf(outline, '_animate_first')} ;;
  esac
}
if [ "$funcstack[1]" = _animate ]; then _animate "$@"; else compdef _animate ${programs.join(' ')}; fi
`;
}

function writeFish(outline: Outline): string {
  const names = outline.commands.map(({ name }) => name);
  const models = '(animate-portrait models --json 2>/dev/null | string match -ra \'"name":"([^"]*)"\' -g)';
  const value = (completion: Completion): string => (completion === 'file' ? ' -r -F' : completion === 'model' ? ` -r -f -a ${fishQuote(models)}` : completion === 'nothing' ? ' -x' : ` -x -a ${fishQuote(completion.join(' '))}`);
  const lines: string[] = [];
  for (const program of programs) {
    const add = (condition: string, rest: string): void => void lines.push(`complete -c ${program} -n ${fishQuote(condition)}${rest}`);
    const addOptions = (condition: string, options: readonly OutlineOption[]): void => {
      for (const { short, long, description, value: taken } of options) {
        add(condition, `${short === undefined ? '' : ` -s ${short.slice(1)}`} -l ${long.slice(2)}${taken ? value(taken.completion) : ''} -d ${fishQuote(description)}`);
      }
    };
    addOptions(`not __fish_seen_subcommand_from ${names.join(' ')}`, outline.options);
    for (const command of outline.commands) {
      add('__fish_use_subcommand', ` -a ${command.name} -d ${fishQuote(command.description)}`);
      const inside = `__fish_seen_subcommand_from ${command.name}`;
      addOptions(inside, command.options);
      for (const { completion } of command.arguments) if (typeof completion === 'object') add(inside, ` -f -a ${fishQuote(completion.join(' '))}`);
      for (const inner of command.commands) {
        add(`${inside}; and not __fish_seen_subcommand_from ${command.commands.map(({ name }) => name).join(' ')}`, ` -f -a ${inner.name} -d ${fishQuote(inner.description)}`);
        if (inner.arguments[0]?.completion === 'model') add(`${inside}; and __fish_seen_subcommand_from ${inner.name}`, ` -f -a ${fishQuote(models)}`);
      }
    }
  }
  return `# fish completion for animate; made by: animate completion fish\n${lines.join('\n')}\n`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
