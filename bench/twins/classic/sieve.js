/** The sieve of Eratosthenes: the sum of the primes below n. */

export function run(n) {
  const composite = new Uint8Array(n);
  let sum = 0;
  for (let i = 2; i < n; i++) {
    if (composite[i]) continue;
    sum += i;
    // Smaller multiples are multiples of smaller primes too.
    for (let multiple = i * i; multiple < n; multiple += i) composite[multiple] = 1;
  }
  return sum;
}
