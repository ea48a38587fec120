import { readFile } from 'node:fs/promises';
import { installForBrowser, requireForBrowser } from './packages.ts';

const schemaOrg = 'http://schema.org/';
const rdfType = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const subClassOf = 'http://www.w3.org/2000/01/rdf-schema#subClassOf';
const triple = /^<(\S+)> <(\S+)> <(\S+)> /;

/** The forms of values that are no nodes (schema.org, "Data types"). */
const forms: Readonly<Record<string, (value: unknown) => boolean>> = {
  Text: (value) => typeof value === 'string' && value !== '',
  URL: (value) => typeof value === 'string' && ['http:', 'https:'].includes(URL.parse(value)?.protocol ?? ''),
  Date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)),
  DateTime: (value) =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value)),
  Integer: Number.isInteger,
  Number: Number.isFinite,
  Boolean: (value) => typeof value === 'boolean',
};

/** A node of JSON-LD. */
export type Node = Readonly<Record<string, unknown>>;

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const membersOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** The vocabulary of schema.org, as it publishes it. */
export interface Vocabulary {
  /** A type with all types that it is one of. */
  lineOf(type: string): Set<string>;
  /**
   * What is wrong with a node and the nodes in it: types, properties and values that the vocabulary does not have
   * there.
   */
  faultsOf(node: Node, path?: string): string[];
}

/** Reads the vocabulary from its package, which is installed if need be. */
export async function loadVocabulary(): Promise<Vocabulary> {
  await installForBrowser(false);
  const text = await readFile(requireForBrowser.resolve('@vocabulary/schema/schema.nq'), 'utf8');
  /** By predicate, then by subject. */
  const objects = new Map<string, Map<string, string[]>>();
  for (const line of text.split('\n')) {
    const [, subject, predicate, object] = triple.exec(line) ?? [];
    if (!subject?.startsWith(schemaOrg) || predicate === undefined || object === undefined) continue;
    const bySubject = objects.get(predicate) ?? new Map<string, string[]>();
    objects.set(predicate, bySubject);
    const name = subject.slice(schemaOrg.length);
    bySubject.set(name, [...(bySubject.get(name) ?? []), object.replace(schemaOrg, '')]);
  }
  const named = (predicate: string, subject: string) => objects.get(predicate)?.get(subject) ?? [];
  const domainsOf = (property: string) => named(`${schemaOrg}domainIncludes`, property);
  const rangesOf = (property: string) => named(`${schemaOrg}rangeIncludes`, property);
  const isType = (name: string) => named(rdfType, name).some((kind) => kind.endsWith('#Class'));
  const isReplaced = (name: string) => named(`${schemaOrg}supersededBy`, name).length > 0;

  const lineOf = (type: string): Set<string> =>
    new Set([type, ...named(subClassOf, type).flatMap((parent) => [...lineOf(parent)])]);

  function faultsOfValue(property: string, value: unknown, path: string): string[] {
    const ranges = rangesOf(property);
    if (isNode(value)) {
      const line = lineOf(String(value['@type']));
      const isInRange = ranges.some((range) => line.has(range));
      return [
        ...(isInRange ? [] : [`${path} is a ${value['@type']}, not ${ranges.join(' or ')}`]),
        ...faultsOf(value, path),
      ];
    }
    const isInRange = ranges.some((range) => forms[range]?.(value));
    return isInRange ? [] : [`${path} is ${JSON.stringify(value)}, not ${ranges.join(' or ')}`];
  }

  function faultsOf(node: Node, path = ''): string[] {
    const type = node['@type'];
    if (typeof type !== 'string' || !isType(type) || isReplaced(type)) return [`${path} has the type ${type}`];
    const line = lineOf(type);
    return Object.entries(node).flatMap(([property, value]) => {
      if (property === '@type' || property === '@context') return [];
      const here = `${path}/${property}`;
      if (isReplaced(property) || !domainsOf(property).some((domain) => line.has(domain)))
        return [`${here} is no property of ${type}`];
      return membersOf(value).flatMap((member) => faultsOfValue(property, member, here));
    });
  }

  return { lineOf, faultsOf };
}
