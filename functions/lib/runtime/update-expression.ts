import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

/** New values of some attributes; undefined removes an attribute. */
export type Changes<Attributes> = { readonly [Name in keyof Attributes]?: Attributes[Name] | undefined };

/** The parameters of an update. */
interface Update {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/**
 * An update of an item, on the condition that the item exists and its attributes have the expected values. It must not
 * have one that is expected to be undefined.
 *
 * @param changes at least one
 * @example updateExpressionOf({ status: 'disabled', ping: undefined }, { epoch: 3 })
 */
export function updateExpressionOf(changes: object, expected: object = {}): Update {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const set: string[] = [];
  const removed: string[] = [];
  for (const [name, value] of Object.entries(changes)) {
    names[`#${name}`] = name;
    if (value === undefined) {
      removed.push(`#${name}`);
      continue;
    }
    values[`:${name}`] = value;
    set.push(`#${name} = :${name}`);
  }
  const conditions = ['attribute_exists(pk)'];
  for (const [name, value] of Object.entries(expected)) {
    names[`#${name}`] = name;
    if (value === undefined) {
      conditions.push(`attribute_not_exists(#${name})`);
      continue;
    }
    values[`:expected_${name}`] = value;
    conditions.push(`#${name} = :expected_${name}`);
  }
  return {
    UpdateExpression: [set.length ? `SET ${set.join(', ')}` : '', removed.length ? `REMOVE ${removed.join(', ')}` : '']
      .filter(Boolean)
      .join(' '),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    // DynamoDB rejects an empty record.
    ...(Object.keys(values).length > 0 && {
      ExpressionAttributeValues: marshall(values, { removeUndefinedValues: true }),
    }),
  };
}
