/** README's table of options, from the one list. */

import { type OptionSpec, optionList } from './options.ts';

/** Markdown, one section of rows a group, without the markers around it. */
export function optionTable(): string {
  const rows: string[] = [];
  let group = '';
  for (const spec of Object.values<OptionSpec>(optionList)) {
    if (spec.group !== group) rows.push(`| **${spec.group}** | | |`);
    group = spec.group;
    rows.push(`| \`${spec.flags}\` | ${describeDefault(spec)} | ${spec.help} |`);
  }
  rows.push('| `--consent` | | print whose consent a film needs, and what is misuse |', '| `-V, --version` | | print the version |', '| `-h, --help` | | print all this |');
  return ['| option | default | |', '|---|---|---|', ...rows].join('\n');
}

function describeDefault(spec: OptionSpec): string {
  if ('manifest' in spec.default) return "the model's";
  if ('derived' in spec.default) return spec.default.derived;
  const { value } = spec.default;
  return typeof value === 'boolean' ? '' : `${value}${spec.unit ? ` ${spec.unit}` : ''}`;
}

/** docs/consent.md as a section of README. */
export function consentSection(page: string): string {
  return page.replace(/^# /, '## ').trim();
}

/** `document` with `content` between the lines `<!-- name:start -->` and `<!-- name:end -->`. Throws when they are missing. */
export function fillMarked(document: string, name: string, content: string): string {
  const marked = new RegExp(`(<!-- ${name}:start -->\\n)[\\s\\S]*?(<!-- ${name}:end -->)`);
  if (!marked.test(document)) throw new Error(`no <!-- ${name}:start --> ... <!-- ${name}:end -->`);
  return document.replace(marked, (_, start: string, end: string) => `${start}${content}\n${end}`);
}
