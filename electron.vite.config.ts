import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const fromRoot = (path: string) => resolve(import.meta.dirname, path);

/** The Node that Electron 45 brings. */
const electronNode = 'node24';

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: electronNode,
      sourcemap: true,
      minify: false,
      // `dependencies` holds only what cannot be bundled: better-sqlite3 with its binary.
      externalizeDeps: true,
      rolldownOptions: {
        // The window's process, the vessel node's, the thread that works on copies beside that, and one for copies from elsewhere.
        input: {
          main: fromRoot('src/main/electron/main.ts'),
          'copy-process-program': fromRoot('src/main/electron/vessel/copy-process-program.ts'),
          'copy-work-program': fromRoot('src/main/vessel/copies/copy-work-program.ts'),
          'vessel-process-program': fromRoot('src/main/electron/vessel/vessel-process-program.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: electronNode,
      sourcemap: false,
      minify: false,
      // A sandboxed preload can require electron and little else.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: fromRoot('src/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: fromRoot('src/renderer'),
    plugins: [react()],
    build: {
      outDir: fromRoot('out/renderer'),
      // Stations are browsers of the ship's own choosing, not only Electron's Chromium.
      target: 'es2022',
      cssTarget: ['chrome111', 'firefox114', 'safari16.4'],
      sourcemap: false,
      rolldownOptions: {
        input: {
          index: fromRoot('src/renderer/index.html'),
          office: fromRoot('src/renderer/office.html'),
        },
      },
    },
  },
});
