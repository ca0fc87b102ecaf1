import type { Endpoint } from '#shared/office/endpoints.ts';
import { type RecordAction, allEndpoints, endpointName } from '#shared/office/record-endpoints.ts';
import { lazy } from '#shared/lazy.ts';
import { specOf } from '#shared/records/catalogue.ts';

const endpoints = lazy(() => new Map(allEndpoints()));

/** The endpoint of a kind of record: one made from its declaration, or its own of the same name. */
export function endpointOf(entity: string, action: RecordAction): Endpoint {
  const spec = specOf(entity);
  const endpoint = spec === undefined ? undefined : endpoints().get(endpointName(spec, action));
  if (endpoint === undefined) throw new Error(`The gateway cannot be asked to ${action} '${entity}'`);
  return endpoint;
}
