import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { PropertyType, ResourceProperties, Resource as ResourceSpec } from '@aws-cdk/service-spec-types';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A template as it is sent to CloudFormation. */
export interface CheckedTemplate {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Outputs?: unknown;
}

/** The schemas of CloudFormation, as AWS publishes them. */
const specification = loadAwsServiceSpecSync();

const pseudoParameter = /^AWS::(AccountId|NoValue|NotificationARNs|Partition|Region|StackId|StackName|URLSuffix)$/;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The function of CloudFormation that makes a value, and its argument; undefined if the value is written out. */
function functionOf(value: unknown): readonly [name: string, argument: unknown] | undefined {
  if (!isObject(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  return entry && others.length === 0 && /^(Ref|Fn::.+)$/.test(entry[0]) ? entry : undefined;
}

const isAbsent = (value: unknown) => {
  const [name, argument] = functionOf(value) ?? [];
  return name === 'Ref' && argument === 'AWS::NoValue';
};

function specOf(type: string): ResourceSpec | undefined {
  return specification.lookup('resource', 'cloudFormationType', 'equals', type)[0];
}

/** What is wrong with the references in a value, to whatever depth. */
function referenceFaults(value: unknown, path: string, { Resources, Parameters = {} }: CheckedTemplate): string[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => referenceFaults(item, `${path}/${index}`, { Resources, Parameters }));
  if (!isObject(value)) return [];
  const [name, argument] = functionOf(value) ?? [];
  if (name === 'Ref') {
    const isKnown =
      String(argument) in Resources || String(argument) in Parameters || pseudoParameter.test(String(argument));
    return isKnown ? [] : [`${path}: there is no ${argument} to refer to`];
  }
  if (name === 'Fn::GetAtt') {
    const [id, ...attribute] = argument as string[];
    const type = Resources[id ?? '']?.Type;
    if (type === undefined) return [`${path}: there is no ${id} to refer to`];
    const attributes = specOf(type)?.attributes ?? {};
    return attribute.join('.') in attributes ? [] : [`${path}: ${type} has no attribute ${attribute.join('.')}`];
  }
  return Object.entries(value).flatMap(([key, item]) =>
    referenceFaults(item, `${path}/${key}`, { Resources, Parameters }),
  );
}

const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  'date-time': (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  json: (value) => isObject(value) || typeof value === 'string',
  tag: isObject,
};

function valueFaults(value: unknown, type: PropertyType, path: string): string[] {
  // What a function makes is not known before the deployment; what it refers to is looked at elsewhere.
  if (functionOf(value)) return [];
  switch (type.type) {
    case 'array':
      if (!Array.isArray(value)) return [`${path}: must be a list`];
      return value.flatMap((item, index) => valueFaults(item, type.element, `${path}/${index}`));
    case 'map':
      if (!isObject(value)) return [`${path}: must be an object`];
      return Object.entries(value).flatMap(([key, item]) => valueFaults(item, type.element, `${path}/${key}`));
    case 'ref': {
      if (!isObject(value)) return [`${path}: must be an object`];
      return propertyFaults(value, specification.get('typeDefinition', type.reference.$ref).properties, path);
    }
    case 'union': {
      const faults = type.types.map((one) => valueFaults(value, one, path));
      return faults.some((found) => found.length === 0) ? [] : (faults[0] ?? []);
    }
    default: {
      if (!kinds[type.type]?.(value)) return [`${path}: must be of type ${type.type}`];
      const allowed: readonly unknown[] | undefined = 'allowedValues' in type ? type.allowedValues : undefined;
      return allowed && !allowed.includes(value) ? [`${path}: must be one of ${allowed.join(', ')}`] : [];
    }
  }
}

function propertyFaults(
  properties: Readonly<Record<string, unknown>>,
  specs: ResourceProperties,
  path: string,
): string[] {
  const given = Object.entries(properties).filter(([, value]) => !isAbsent(value));
  const missing = Object.entries(specs)
    .filter(([name, { required }]) => required && !given.some(([one]) => one === name))
    .map(([name]) => `${path}/${name}: is required`);
  const faults = given.flatMap(([name, value]) => {
    const spec = specs[name];
    if (!spec) return [`${path}/${name}: is no property`];
    // A schema that was corrected still takes what it took before.
    const types = [spec.type, ...(spec.previousTypes ?? [])];
    return valueFaults(value, types.length === 1 ? spec.type : { type: 'union', types }, `${path}/${name}`);
  });
  return [...missing, ...faults];
}

/**
 * What CloudFormation would refuse in a template: unknown types, properties and references, missing properties, values
 * of a wrong type.
 */
export function faultsIn(template: CheckedTemplate): readonly string[] {
  const ofResources = Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    const spec = specOf(Type);
    if (!spec) return [`${id}: there is no type ${Type}`];
    return [...propertyFaults(Properties, spec.properties, id), ...referenceFaults(Properties, id, template)];
  });
  return [...ofResources, ...referenceFaults(template.Outputs, 'Outputs', template)];
}
