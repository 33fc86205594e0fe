/** Builds a text of n lines piece by piece, cuts it into words character by character, and counts them in a map. */

const VOCABULARY =
  'the loom holds warp and a shuttle carries weft every heddle lifts one thread of it while reed beats cloth'.split(
    ' ',
  );

function capitalized(word) {
  return word[0].toUpperCase() + word.slice(1);
}

function buildText(lines) {
  let seed = 42;
  const text = [];
  for (let i = 0; i < lines; i++) {
    let line = '';
    for (let j = 0; j < 12; j++) {
      seed = (seed * 1105 + 12345) % 65536;
      const word = VOCABULARY[(seed >> 3) % VOCABULARY.length];
      line += j === 0 ? capitalized(word) : ` ${word}`;
      if (seed % 7 === 0) line += ',';
    }
    text.push(`${line}.`);
  }
  return text.join('\n');
}

function countWords(text) {
  const counts = new Map();
  let word = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c >= 'a' && c <= 'z') {
      word += c;
    } else if (word !== '') {
      counts.set(word, (counts.get(word) ?? 0) + 1);
      word = '';
    }
  }
  return counts;
}

/** The three words that occur most, with their numbers. */
export function run(n) {
  const counts = countWords(buildText(n).toLowerCase());
  return [...counts.keys()]
    .sort()
    .sort((a, b) => counts.get(b) - counts.get(a))
    .slice(0, 3)
    .map((word) => `${word}:${counts.get(word)}`)
    .join(' ');
}
