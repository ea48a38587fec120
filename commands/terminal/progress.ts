import type { Terminal } from './cli.ts';

const progressEveryMs = 1_000;

/** Reports each step of long work when it begins, and then once a second. */
export function progressOn(remark: Terminal['remark']): (step: string, done: number, total?: number) => void {
  let last = { step: '', at: 0 };
  return (step, done, total) => {
    if (step === last.step && Date.now() - last.at < progressEveryMs) return;
    last = { step, at: Date.now() };
    remark(total === undefined ? `${step} ${done}` : `${step} ${done} of ${total}`);
  };
}
