// The Fibonacci numbers, by recursion, and by a list that grows at its end.

let fibonacci = fn(n) {
  if (n < 2) { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
};
puts(fibonacci(20));
// expect: 6765

let sequence = fn(length) {
  let grow = fn(numbers, before, now) {
    if (len(numbers) == length) { return numbers; }
    grow(push(numbers, before), now, before + now)
  };
  grow([], 0, 1)
};
puts(sequence(12));
// expect: [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]

// Each is about 1.618 times the one before it; the numbers of Monkey are integers, so it is computed in thousandths.
let numbers = sequence(25);
puts(numbers[24] * 1000 / numbers[23]);
// expect: 1618
