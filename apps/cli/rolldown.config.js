import { defineConfig } from 'rolldown';

/** What reads a command line, asks a daemon and prints lists: it is loaded by every command. */
const always = [
  /\/cli\/src\/(main|read-command-line|command-shape|commands|global-options|make-invocation|errors|exit-code|hint|group-of|privilege)\b/,
  /\/cli\/src\/(output\/(json|output|printable|table|text-width)|access\/(daemon-api|list-all|with-api))\./,
  /\/cli\/src\/(actions\/list-(endpoints|networks)|views\/(endpoint|labels|network|port)-view)\./,
  /\/packages\/(api\/dist\/(?!client|follow-events|transport)|errors\/dist\/)|rolldown.runtime|usingCtx/,
];

/** What else asks a daemon: values that are read before they are sent, and what is printed of an answer. */
const asking = [
  /\/cli\/src\/(?!access\/own-|actions\/(apply|diagnose|exec|export|follow|import|run)|cli-|output\/progress|parse\/(declaration|import)|program|session|store|run-command|views\/(diagnosis|event|plan))/,
  /\/packages\/inet\/dist\/|\/packages\/core\/dist\/(errors|model\/)/,
  /\/packages\/(linux|netns)\/dist\/(errno|errors|ref)\.|\/service\/dist\/documents\/(owner|port)|\/most-leases\./,
];

const anyOf = (patterns) => (id) => patterns.some((pattern) => pattern.test(id));

/**
 * Few small files for what a daemon answers, because each takes time to load, and others for the engine. They are CommonJS, because
 * an `import` of a module of Node's evaluates all that it exports.
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
      groups: [
        { name: 'always', test: anyOf(always), priority: 2 },
        { name: 'asking', test: anyOf(asking), priority: 1 },
      ],
    },
  },
});
