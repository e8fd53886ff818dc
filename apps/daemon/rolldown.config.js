import { defineConfig } from 'rolldown';

/**
 * One file for each thread and few beside them: what is read from hundreds of files takes three times as long to start. They
 * are CommonJS, because an `import` of a module of Node's evaluates all that it exports.
 */
export default defineConfig({
  input: { main: 'src/main.ts', 'host-worker': 'src/host-thread/host-worker.ts' },
  platform: 'node',
  // The way to native code, and pages that are served as they are.
  external: ['@tsnet/linux', '@fastify/swagger-ui'],
  // What package.json says that it runs on.
  transform: { target: 'node22' },
  output: {
    dir: 'dist',
    format: 'cjs',
    // The text of all code stays in memory.
    minify: true,
    // The log has the names of errors.
    keepNames: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    cleanDir: true,
  },
});
