/** A file with networks and as many endpoints, each in a sandbox of its own, with one published port for every other one. */
export function declarationOf(networks: number, endpoints: number): string {
  const names = Array.from({ length: networks }, (_, index) => `net${index}`);
  const sandboxes = Array.from({ length: endpoints }, (_, index) => {
    const ports = index % 2 === 0 ? ` { ports: [${20_000 + index}:80] }` : '';
    return `  box${index}:\n    endpoints:\n      net${index % networks}:${ports}\n`;
  });
  return `project: bench\nnetworks:\n${names.map((name) => `  ${name}:\n`).join('')}sandboxes:\n${sandboxes.join('')}`;
}
