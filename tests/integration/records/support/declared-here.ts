import {
  generateDrizzleJson,
  generateMigration,
  generateSQLiteDrizzleJson,
  generateSQLiteMigration,
} from 'drizzle-kit/api';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { declaredHere } from './spare-part.ts';

interface Migrations {
  migrations: readonly { name: string; statements: readonly string[] }[];
}

interface Catalogue {
  recordSpecs: readonly RecordDeclaration[];
  specOf: (entity: string) => RecordDeclaration | undefined;
}

/** The program's catalogue with a line for each kind that is declared here. */
export function catalogueWith<C extends Catalogue>(actual: C): C {
  return {
    ...actual,
    recordSpecs: [...actual.recordSpecs, ...declaredHere],
    specOf: (entity: string) => declaredHere.find((each) => each.entity === entity) ?? actual.specOf(entity),
  };
}

/** Migrations on board with the one that `npm run db:generate` would write. */
export async function migrationsOnBoard({ migrations }: Migrations): Promise<Migrations> {
  const { recordTable } = await import('#vessel/store/record-tables.ts');
  const tables = Object.fromEntries(declaredHere.map((each) => [each.entity, recordTable(each)]));
  const [empty, full] = [await generateSQLiteDrizzleJson({}), await generateSQLiteDrizzleJson(tables)];
  const statements = await generateSQLiteMigration(empty, full);
  return { migrations: [...migrations, { name: '9999_spare_part', statements }] };
}

/** The same ashore. */
export async function migrationsAshore({ migrations }: Migrations): Promise<Migrations> {
  const { recordTable } = await import('#shore/store/record-tables.ts');
  const tables = Object.fromEntries(declaredHere.map((each) => [each.entity, recordTable(each)]));
  const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson(tables));
  return { migrations: [...migrations, { name: '9999_spare_part', statements }] };
}
