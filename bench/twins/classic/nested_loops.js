/** Two loops inside each other and a running remainder: integer arithmetic on local variables. */

export function run(n) {
  let s = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      s = (s + i * j) % 1000003;
    }
  }
  return s;
}
