import { busyWork, storedBytes, type Work } from './busy-work.ts';
import { invocationLogBytes, lineLogBytes, metricsLogBytes } from './log-bytes.ts';
import { type Priced, type Quantities, sumOf } from './prices.ts';
import { type Resource, resourcesOf, type Template } from './template.ts';

const million = 1_000_000;
const gigabyte = 1e9;

function functionNamed(name: string, templates: readonly Template[]): Resource {
  const found = resourcesOf(templates, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties.Environment?.Variables?.POWERTOOLS_SERVICE_NAME === name,
  );
  if (!found) throw new Error(`The template has no function ${name}.`);
  return found;
}

function invocationsOf({ invocations }: Work, templates: readonly Template[]): Quantities {
  const quantities = invocations.map(({ name, times, ms, lines }): Quantities => {
    const { MemorySize, TracingConfig } = functionNamed(name, templates).Properties;
    return {
      functionRequests: times,
      functionGigabyteSeconds: (times * ms * MemorySize) / 1_024 / 1_000,
      logGigabytes: (times * (invocationLogBytes + metricsLogBytes + lines * lineLogBytes)) / gigabyte,
      // Lambda traces the first invocation of each second, and one in twenty of the others. At such a pace that is all
      // of them.
      ...(TracingConfig?.Mode === 'Active' && { traces: times }),
    };
  });
  return sumOf(quantities);
}

/** What is used for one of something. */
function quantitiesOf(work: Work, templates: readonly Template[]): Quantities {
  const {
    reads,
    writes,
    edgeRequests = 0,
    gatewayRequests = 0,
    responseBytes = 0,
    sentBytes = 0,
    queueRequests = 0,
  } = work;
  const distributions = resourcesOf(templates, 'AWS::CloudFront::Distribution').map(
    ({ Properties }) => Properties.DistributionConfig,
  );
  const hasWebAcl = distributions.some(({ WebACLId }) => WebACLId !== undefined);
  const hasShield = JSON.stringify(distributions).includes('"OriginShield"');
  return sumOf([
    invocationsOf(work, templates),
    {
      readUnits: reads,
      writeUnits: writes,
      edgeRequests,
      edgeFunctionRequests: edgeRequests,
      ...(hasWebAcl && { webAclRequests: edgeRequests }),
      // Whatever the gateway answers has gone through the shield.
      ...(hasShield && { shieldRequests: gatewayRequests }),
      gatewayRequests,
      logGigabytes: (gatewayRequests * lineLogBytes) / gigabyte,
      edgeGigabytes: responseBytes / gigabyte,
      sentGigabytes: sentBytes / gigabyte,
      queueRequests,
    },
  ]);
}

function times(quantities: Quantities, factor: number): Quantities {
  return Object.fromEntries(
    Object.entries(quantities).flatMap(([priced, quantity]) =>
      quantity > 0 ? [[priced as Priced, quantity * factor]] : [],
    ),
  );
}

/** What some stacks use for a million of each of these, by what completes "a million …". */
export function busyQuantities(templates: readonly Template[]): Readonly<Record<string, Quantities>> {
  return Object.fromEntries(
    Object.entries(busyWork).map(([name, work]) => [name, times(quantitiesOf(work, templates), million)]),
  );
}

/** What some stacks use in a month to store a million events. */
export function storageQuantities(templates: readonly Template[]): Quantities {
  const tables = resourcesOf(templates, 'AWS::DynamoDB::Table');
  const stored = Object.entries(storedBytes).map(([name, bytes]): Quantities => {
    const table = tables.find(({ Metadata }) => Metadata?.['aws:cdk:path']?.split('/')[1] === name);
    if (!table) throw new Error(`The template has no table ${name}.`);
    const gigabytes = (bytes * million) / gigabyte;
    const isBackedUp = table.Properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true;
    return { storedGigabytes: gigabytes, ...(isBackedUp && { backedUpGigabytes: gigabytes }) };
  });
  return sumOf(stored);
}
