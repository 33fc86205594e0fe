/** The product of two matrices of n by n numbers, each an array of rows; the answer is a checksum of the product. */

function makeMatrix(n, factor) {
  const matrix = [];
  for (let i = 0; i < n; i++) {
    const row = [];
    for (let j = 0; j < n; j++) row.push((factor * (i - j) * (i + j)) / n);
    matrix.push(row);
  }
  return matrix;
}

function product(a, b) {
  const n = a.length;
  const result = [];
  for (let i = 0; i < n; i++) {
    const row = [];
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += a[i][k] * b[k][j];
      row.push(sum);
    }
    result.push(row);
  }
  return result;
}

export function run(n) {
  const c = product(makeMatrix(n, 1), makeMatrix(n, 2));
  let checksum = 0;
  for (let i = 0; i < n; i++) checksum += c[i][i] + c[i][n - 1 - i];
  return checksum;
}
