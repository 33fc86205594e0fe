/**
 * What a run shows while it lasts: one line that is rewritten on a terminal, a line a program elsewhere.
 */

import type { Turn } from './race';
import { contenderTitle } from './table';

const minutes = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

export class Progress {
  private readonly started = performance.now();
  private lastProgram: string | undefined;

  constructor(
    private readonly out: { readonly isTTY?: boolean; write(text: string): unknown },
    private readonly rounds: number,
  ) {}

  turn({ program, contender, round, done, all }: Turn): void {
    if (!this.out.isTTY) {
      if (program.name !== this.lastProgram) this.out.write(`${program.suite}/${program.name}\n`);
      this.lastProgram = program.name;
      return;
    }
    const elapsed = performance.now() - this.started;
    const left = done === 0 ? '' : `, about ${minutes((elapsed / done) * (all - done))} left`;
    const what = `${program.name} on ${contenderTitle(contender)}, round ${round} of ${this.rounds}`;
    this.out.write(`\r\x1b[2K${Math.floor((100 * done) / all)} %  ${what}${left}`);
  }

  end(): void {
    if (this.out.isTTY) this.out.write('\r\x1b[2K');
  }
}
