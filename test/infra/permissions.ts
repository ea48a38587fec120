import type { Synthesized } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

interface Document {
  readonly Statement: readonly Statement[];
}

interface DeployedFunction {
  readonly path: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const list = (value: string | readonly string[]) => [value].flat();

const variablesOf = ({ Environment }: DeployedFunction['properties']) =>
  (Environment as { Variables: Readonly<Record<string, string>> }).Variables;

const throughDynamoDb = JSON.stringify({ StringEquals: { 'kms:ViaService': 'dynamodb.AWS::Region.amazonaws.com' } });

const onSecrets = JSON.stringify({ 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': 'S#*' } });

/** The partitions to which an allowed action is limited, by the condition that limits it. */
const partitions = new Map(
  ['USE#*', 'HOLD#*'].map((keys) => [
    JSON.stringify({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } }),
    keys,
  ]),
);

/** The attributes of an item of the log that may be updated. */
export const blankedAttributes = [
  ...['pk', 'sk', 'event', 'note', 'digest', 'salt', 'extent', 'changed', 'correction', 'carried', 'follows'],
  ...['redactedBy', 'unlisted', 'type', 'values', 'story'],
];

const onBlankedAttributes = JSON.stringify({
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': blankedAttributes },
  StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
});

/** One line for each action on each resource; a statement of another kind is shown as it is, so that none can hide. */
function linesOf(statement: Statement): readonly string[] {
  const { Effect, Action, Resource, Condition, ...rest } = statement;
  if (Effect === 'Deny' && JSON.stringify(Condition) === onSecrets && Object.keys(rest).length === 0) {
    return list(Action).flatMap((action) => list(Resource).map((resource) => `no ${action} on S#* of ${resource}`));
  }
  if (Effect === 'Allow' && JSON.stringify(Condition) === onBlankedAttributes && Object.keys(rest).length === 0) {
    return list(Action).flatMap((action) => list(Resource).map((resource) => `${action} on content of ${resource}`));
  }
  const keys = partitions.get(JSON.stringify(Condition));
  if (Effect === 'Allow' && keys && Object.keys(rest).length === 0) {
    return list(Action).flatMap((action) => list(Resource).map((resource) => `${action} on ${keys} of ${resource}`));
  }
  const isThroughDynamoDb = JSON.stringify(Condition) === throughDynamoDb;
  if (Effect !== 'Allow' || Object.keys(rest).length > 0 || (Condition && !isThroughDynamoDb)) {
    return [JSON.stringify(statement)];
  }
  const how = isThroughDynamoDb ? ' through DynamoDB' : '';
  return list(Action).flatMap((action) => list(Resource).map((resource) => `${action} on ${resource}${how}`));
}

/** What the functions of a stack may do, each by the name of its file. */
export function permissionsIn(stack: Synthesized) {
  const functions = new Map(
    Object.entries(stack.propertiesOf('AWS::Lambda::Function')).map(
      ([path, properties]) => [String(variablesOf(properties).POWERTOOLS_SERVICE_NAME), { path, properties }] as const,
    ),
  );
  const beside = Object.values(stack.propertiesOf('AWS::IAM::Policy')).map(({ Roles, PolicyDocument }) => ({
    roles: Roles as readonly string[],
    statements: (PolicyDocument as Document).Statement,
  }));
  const within = Object.entries(stack.propertiesOf('AWS::IAM::Role')).flatMap(([role, { Policies = [] }]) =>
    (Policies as readonly { readonly PolicyDocument: Document }[]).map(({ PolicyDocument }) => ({
      roles: [role],
      statements: PolicyDocument.Statement,
    })),
  );
  const policies = [...beside, ...within];

  function functionOf(name: string): DeployedFunction {
    const found = functions.get(name);
    if (!found) throw new Error(`There is no function ${name}`);
    return found;
  }

  const permissionsOfRole = (role: string): readonly string[] =>
    policies
      .filter(({ roles }) => roles.includes(role))
      .flatMap(({ statements }) => statements.flatMap(linesOf))
      .sort();

  return {
    names: [...functions.keys()],
    /** The roles that policies are attached to, each as often as it has one. */
    rolesOfPolicies: policies.flatMap(({ roles }) => roles),
    functionOf,
    environmentOf: (name: string) => variablesOf(functionOf(name).properties),
    /** What a role may do, by its path. */
    permissionsOfRole,
    /**
     * Sorted, as `action on Path.Attribute`, with ` through DynamoDB` where that is the condition; what is denied of
     * secrets as `no action on S#* of …`.
     */
    permissionsOf(name: string): readonly string[] {
      return permissionsOfRole(String(functionOf(name).properties.Role).replace(/\.Arn$/, ''));
    },
  };
}
