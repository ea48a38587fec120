import * as z from 'zod';
import { LocalSystemError } from '../local-system-error.ts';
import type { CloudAssembly } from './cloud-assembly.ts';
import type { Definition } from './definition.ts';
import { omit } from './definition.ts';
import { resolveDynamicReferences } from './dynamic-references.ts';
import type { Identity } from './intrinsics.ts';
import { accountId, region, resolveIntrinsics } from './intrinsics.ts';
import { servedTypes, typesWithoutEffect } from './resource-types.ts';

export interface Resource<Properties> {
  readonly logicalId: string;
  readonly properties: Properties;
}

/** The template, with every reference resolved to its value on this machine. */
export interface Stack {
  /** All resources of a type, validated, in the order of the template. */
  resources<Properties>(definition: Definition<Properties>): Resource<Properties>[];
  /** The logical ids of all resources of a type, without resolving their properties. */
  logicalIds(definition: Definition<unknown>): string[];
  /** Sets the local name of a resource. */
  identify(logicalId: string, identity: Identity): void;
  /** The outputs of the stack. */
  outputs(): Record<string, string>;
  /** The outputs that refer only to resources with a local name. */
  knownOutputs(): Record<string, string>;
  /** The folder with the code that is uploaded under this key. */
  codeFolder(objectKey: string): string;
}

/** Types whose names and attributes depend only on the logical id. */
const identitiesById: Readonly<Record<string, (logicalId: string) => Identity>> = {
  'AWS::Lambda::Function': (logicalId) => ({ ref: logicalId, attributes: { Arn: functionArn(logicalId) } }),
  'AWS::CloudFront::Function': (logicalId) => ({ ref: logicalId, attributes: { FunctionARN: logicalId } }),
  'AWS::CloudFront::ResponseHeadersPolicy': (logicalId) => ({ ref: logicalId, attributes: { Id: logicalId } }),
  'AWS::Events::Rule': (logicalId) => ({
    ref: logicalId,
    attributes: { Arn: `arn:aws:events:${region}:${accountId}:rule/${logicalId}` },
  }),
  'AWS::CloudWatch::Dashboard': (logicalId) => ({ ref: logicalId }),
  'AWS::SNS::Topic': (logicalId) => ({ ref: `arn:aws:sns:${region}:${accountId}:${logicalId}`, attributes: {} }),
  'AWS::ApiGatewayV2::Authorizer': (logicalId) => ({ ref: logicalId, attributes: { AuthorizerId: logicalId } }),
  'AWS::ApiGatewayV2::Integration': (logicalId) => ({ ref: logicalId, attributes: { IntegrationId: logicalId } }),
};

function functionArn(logicalId: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${logicalId}`;
}

function refuseUnknownTypes(template: CloudAssembly['template']): void {
  for (const [logicalId, { Type, Condition }] of Object.entries(template.Resources)) {
    if (typesWithoutEffect.has(Type)) continue;
    if (!servedTypes.has(Type)) {
      throw new LocalSystemError(
        `The local system does not support the resource "${logicalId}" of type ${Type}. Add the type in local/template/resource-types.ts: see local/README.md.`,
      );
    }
    if (Condition !== undefined) {
      throw new LocalSystemError(
        `The resource "${logicalId}" has a condition. The local system does not support conditions.`,
      );
    }
  }
}

/** The logical id of a function, from its ARN, from a URI with its ARN, or from its name. */
export function functionIdOf(reference: string): string {
  return /:function:([^/:]+)/.exec(reference)?.[1] ?? reference;
}

/**
 * Opens a synthesized template.
 *
 * @throws {LocalSystemError} when it has a resource that is not supported
 */
export function openStack({ template, codeFolders }: CloudAssembly): Stack {
  refuseUnknownTypes(template);
  const identities = new Map<string, Identity>();
  const identityOf = (logicalId: string): Identity | undefined =>
    identities.get(logicalId) ?? identitiesById[template.Resources[logicalId]?.Type ?? '']?.(logicalId);
  const secretOf = (arn: string) => [...identities.values()].find(({ ref }) => ref === arn)?.secret;
  const resolved = (value: unknown) => resolveDynamicReferences(resolveIntrinsics(value, identityOf), secretOf);
  const outputOf = (name: string): string => String(resolveIntrinsics(template.Outputs[name]?.Value, identityOf));

  return {
    resources({ type, withoutEffect, schema }) {
      return Object.entries(template.Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([logicalId, { Properties }]) => {
          const parsed = schema.safeParse(resolved(omit(Properties, withoutEffect)));
          if (!parsed.success) {
            throw new LocalSystemError(
              `The local system does not support a property of "${logicalId}" (${type}). Add it to the definition of the type in local/template: ${z.prettifyError(parsed.error)}`,
            );
          }
          return { logicalId, properties: parsed.data };
        });
    },
    logicalIds({ type }) {
      return Object.keys(template.Resources).filter((logicalId) => template.Resources[logicalId]?.Type === type);
    },
    identify(logicalId, identity) {
      identities.set(logicalId, identity);
    },
    outputs() {
      return Object.fromEntries(Object.keys(template.Outputs).map((name) => [name, outputOf(name)]));
    },
    knownOutputs() {
      const known = Object.keys(template.Outputs).flatMap((name) => {
        try {
          return [[name, outputOf(name)] as const];
        } catch (error) {
          if (error instanceof LocalSystemError) return [];
          throw error;
        }
      });
      return Object.fromEntries(known);
    },
    codeFolder(objectKey) {
      const folder = codeFolders.get(objectKey);
      if (folder === undefined)
        throw new LocalSystemError(
          `The code ${objectKey} is not among the synthesized assets. Delete the folder cdk.out of the data folder and start again.`,
        );
      return folder;
    },
  };
}
