1 / 0
// expect runtime error: division by zero: the right operand of '//' is zero
