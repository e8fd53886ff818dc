import { defineConfig } from 'rolldown';

/**
 * What a daemon answers is printed by few small files; an engine is in others, which are loaded where there is none. They are
 * CommonJS, because an `import` of a module of Node's evaluates all that it exports.
 */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  // Native code.
  external: ['koffi'],
  output: {
    dir: 'dist',
    format: 'cjs',
    minify: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    cleanDir: true,
  },
});
