/**
 * The few statistics that reports use.
 */

/** The middle value, or the mean of the two in the middle; `NaN` of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The mean for ratios: half and double cancel out. `NaN` of nothing. */
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** The power of the size that times grow with, by least squares of their logarithms. */
export function exponent(points: readonly (readonly [size: number, ms: number])[]): number {
  const xs = points.map(([size]) => Math.log(size));
  const ys = points.map(([, ms]) => Math.log(ms));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [x0, y0] = [mean(xs), mean(ys)];
  const top = xs.reduce((sum, x, i) => sum + (x - x0) * (ys[i]! - y0), 0);
  return top / xs.reduce((sum, x) => sum + (x - x0) ** 2, 0);
}
