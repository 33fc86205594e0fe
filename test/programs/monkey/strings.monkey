puts("Hello" + " " + "World!");
// expect: Hello World!
puts(len("four"));
// expect: 4
puts("mon" + "key" == "monkey");
// expect: true
