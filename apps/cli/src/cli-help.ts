import { type Command, Help, type Option } from 'commander';

/** The heading of options that every command has. */
export const globalOptionsHeading = 'Global options:';

/** Help with a command's own options first and those of every command last. */
export class CliHelp extends Help {
  override groupItems<T extends Command | Option>(
    unsorted: T[],
    visible: T[],
    getGroup: (item: T) => string,
  ): Map<string, T[]> {
    const groups = super.groupItems(unsorted, visible, getGroup);
    const globals = groups.get(globalOptionsHeading);
    groups.delete(globalOptionsHeading);
    return globals === undefined ? groups : groups.set(globalOptionsHeading, globals);
  }

  /** Every command has options: saying so tells nothing. */
  override subcommandTerm(command: Command): string {
    return super.subcommandTerm(command).replace(' [options]', '');
  }
}
