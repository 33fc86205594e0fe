let x = 5;
x * 2;
// expect value: 10
