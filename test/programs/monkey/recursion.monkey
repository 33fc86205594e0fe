let fibonacci = fn(x) {
  if (x == 0) { return 0; }
  if (x == 1) { return 1; }
  fibonacci(x - 1) + fibonacci(x - 2)
};
puts(fibonacci(15));
// expect: 610
let wrapper = fn() {
  let countDown = fn(x) { if (x == 0) { return "done"; } countDown(x - 1); };
  countDown(5);
};
puts(wrapper());
// expect: done
