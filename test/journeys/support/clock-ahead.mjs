// Loaded before a program (`--import clock-ahead.mjs?ms=40000`): its clock is ahead by so many milliseconds.

const aheadMs = Number(new URL(import.meta.url).searchParams.get('ms'));
const { now } = Date;

globalThis.Date = class extends Date {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now() + aheadMs] : parts));
  }

  static now() {
    return now() + aheadMs;
  }
};
