/** How much a text will become once it is taken apart: a file of a hundred megabytes may hold that many values, and each takes more memory than its letters. */

/** Whether `letter` stands more than `most` times in `text`. */
export function holdsMore(text: string, letter: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf(letter); at >= 0; at = text.indexOf(letter, at + 1)) if (++count > most) return true;
  return false;
}
