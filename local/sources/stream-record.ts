import type { _Record, AttributeValue } from '@aws-sdk/client-dynamodb-streams';
import { region } from '../template/intrinsics.ts';

/** A stream record as the event for the function has it, with the fields that the poller needs. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly event: object;
}

/** Binary values become base64. */
function plainValue(value: AttributeValue): unknown {
  if (value.B) return { B: Buffer.from(value.B).toString('base64') };
  if (value.BS) return { BS: value.BS.map((item) => Buffer.from(item).toString('base64')) };
  if (value.L) return { L: value.L.map(plainValue) };
  if (value.M) return { M: plainImage(value.M) };
  return value;
}

function plainImage(image: Record<string, AttributeValue>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, plainValue(value)]));
}

export function toStreamRecord({ dynamodb = {}, ...record }: _Record, streamArn: string): StreamRecord {
  const { Keys, NewImage, OldImage, ApproximateCreationDateTime, ...rest } = dynamodb;
  const createdAt = ApproximateCreationDateTime?.getTime() ?? Date.now();
  return {
    sequenceNumber: rest.SequenceNumber ?? '',
    createdAt,
    event: {
      ...record,
      awsRegion: region,
      dynamodb: {
        ApproximateCreationDateTime: createdAt / 1000,
        ...(Keys && { Keys: plainImage(Keys) }),
        ...(NewImage && { NewImage: plainImage(NewImage) }),
        ...(OldImage && { OldImage: plainImage(OldImage) }),
        ...rest,
      },
      eventSourceARN: streamArn,
    },
  };
}
