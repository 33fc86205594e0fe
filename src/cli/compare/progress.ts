/**
 * What a run shows while it lasts: one line that is rewritten on a terminal, a line a program elsewhere.
 */

import { contenderTitle } from './outcome';
import type { Stage, Turn } from './race';

const minutes = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

const stages: Readonly<Record<Exclude<Stage, 'time'>, string>> = {
  count: 'counting instructions and cells',
  'cross-check': 'checked by another library',
  events: 'counting events of the processor',
};

export class Progress {
  private readonly started = performance.now();
  private lastProgram: string | undefined;

  constructor(
    private readonly out: { readonly isTTY?: boolean; write(text: string): unknown },
    private readonly rounds: number,
  ) {}

  /** Something that takes a while and is no turn. */
  note(text: string): void {
    this.out.write(this.out.isTTY ? `\r\x1b[2K${text} ...` : `${text} ...\n`);
  }

  turn({ program, stage, contender, host, round, done, all }: Turn): void {
    if (!this.out.isTTY) {
      if (program.name !== this.lastProgram) this.out.write(`${program.suite}/${program.name}\n`);
      this.lastProgram = program.name;
      return;
    }
    const elapsed = performance.now() - this.started;
    const left = done === 0 ? '' : `, about ${minutes((elapsed / done) * (all - done))} left`;
    const on = contender === undefined ? '' : ` on ${contenderTitle(contender)}`;
    const where = host.name === 'this' ? '' : ` (${host.name})`;
    const what = stage === 'time' ? `round ${round} of ${this.rounds}` : stages[stage];
    this.out.write(
      `\r\x1b[2K${Math.floor((100 * done) / all)} %  ${program.name}${on}${where}, ${what}${left}`,
    );
  }

  end(): void {
    if (this.out.isTTY) this.out.write('\r\x1b[2K');
  }
}
