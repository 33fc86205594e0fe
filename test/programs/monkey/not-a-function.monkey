let x = 1;
x(2);
// expect runtime error: not callable: number is not a function
