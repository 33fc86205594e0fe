// Monkey: everything is an expression, and functions are values like any other.

let greet = fn(name) { "Hello, " + name + "!" };
puts(greet("Monkey"));
// expect: Hello, Monkey!

// A function may return a function, which remembers where it came from.
let greeter = fn(greeting) {
  fn(name) { greeting + ", " + name + "." }
};
let welcome = greeter("Welcome");
puts(welcome("traveller"));
// expect: Welcome, traveller.

// There are no loops: what is done to every element is done by recursion.
let each = fn(list, f) {
  if (len(list) > 0) {
    f(first(list));
    each(rest(list), f);
  }
};
each(["one", "two", "three"], fn(word) { puts(word + " (" + str(len(word)) + ")") });
// expect: one (3)
// expect: two (3)
// expect: three (5)

// Hashes map strings, integers and booleans to anything.
let people = [{"name": "Alice", "age": 24}, {"name": "Anna", "age": 28}];
puts(people[0]["name"], people[0]["age"] + people[1]["age"]);
// expect: Alice
// expect: 52
