import type { Backfill } from './endpoint-state.ts';

const noLimit = Number.POSITIVE_INFINITY;

/** The last position that is sent again although it was acknowledged; -1 if there is none. */
function resentThrough({ resend, resendThrough = noLimit }: Backfill): number {
  return resend ? resendThrough : -1;
}

/** One backfill of both ranges. The positions between them are searched too. */
export function joinedBackfill(one: Backfill | undefined, other: Backfill & { readonly to: number }): Backfill {
  if (!one) return other;
  const through = Math.max(resentThrough(one), resentThrough(other));
  return {
    next: Math.min(one.next, other.next),
    to: one.to === null ? null : Math.max(one.to, other.to),
    resend: through >= 0,
    ...(through >= 0 && through < noLimit && { resendThrough: through }),
  };
}
