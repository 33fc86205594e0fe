let x = 5;
x = 6;
while (x) { x }
let y = 1.5;
let z = x && y;
class Empty {}
[1, 2,]
