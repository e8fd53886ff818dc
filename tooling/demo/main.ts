import { join } from 'node:path';
import { execa } from 'execa';
import { demonstrate } from './src/demonstrate.ts';

/*
 * The demonstration starts itself again inside namespaces of its own: there the thread's namespace is "the host",
 * /run is empty, and the kernel takes everything back when the last process ends.
 */
const inside = process.argv[2] === '--inside';

if (inside) {
  process.exitCode = (await demonstrate()) ? 0 : 1;
} else {
  const privateHost = join(import.meta.dirname, '../testing/bin/in-private-host');
  const again = [process.execPath, import.meta.filename, '--inside'];
  const { exitCode } = await execa(privateHost, again, { stdio: 'inherit', reject: false });
  process.exitCode = exitCode ?? 1;
}
