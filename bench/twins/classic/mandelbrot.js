/** The Mandelbrot set on n by n points: the number of rounds that all of them stay near the origin. */

const LIMIT = 50;

function rounds(cx, cy) {
  let x = 0;
  let y = 0;
  let n = 0;
  while (n < LIMIT && x * x + y * y <= 4) {
    const next = x * x - y * y + cx;
    y = 2 * x * y + cy;
    x = next;
    n++;
  }
  return n;
}

export function run(n) {
  let total = 0;
  for (let row = 0; row < n; row++) {
    const cy = (2 * row) / n - 1;
    for (let column = 0; column < n; column++) {
      total += rounds((3 * column) / n - 2, cy);
    }
  }
  return total;
}
