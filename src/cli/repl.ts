/**
 * `heddle repl`: reads a line or several, runs them as the next piece of one session, prints the value. Definitions and
 * the history of lines are kept, the history from one session to the next.
 */

import { appendFileSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import pc from 'picocolors';
import { disassemble } from '../bytecode/disassemble';
import type { EngineName } from '../engines/engines';
import { compile, isIncomplete, Session } from '../lang/compile';
import { load } from '../program';
import { VM } from '../vm';
import { errorText, exitCode, isProgramError } from './exit';
import { SourceFiles } from './source-files';

export interface ReplFlags {
  readonly engine: EngineName;
  readonly dialect: 'weft' | 'monkey';
}

const historyFile = join(homedir(), '.heddle_history');
const historySize = 1000;
/** What messages and traces call the lines. */
const replName = '<repl>';

const help = `Type an expression or a statement; what is open goes on in the next line.
  .help         this text
  .dis CODE     list the bytecode of a piece of code
  .reset        forget all definitions
  .exit         leave (as does end of input)`;

function readHistory(): string[] {
  try {
    return readFileSync(historyFile, 'utf8').split('\n').filter(Boolean).slice(-historySize).reverse();
  } catch {
    return [];
  }
}

function remember(line: string): void {
  try {
    appendFileSync(historyFile, `${line}\n`);
  } catch {
    // A home that cannot be written to is no reason to stop.
  }
}

/** One conversation: the state that lines build on. */
class Conversation {
  private session = new Session();
  private files = new SourceFiles(replName);
  private vm: VM;
  private pending = '';

  constructor(private readonly flags: ReplFlags) {
    this.vm = this.makeVm();
  }

  private makeVm(): VM {
    return new VM({
      engine: this.flags.engine,
      output: (text) => void process.stdout.write(text),
      clock: () => performance.now(),
    });
  }

  get prompt(): string {
    return this.pending === '' ? '> ' : '. ';
  }

  /** Forgets the lines of an input that is not complete. */
  abandon(): void {
    this.pending = '';
  }

  /** Takes one line; gives `false` when the conversation is over. */
  take(line: string): boolean {
    if (this.pending === '' && line.startsWith('.')) return this.command(line);
    const source = this.pending + line;
    const { dialect } = this.flags;
    // An empty line ends an input that the reader knows will not become complete.
    if (line.trim() !== '' && isIncomplete(source, { dialect })) {
      this.pending = `${source}\n`;
      return true;
    }
    this.pending = '';
    if (source.trim() !== '') this.report(() => this.run(source));
    return true;
  }

  private run(source: string): void {
    const { dialect } = this.flags;
    const { session } = this;
    const module = compile(source, { file: replName, dialect, session, resolve: this.files.resolve });
    const { value, text } = this.vm.run(load(module), { keepGlobals: true });
    if (value !== null) console.log(pc.cyan(typeof value === 'string' ? JSON.stringify(value) : text));
  }

  private report(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!isProgramError(error)) throw error;
      console.error(errorText(error));
    }
  }

  private command(line: string): boolean {
    const [name, ...rest] = line.split(' ');
    switch (name) {
      case '.exit':
        return false;
      case '.reset':
        this.session = new Session();
        this.files = new SourceFiles(replName);
        this.vm = this.makeVm();
        console.log('Forgotten.');
        return true;
      case '.dis': {
        const source = rest.join(' ');
        const { dialect } = this.flags;
        const { resolve } = this.files;
        this.report(() =>
          console.log(disassemble(compile(source, { file: replName, dialect, resolve, optimize: false }))),
        );
        return true;
      }
      default:
        console.log(help);
        return true;
    }
  }
}

/** Talks until the input ends; gives the exit code. */
export function startRepl(flags: ReplFlags): Promise<number> {
  const conversation = new Conversation(flags);
  const interactive = process.stdin.isTTY === true;
  const lines: Interface = createInterface({
    input: process.stdin,
    ...(interactive && { output: process.stdout, history: readHistory(), historySize }),
  });
  if (interactive)
    console.log(`Heddle, ${flags.dialect} on the ${flags.engine} engine. Type .help for help.`);
  return new Promise((resolve) => {
    const ask = (): void => {
      if (!interactive) return;
      lines.setPrompt(conversation.prompt);
      lines.prompt();
    };
    lines.on('line', (line) => {
      if (interactive && line.trim() !== '') remember(line);
      if (conversation.take(line)) ask();
      else lines.close();
    });
    lines.on('SIGINT', () => {
      conversation.abandon();
      console.log();
      ask();
    });
    lines.on('close', () => resolve(exitCode.ok));
    ask();
  });
}
