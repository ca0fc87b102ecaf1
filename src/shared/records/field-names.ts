/**
 * Names that no field of a record may bear, as something else of every record has them: columns of both databases, what a
 * screen or the office is told beside the fields, and what is said of a change or asked of a list over HTTP.
 */
export const reservedNames: readonly string[] = [
  ['id', 'vesselId', 'deleted', 'updatedAt', 'updatedBy', 'versions', 'entry'],
  ['entity', 'values', 'sync', 'conflicts', 'referenced', 'confirmed'],
  ['vessel', 'basis', 'limit', 'cursor', 'search', 'direction'],
].flat();

/** @throws where a field cannot be called so: reserved, or not written like `dueDate`, of which its column is made */
export function assertFieldNames(entity: string, names: readonly string[]): void {
  for (const name of names) {
    if (reservedNames.includes(name))
      throw new Error(
        `${entity}: no field may be called '${name}', as every record has something of that name`,
      );
    if (!/^[a-z]+([A-Z]?[a-z0-9]+)*$/.test(name))
      throw new Error(`${entity}: a field is called like 'dueDate', and not '${name}'`);
  }
}
