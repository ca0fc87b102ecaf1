import { defineConfig } from 'drizzle-kit';

/** For `npm run db:generate`, which is the only one to read it. */
export default defineConfig({
  dialect: 'sqlite',
  schema: './src/main/vessel/store/schema-for-kit.cjs',
  out: './src/main/vessel/store/migrations',
});
