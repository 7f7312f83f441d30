/** Comma-separated values: RFC 4180. */

export interface CsvRow {
  /** Where it begins, 1 the first. */
  readonly line: number;
  readonly fields: readonly string[];
  /** What is wrong with it. */
  readonly problem?: string;
}

/** Rows in their order; empty ones are left out. Lines end in CRLF or LF, a byte order mark is no part of the first field. */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const fields: string[] = [];
    let problem: string | undefined;
    for (let isOver = false; !isOver; ) {
      if (text[at] === '"') {
        const end = closingQuote(text, at + 1);
        if (end < 0) return [...rows, { line: start, fields, problem: 'a quote is opened and never closed' }];
        const field = text.slice(at + 1, end);
        fields.push(field.replaceAll('""', '"'));
        line += field.split('\n').length - 1;
        at = end + 1;
        const rest = restOfField(text, at);
        if (rest.trim() !== '') problem ??= `expected a comma behind a closing quote, got ${JSON.stringify(rest.slice(0, 20))}`;
        at += rest.length;
      } else {
        const field = restOfField(text, at);
        fields.push(field.trim());
        at += field.length;
      }
      isOver = text[at] !== ',';
      at++; // the comma, the end of the line, or the end
    }
    line++;
    if (fields.some((field) => field !== '') || problem !== undefined) rows.push({ line: start, fields, ...(problem === undefined ? {} : { problem }) });
  }
  return rows;
}

/** Where the quote is that ends a field; two in a row are one letter of it. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

/** Up to a comma or the end of the line; the carriage return before a line's end goes with it. */
function restOfField(text: string, from: number): string {
  let at = from;
  while (at < text.length && text[at] !== ',' && text[at] !== '\n') at++;
  return text.slice(from, at);
}
