/** Fannkuch-redux, after the Benchmarks Game: over all permutations of n numbers, how often must a prefix be turned round? */

function flips(permutation, work) {
  for (let i = 0; i < permutation.length; i++) work[i] = permutation[i];
  let count = 0;
  for (let first = work[0]; first !== 0; first = work[0]) {
    for (let low = 0, high = first; low < high; low++, high--) {
      const swap = work[low];
      work[low] = work[high];
      work[high] = swap;
    }
    count++;
  }
  return count;
}

/** Makes the next permutation in place, by rotating ever longer prefixes; false after the last one. */
function advance(permutation, counts) {
  for (let length = 2; length <= permutation.length; length++) {
    const first = permutation[0];
    for (let i = 0; i < length - 1; i++) permutation[i] = permutation[i + 1];
    permutation[length - 1] = first;
    counts[length - 1]++;
    if (counts[length - 1] < length) return true;
    counts[length - 1] = 0;
  }
  return false;
}

/** The checksum and the most flips that any permutation needs. */
export function run(n) {
  const permutation = Int32Array.from({ length: n }, (_, i) => i);
  const work = new Int32Array(n);
  const counts = new Int32Array(n);
  let checksum = 0;
  let most = 0;
  let sign = 1;
  do {
    const count = flips(permutation, work);
    checksum += sign * count;
    if (count > most) most = count;
    sign = -sign;
  } while (advance(permutation, counts));
  return `${checksum} ${most}`;
}
