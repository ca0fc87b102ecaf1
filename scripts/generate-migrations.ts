import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './run-step.ts';
import { embeddedMigrations } from './embed-migrations.ts';

/** `npm run db:generate`: makes a migration of what changed in each schema, and embeds all for static import. */
for (const store of ['src/main/vessel/store', 'src/shore/store']) {
  const kit = join(projectRoot, 'node_modules', 'drizzle-kit', 'bin.cjs');
  execFileSync(process.execPath, [kit, 'generate', '--config', `${store}/drizzle.config.ts`], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  const folder = join(projectRoot, store, 'migrations');
  writeFileSync(`${folder}.ts`, embeddedMigrations(folder));
}
