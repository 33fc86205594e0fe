/**
 * Counting the occurrences of a part in a text, which tells what is to be charged before anything is made of them.
 */

/** How often `part`, which is not empty, occurs in `text`, not counting overlaps. */
export function occurrences(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found++;
  return found;
}
