/** In how many ways can n queens stand on a board of n by n fields so that none attacks another? */

export function run(n) {
  // Which columns and diagonals are taken by the rows above.
  const columns = new Array(n).fill(false);
  const rising = new Array(2 * n).fill(false);
  const falling = new Array(2 * n).fill(false);

  function place(row) {
    if (row === n) return 1;
    let found = 0;
    for (let c = 0; c < n; c++) {
      const up = row + c;
      const down = row - c + n;
      if (columns[c] || rising[up] || falling[down]) continue;
      columns[c] = rising[up] = falling[down] = true;
      found += place(row + 1);
      columns[c] = rising[up] = falling[down] = false;
    }
    return found;
  }

  return place(0);
}
