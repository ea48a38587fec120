import { ScanCommand, type ScanCommandInput, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { keyOfItem } from '../runtime/stored-item.ts';
import { eventIdOfKey, eventKey, eventLogTable, revisionPrefix } from './event-log-table.ts';

/**
 * The ids of all events that have a revision without a position. Scans the whole log (half a read unit for each 4 KB),
 * so it is for repairs and not for requests.
 */
export async function* unsequencedEvents(): AsyncGenerator<string> {
  let start: ScanCommandInput['ExclusiveStartKey'];
  let event = { pk: '', markers: 0, revisions: 0 };
  do {
    const page: ScanCommandOutput = await dynamodb.send(
      new ScanCommand({
        TableName: eventLogTable,
        FilterExpression: 'begins_with(pk, :event)',
        ExpressionAttributeValues: marshall({ ':event': eventKey('') }),
        ProjectionExpression: 'pk, sk',
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    for (const { pk, sk } of (page.Items ?? []).map(keyOfItem)) {
      // A scan returns all items of a partition, here of an event, together.
      if (pk !== event.pk) {
        if (event.revisions > event.markers) yield eventIdOfKey(event);
        event = { pk, markers: 0, revisions: 0 };
      }
      if (sk.startsWith(revisionPrefix)) event.revisions += 1;
      else event.markers += 1;
    }
    start = page.LastEvaluatedKey;
  } while (start);
  if (event.revisions > event.markers) yield eventIdOfKey(event);
}
