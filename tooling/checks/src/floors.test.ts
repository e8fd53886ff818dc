import { describe, expect, it } from 'vitest';
import { floors } from './floors.ts';

describe('floors', () => {
  const rows = Object.entries(floors);

  it.each(rows)('lets %s import only what stands below it', (_name, own) => {
    for (const other of own.mayImport) expect(floors[other]?.floor).toBeLessThan(own.floor);
  });

  it.each(rows)('restricts %s to types only of what it may import', (_name, own) => {
    expect(own.mayImport).toEqual(expect.arrayContaining([...(own.typesOnly ?? [])]));
  });
});
