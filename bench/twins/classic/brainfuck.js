/** An interpreter of Brainfuck that runs a program which reads n and writes n squared, (n - 1) squared ... 1, all modulo 256. */

/** Cells: the number, two copies, the square, a cell to copy through. */
const SQUARES = ',[[->+>+>>+<<<<]>>>>[-<<<<+>>>>]<<<<>[->[->+>+<<]>>[-<<+>>]<<<]>[-]>.[-]<<<-]';

/** For each bracket the place of its partner. */
function matchBrackets(code) {
  const partner = new Int32Array(code.length);
  const open = [];
  for (let at = 0; at < code.length; at++) {
    if (code[at] === '[') {
      open.push(at);
    } else if (code[at] === ']') {
      const start = open.pop();
      partner[start] = at;
      partner[at] = start;
    }
  }
  return partner;
}

function interpret(code, input) {
  const partner = matchBrackets(code);
  const tape = new Uint8Array(100);
  const output = [];
  let head = 0;
  let read = 0;
  for (let at = 0; at < code.length; at++) {
    switch (code[at]) {
      case '>':
        head++;
        break;
      case '<':
        head--;
        break;
      case '+':
        tape[head]++;
        break;
      case '-':
        tape[head]--;
        break;
      case '[':
        if (tape[head] === 0) at = partner[at];
        break;
      case ']':
        if (tape[head] !== 0) at = partner[at];
        break;
      case '.':
        output.push(tape[head]);
        break;
      case ',':
        tape[head] = read < input.length ? input[read++] : 0;
        break;
    }
  }
  return output;
}

/** A checksum of what the program writes; n is 255 at most. */
export function run(n) {
  return interpret(SQUARES, [n]).reduce((hash, byte) => (hash * 31 + byte) % 1000003, 7);
}
