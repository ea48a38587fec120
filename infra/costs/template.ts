export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type of resource has properties of its own
  readonly Properties: any;
  readonly Metadata?: { readonly 'aws:cdk:path'?: string };
}

/** A template as CloudFormation reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** The resources of one type in some templates. */
export function resourcesOf(templates: readonly Template[], type: string): readonly Resource[] {
  return templates.flatMap(({ Resources }) => Object.values(Resources)).filter(({ Type }) => Type === type);
}
