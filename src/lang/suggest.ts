/**
 * Did you mean: the name nearest to one that is not declared.
 */

/** What people of other languages write. */
const habits: ReadonlyMap<string, string> = new Map([
  ['var', 'let'],
  ['const', 'let'],
  ['function', 'fn'],
  ['func', 'fn'],
  ['def', 'fn'],
  ['elif', 'else if'],
  ['elsif', 'else if'],
  ['nil', 'null'],
  ['None', 'null'],
  ['undefined', 'null'],
  ['True', 'true'],
  ['False', 'false'],
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
]);

/** Names compared at most, so that a source with many names and many errors takes no time to speak of. */
const mostCandidates = 5000;
/** Longer names are not compared. */
const longestName = 60;

/** The name of another language's word, or the nearest candidate that is near enough to be meant. */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  const habit = habits.get(name);
  if (habit !== undefined) return habit;
  if (name.length > longestName) return undefined;
  const allowed = name.length < 3 ? 0 : name.length < 6 ? 1 : 2;
  let best: string | undefined;
  let bestDistance = allowed + 1;
  let compared = 0;
  for (const candidate of candidates) {
    if (++compared > mostCandidates) break;
    if (candidate === name) continue;
    if (candidate.toLowerCase() === name.toLowerCase()) return candidate;
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that make one name of the other. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
