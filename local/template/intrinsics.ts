import { LocalSystemError } from '../local-system-error.ts';

export const region = 'us-east-1';
export const accountId = '000000000000';

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::AccountId': accountId,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::StackName': 'local',
  'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/local/local`,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The local name of a resource: the value of its `Ref`, and of its attributes for `Fn::GetAtt`. */
export interface Identity {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** The value of a secret, for dynamic references to its `ref`. */
  readonly secret?: string;
}

export type Identities = (logicalId: string) => Identity | undefined;

function referenceTo(name: string, identities: Identities): string {
  const value = pseudoParameters[name] ?? identities(name)?.ref;
  if (value === undefined)
    throw new LocalSystemError(
      `The template refers to "${name}", which does not exist locally. Give it a name where its type is set up: see local/README.md.`,
    );
  return value;
}

function attributeOf(path: readonly unknown[], identities: Identities): string {
  const [logicalId, ...attribute] = path.map(String);
  const value = identities(logicalId ?? '')?.attributes?.[attribute.join('.')];
  if (value === undefined) {
    throw new LocalSystemError(
      `The template refers to "${path.join('.')}", which does not exist locally. Give it a value where its type is set up: see local/README.md.`,
    );
  }
  return value;
}

function substitute(argument: unknown, identities: Identities): string {
  const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
  const values = resolveIntrinsics(own, identities) as Record<string, unknown>;
  return String(text).replaceAll(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(values, name)) return String(values[name]);
    const dot = name.indexOf('.');
    if (dot < 0) return referenceTo(name, identities);
    return attributeOf([name.slice(0, dot), name.slice(dot + 1)], identities);
  });
}

function callIntrinsic(name: string, argument: unknown, identities: Identities): unknown {
  if (name === 'Ref') return referenceTo(String(argument), identities);
  if (name === 'Fn::GetAtt')
    return attributeOf(Array.isArray(argument) ? argument : String(argument).split('.'), identities);
  if (name === 'Fn::Sub') return substitute(argument, identities);
  const values = resolveIntrinsics(argument, identities) as unknown[];
  if (name === 'Fn::Join') return (values[1] as unknown[]).join(String(values[0]));
  if (name === 'Fn::Select') return (values[1] as unknown[])[Number(values[0])];
  if (name === 'Fn::Split') return String(values[1]).split(String(values[0]));
  throw new LocalSystemError(
    `The template uses ${name}, which the local system does not support. Add it in local/template/intrinsics.ts.`,
  );
}

/**
 * The value, with CloudFormation's intrinsic functions replaced by their results on this machine. Properties that refer
 * to `AWS::NoValue` are left out, as in CloudFormation.
 *
 * @throws {LocalSystemError} for a reference to something that does not exist locally, and for a function that is not
 *   supported
 */
export function resolveIntrinsics(value: unknown, identities: Identities): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveIntrinsics(item, identities));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [''];
  if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) {
    return name === 'Ref' && argument === 'AWS::NoValue' ? undefined : callIntrinsic(name, argument, identities);
  }
  const resolved = entries.map(([key, item]) => [key, resolveIntrinsics(item, identities)] as const);
  return Object.fromEntries(resolved.filter(([, item]) => item !== undefined));
}
