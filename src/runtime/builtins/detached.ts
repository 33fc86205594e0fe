/**
 * Parts of strings. Hosts let a part share the characters of the whole, so a guest that keeps a short part of a long string
 * would keep all of it, and nobody would have counted that.
 */

/** V8 copies shorter parts. */
const shortestShared = 13;

/** `part`, which was cut out of `whole`, with characters of its own. */
export function detached(part: string, whole: string): string {
  if (part.length < shortestShared || part.length === whole.length) return part;
  // Joined and cut, it is cut out of a string that has but one character more.
  const copy = ` ${part}`;
  return copy.slice(1);
}
