import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertToNative, marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';

/** An item as DynamoDB takes and returns it. */
export type Item = Record<string, AttributeValue>;

/** The primary key of an item. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** Items written before items had a version have the attributes of this one. */
const versionIfAbsent = 1;

/**
 * A stored item that this release cannot read: of a version that it does not know, or without the attributes of its version.
 * Trying again does not help; a release that knows the version, or a repair of the item, does.
 */
export class UnreadableItem extends Error {
  override readonly name = 'UnreadableItem';
}

/** How one kind of item is stored. */
export interface StoredItem<Value> {
  /** The item with the version that is written today. */
  write(key: ItemKey, value: Value): Item;
  /** @throws {UnreadableItem} when the version is unknown or the attributes are not those of the version */
  read(item: Item): Value;
}

interface Definition<Value> {
  /** What an item of this kind is called in an error. */
  readonly kind: string;
  /** The version that is written, in the attribute `v`. Raise it with each change that the schema before it cannot read. */
  readonly version: number;
  /** The attributes of that version, beside the key and `v`. */
  readonly schema: z.ZodType<Value>;
  /** Earlier versions that may still be stored: schemas that turn their attributes into what is read today. */
  readonly earlier?: Readonly<Record<number, z.ZodType<Value>>>;
}

/**
 * The value of an attribute, as `unmarshall` would give it. Text, numbers and lists, of which cards are made, take a quarter of
 * its time; no number here is beyond what a double holds.
 */
function nativeOf(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  return attribute.L === undefined ? convertToNative(attribute) : attribute.L.map(nativeOf);
}

/** The attributes of an item, not yet parsed. */
export function attributesOf(item: Item): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const name in item) attributes[name] = nativeOf(item[name] as AttributeValue);
  return attributes;
}

/** The primary key of an item that was read whole. */
export const keyOfItem = ({ pk, sk }: Item): ItemKey => ({ pk: pk?.S ?? '', sk: sk?.S ?? '' });

const described = ({ pk, sk }: Record<string, unknown>) => `(pk ${pk}, sk ${sk})`;

/**
 * A kind of item, with its schema by version: what is written carries the version, and what is read is parsed by the schema of
 * its version, or refused.
 *
 * @example
 * const markers = storedItem({ kind: 'marker', version: 1, schema: z.object({ position: z.int() }) });
 */
export function storedItem<Value extends object>({
  kind,
  version,
  schema,
  earlier = {},
}: Definition<Value>): StoredItem<Value> {
  const schemas: Readonly<Record<number, z.ZodType<Value>>> = { ...earlier, [version]: schema };
  return {
    write({ pk, sk }, value) {
      return marshall({ pk, sk, ...(z.encode(schema, value) as object), v: version });
    },
    read(item) {
      const attributes = attributesOf(item);
      const { v = versionIfAbsent } = attributes;
      const ofVersion = typeof v === 'number' ? schemas[v] : undefined;
      if (!ofVersion) {
        const known = Object.keys(schemas).join(', ');
        throw new UnreadableItem(
          `The ${kind} ${described(attributes)} has version ${v}; this release reads version ${known}. Run a release that reads it.`,
        );
      }
      const result = ofVersion.safeParse(attributes);
      if (!result.success) {
        const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
        throw new UnreadableItem(`The ${kind} ${described(attributes)} is not as version ${v} must be. ${faults}`);
      }
      return result.data;
    },
  };
}

/** JSON text of a value that a schema describes. */
export function jsonText<Schema extends z.ZodType>(schema: Schema) {
  return z.codec(z.string(), schema, {
    decode(text, context) {
      try {
        return JSON.parse(text);
      } catch {
        context.issues.push({ code: 'custom', input: text, message: 'is not JSON' });
        return z.NEVER;
      }
    },
    encode: (value) => JSON.stringify(value),
  });
}
