import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertToNative, marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { once } from '../../../events/input/once.ts';
import { parseOptions } from '../../../events/input/parse-options.ts';

/** An item as DynamoDB takes and returns it. */
export type Item = Record<string, AttributeValue>;

/** The primary key of an item. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** The bytes of an item that one write unit pays for. */
export const writeUnitBytes = 1_024;

/** Items that were written before items had a version are of this version. */
const versionIfAbsent = 1;

/**
 * A stored item that this release cannot read: its version is unknown, or its attributes do not match its version. A
 * retry does not help. docs/operating.md, "Upgrading and going back", says what does.
 */
export class UnreadableItem extends Error {
  override readonly name: string = 'UnreadableItem';
}

/** An item that cannot be written: the code has made a value that its kind does not allow. */
class UnwritableItem extends Error {
  override readonly name = 'UnwritableItem';
}

/** Writes and reads one kind of item. */
export interface StoredItem<Value> {
  /** The current version. An update that may create the item sets the attribute `v` to it. */
  readonly version: number;
  /** The item, in the current version. @throws {UnwritableItem} when the value does not match it */
  write(key: ItemKey, value: Value): Item;
  /** @throws {UnreadableItem} when the version is unknown or the attributes do not match it */
  read(item: Item): Value;
}

interface Definition<Value> {
  /** The name of this kind of item in errors. */
  readonly kind: string;
  /**
   * The current version, which is stored in the attribute `v`. Raise it with each change that the previous schema
   * cannot read.
   */
  readonly version: number;
  /** Makes the schema of the attributes of the current version, besides the key and `v`, when it is first needed. */
  readonly schema: () => z.ZodType<Value>;
  /**
   * The same for earlier versions that may still be stored. Each schema converts its attributes to the current value.
   */
  readonly earlier?: Readonly<Record<number, () => z.ZodType<Value>>>;
}

/**
 * The value of an attribute, as `unmarshall` would return it. For text, numbers and lists, which cards consist of, this
 * takes a quarter of its time. No stored number exceeds the precision of a double.
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

/** The primary key of an item. */
export const keyOfItem = ({ pk, sk }: Item): ItemKey => ({ pk: pk?.S ?? '', sk: sk?.S ?? '' });

const keyText = (item: Item) => {
  const { pk, sk } = keyOfItem(item);
  return `(pk ${pk}, sk ${sk})`;
};

/**
 * What takes the attributes that a schema describes out of an item. It asks for them by name: to list what an item has
 * takes twice the time. A schema other than a plain object gets all attributes.
 */
function pickerOf(schema: z.ZodType): (item: Item) => Record<string, unknown> {
  if (!(schema instanceof z.ZodObject) || schema.def.catchall) return attributesOf;
  const names = Object.keys(schema.shape);
  return (item) => {
    const attributes: Record<string, unknown> = {};
    for (const name of names) {
      const attribute = item[name];
      if (attribute !== undefined) attributes[name] = nativeOf(attribute);
    }
    return attributes;
  };
}

/** What parses and writes the attributes of one version, made when it is first needed. */
const parserOf = <Value>(make: () => z.ZodType<Value>) =>
  once(() => {
    const schema = make();
    const pick = pickerOf(schema);
    return {
      parse: (item: Item) => schema.safeParse(pick(item), parseOptions(schema)),
      encode: (value: Value) => z.encode(schema, value, parseOptions(schema)) as object,
    };
  });

/**
 * Defines a kind of item with its schema by version. Items are written with their version, and parsed by the schema of
 * their version when they are read.
 *
 * @example
 *   const markers = storedItem({ kind: 'marker', version: 1, schema: () => z.object({ position: z.int() }) });
 */
export function storedItem<Value extends object>({
  kind,
  version,
  schema,
  earlier = {},
}: Definition<Value>): StoredItem<Value> {
  const current = parserOf(schema);
  const others = Object.entries(earlier).map(([number, make]) => [Number(number), parserOf(make)] as const);
  const versions = new Map([...others, [version, current]]);
  return {
    version,
    write({ pk, sk }, value) {
      try {
        return marshall({ pk, sk, ...current().encode(value), v: version });
      } catch (cause) {
        throw new UnwritableItem(`The ${kind} (pk ${pk}, sk ${sk}) cannot be written. ${(cause as Error).message}`, {
          cause,
        });
      }
    },
    read(item) {
      const v = item.v === undefined ? versionIfAbsent : nativeOf(item.v);
      const ofVersion = typeof v === 'number' ? versions.get(v)?.() : undefined;
      if (!ofVersion) {
        const known = [...versions.keys()].join(', ');
        throw new UnreadableItem(
          `The ${kind} ${keyText(item)} has version ${v}; this release reads version ${known}. See "Upgrading and going back" in docs/operating.md.`,
        );
      }
      const result = ofVersion.parse(item);
      if (!result.success) {
        const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
        throw new UnreadableItem(`The ${kind} ${keyText(item)} does not match version ${v}. ${faults}`);
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
