/**
 * Stack pictures, read: `a b -- sum` as the names of what an instruction takes and leaves. Pops, pushes, the verifier's
 * rule, the parameter names of bodies and the documentation all come from here.
 */

/** Values that an instruction takes by count: `times` for each unit of the operand `operand`. */
export interface Variadic {
  readonly name: string;
  readonly operand: string;
  readonly times: number;
}

export interface Picture {
  /** Inputs of fixed number, the top of the stack last. */
  readonly inputs: readonly string[];
  /** Inputs above those, by count. */
  readonly variadic: Variadic | undefined;
  readonly outputs: readonly string[];
}

const variadicPattern = /^(\w+)\[(?:(\d+)\*)?(\w+)\]$/;

/** @throws Error where the text is no picture */
export function parsePicture(text: string): Picture {
  const sides = text.split('--');
  if (sides.length !== 2) throw new Error(`a stack picture has one '--': '${text}'`);
  const [left, right] = sides.map((side) => side.trim().split(/\s+/).filter(Boolean)) as [string[], string[]]; // two sides
  const last = left.at(-1);
  const match = last === undefined ? null : variadicPattern.exec(last);
  const variadic = match && { name: match[1]!, operand: match[3]!, times: Number(match[2] ?? 1) };
  const inputs = variadic ? left.slice(0, -1) : left;
  for (const name of [...inputs, ...right]) {
    if (!/^\w+$/.test(name)) throw new Error(`'${name}' is no name in the stack picture '${text}'`);
  }
  return { inputs, variadic: variadic ?? undefined, outputs: right };
}
