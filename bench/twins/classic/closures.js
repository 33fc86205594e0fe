/** Closures: counters with state of their own, functions made by functions, and map, filter and reduce over n numbers. */

function counter(step) {
  let count = 0;
  return () => {
    count += step;
    return count;
  };
}

const adder = (amount) => (x) => x + amount;
const scaler = (factor) => (x) => (x * factor) % 10007;
const compose = (f, g) => (x) => g(f(x));

function sumOfCounters(n) {
  const ones = counter(1);
  const threes = counter(3);
  let sum = 0;
  for (let i = 0; i < n; i++) sum = (sum + ones() * threes()) % 1000003;
  return sum;
}

/** Each number goes through a function of its own. */
function sumOfMade(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const change = compose(adder(i), scaler(i % 13));
    sum += change(i);
  }
  return sum;
}

function sumOfPipeline(n) {
  const change = compose(compose(adder(5), scaler(31)), adder(-7));
  let kept = 0;
  const numbers = Array.from({ length: n }, (_, i) => i);
  const sum = numbers
    .map((x) => change(x) + n)
    .filter((x) => {
      const keep = x % 3 !== 0;
      if (keep) kept++;
      return keep;
    })
    .reduce((total, x) => (total + x) % 1000003, 0);
  return sum + kept;
}

export function run(n) {
  return sumOfCounters(n) + sumOfMade(n) + sumOfPipeline(n);
}
