import type { Scalar } from '../json.ts';
import type { RecordSpec } from './record.ts';

/**
 * The version of the records that one has to know to understand a change: that of the newest thing it names. A newer
 * program's change that names nothing new is understood by an older one.
 * @param fields those that the change names
 */
export function versionOf(spec: RecordSpec, fields: Readonly<Record<string, Scalar>>): number {
  let version = spec.since ?? 1;
  for (const [name, value] of Object.entries(fields)) {
    const field = spec.fields[name];
    const newValue = typeof value === 'string' ? field?.valuesSince?.[value] : undefined;
    version = Math.max(version, field?.since ?? 1, newValue ?? 1);
  }
  return version;
}

/** Whether `versionOf` depends on what a change names. */
export function isVersioned(spec: RecordSpec): boolean {
  return Object.values(spec.fields).some(({ since, valuesSince }) => (since ?? valuesSince) !== undefined);
}

/**
 * What a create names of a new record's values: a field that came later, at its initial value, is left out, as whoever
 * has never heard of it does. So there is one way to say it, and an older program understands the create.
 */
export function fieldsOfCreate(
  spec: RecordSpec,
  values: Readonly<Record<string, Scalar>>,
): Record<string, Scalar> {
  const named: Record<string, Scalar> = {};
  for (const [name, value] of Object.entries(values)) if (!isInitial(spec, name, value)) named[name] = value;
  return named;
}

/** Whether `value` is that which the field has in records of those who have never heard of it. */
export function isInitial(spec: RecordSpec, name: string, value: Scalar | undefined): boolean {
  const initial = spec.fields[name]?.initial;
  return initial !== undefined && value === initial;
}

/** Values of a record that somebody older wrote or sent, with those of fields that came later. */
export function withInitials(
  spec: RecordSpec,
  values: Readonly<Record<string, Scalar>>,
): Readonly<Record<string, Scalar>> {
  const missing = Object.entries(spec.fields).flatMap(([name, { initial }]) =>
    initial === undefined || name in values ? [] : [[name, initial] as const],
  );
  return missing.length === 0 ? values : { ...values, ...Object.fromEntries(missing) };
}
