import { defineConfig } from 'rolldown';

/**
 * What a daemon answers is printed by one small file; an engine is in others, which are loaded where there is none. They are
 * CommonJS, because an `import` of a module of Node's evaluates all that it exports.
 */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  // Native code.
  external: ['koffi'],
  plugins: [withoutSubprograms()],
  output: {
    dir: 'dist',
    format: 'cjs',
    minify: true,
    // Errors are printed with the names of their classes.
    keepNames: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    cleanDir: true,
  },
});

/** Commander can run programs as its subcommands, which takes longer to load than all the rest of it; there are none here. */
function withoutSubprograms() {
  const empty = '\0no-child-process';
  return {
    name: 'without-subprograms',
    resolveId: (id, importer) =>
      id === 'node:child_process' && importer?.includes('/commander/') ? empty : undefined,
    load: (id) => (id === empty ? 'export default {}' : undefined),
  };
}
