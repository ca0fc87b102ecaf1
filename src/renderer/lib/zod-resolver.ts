import type { FieldError, FieldErrors, FieldValues, Resolver } from 'react-hook-form';
import type { z } from 'zod';

/**
 * Lets react-hook-form check a form with a schema of the contract. `toInput` turns what the fields hold (text)
 * into what the schema takes; `wordsFor` may replace the schema's message by one for the person at the screen, and
 * `fieldOf` names the field that holds what the schema has at a path.
 */
export function zodResolver<Values extends FieldValues, Input, Output extends FieldValues>(
  schema: z.ZodType<Output, Input>,
  toInput: (values: Values) => Input,
  wordsFor: (path: string, message: string) => string,
  fieldOf: (path: string) => string = (path) => path,
): Resolver<Values, unknown, Output> {
  return (values) => {
    const parsed = schema.safeParse(toInput(values));
    if (parsed.success) return { values: parsed.data, errors: {} };
    const errors: Record<string, FieldError> = {};
    for (const issue of parsed.error.issues) {
      const path = fieldOf(issue.path.join('.'));
      errors[path] ??= { type: issue.code, message: wordsFor(path, issue.message) };
    }
    return { values: {}, errors: errors as FieldErrors<Values> };
  };
}
