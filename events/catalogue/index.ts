import type * as z from 'zod';
import { agreementSigned } from './agreement-signed.ts';
import { appointmentMade } from './appointment-made.ts';
import { centerAgreed } from './center-agreed.ts';
import { courtRuled } from './court-ruled.ts';
import { deadlineSet } from './deadline-set.ts';
import { developmentReported } from './development-reported.ts';
import { disasterStruck } from './disaster-struck.ts';
import { displacementReported } from './displacement-reported.ts';
import { districtCaptured } from './district-captured.ts';
import { districtCeded } from './district-ceded.ts';
import { electionHeld } from './election-held.ts';
import type { EventType } from './event-type.ts';
import type { eventTypeNames } from './event-type-names.ts';
import { handoverRescheduled } from './handover-rescheduled.ts';
import { handoverScheduled } from './handover-scheduled.ts';
import { hostilitiesReported } from './hostilities-reported.ts';
import { lawPassed } from './law-passed.ts';
import { meetingHeld } from './meeting-held.ts';
import { peacekeepersDeployed } from './peacekeepers-deployed.ts';
import { personDied } from './person-died.ts';
import { pledgeMade } from './pledge-made.ts';
import { protestHeld } from './protest-held.ts';
import { questionOpen } from './question-open.ts';
import { resolutionPassed } from './resolution-passed.ts';
import { returnsReported } from './returns-reported.ts';
import { situationDescribed } from './situation-described.ts';
import { statementMade } from './statement-made.ts';
import { talksHeld } from './talks-held.ts';
import { truceSigned } from './truce-signed.ts';
import { warningIssued } from './warning-issued.ts';

/** Every type of event that can be posted. */
export const catalogue = {
  'truce.signed': truceSigned,
  'handover.scheduled': handoverScheduled,
  'handover.rescheduled': handoverRescheduled,
  'district.ceded': districtCeded,
  'district.captured': districtCaptured,
  'resolution.passed': resolutionPassed,
  'center.agreed': centerAgreed,
  'peacekeepers.deployed': peacekeepersDeployed,
  'displacement.reported': displacementReported,
  'returns.reported': returnsReported,
  'statement.made': statementMade,
  'talks.held': talksHeld,
  'pledge.made': pledgeMade,
  'hostilities.reported': hostilitiesReported,
  'agreement.signed': agreementSigned,
  'meeting.held': meetingHeld,
  'election.held': electionHeld,
  'law.passed': lawPassed,
  'court.ruled': courtRuled,
  'appointment.made': appointmentMade,
  'protest.held': protestHeld,
  'disaster.struck': disasterStruck,
  'warning.issued': warningIssued,
  'person.died': personDied,
  'deadline.set': deadlineSet,
  'question.open': questionOpen,
  'situation.described': situationDescribed,
  'development.reported': developmentReported,
} satisfies Record<(typeof eventTypeNames)[number], EventType>;

/** The definition of a type; undefined if the catalogue does not have it. */
export function eventTypeOf(type: string): EventType | undefined {
  return Object.hasOwn(catalogue, type) ? catalogue[type as keyof typeof catalogue] : undefined;
}

/** The schema of the data of a type; undefined if the catalogue does not have it. */
export function dataSchemaOf(type: string): z.ZodType | undefined {
  return eventTypeOf(type)?.schema;
}
