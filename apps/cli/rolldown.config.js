import { defineConfig } from 'rolldown';

/** What prints what a daemon answers: one file, without what has an engine in this process, or only few commands need. */
const asking = [
  /\/cli\/src\/(?!access\/own-|actions\/(apply|diagnose|exec|export|follow|import|run)|cli-command|cli-help|program|output\/progress|parse\/(declaration|import)|session|store|run-command|views\/(diagnosis|event|plan))/,
  /\/packages\/(api|errors|inet)\/dist\/(?!follow-events)/,
  /\/packages\/core\/dist\/(errors|model\/)/,
  /\/packages\/(linux|netns)\/dist\/(errno|errors|ref)\.js/,
];

/**
 * Commands that ask a daemon are loaded from few small files, and the engine from others. They are CommonJS, because an `import`
 * of a module of Node's evaluates all that it exports.
 */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  preserveEntrySignatures: false,
  // Native code.
  external: ['koffi'],
  // What package.json says that it runs on.
  transform: { target: 'node22' },
  output: {
    dir: 'dist',
    format: 'cjs',
    minify: true,
    // Errors are printed with the names of their classes.
    keepNames: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    cleanDir: true,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: 'asking', test: (id) => asking.some((pattern) => pattern.test(id)) }],
    },
  },
});
