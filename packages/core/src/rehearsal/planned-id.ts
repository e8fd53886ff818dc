/** How many digits of an id say that it is a placeholder: six of twelve, which chance gives to one in 16 million. */
const ZEROS = '000000';

/** Makes ids that are told from those of things that are there at a glance: `000000000001` and on. */
export function plannedIds(): () => string {
  let last = 0;
  return () => {
    last += 1;
    return last.toString(16).padStart(12, '0');
  };
}

/** Whether an id is that of something that is there in a rehearsal alone. */
export function isPlanned(id: string): boolean {
  return id.startsWith(ZEROS);
}
