import type {
  NftChain,
  NftChainHook,
  NftChainSpec,
  NftCommand,
  NftElement,
  NftMapSpec,
  NftSet,
  NftSetSpec,
  NftTable,
  NftType,
} from './command.ts';
import { InvalidNftablesInputError } from './errors.ts';
import { checkedExpression } from './expression.ts';
import { checkedName, quotedComment, quotedLinkName } from './name.ts';
import { formatValues } from './value.ts';

/**
 * One command as nft(8) reads it, on a single line: where nft points at a column of the line, that
 * tells the refused command.
 *
 * @throws {@link InvalidNftablesInputError}
 */
export function renderCommand(command: NftCommand): string {
  switch (command.verb) {
    case 'add-table':
      return `add table ${table(command.table)}${braces(comment(command.comment))}`;
    case 'delete-table':
      // Deleting a table that is not there fails, and `destroy` came with nft 1.0.7 and Linux 6.3.
      return `add table ${table(command.table)}; delete table ${table(command.table)}`;
    case 'add-chain':
      return `add chain ${chain(command.chain)}${chainBody(command.spec)}`;
    case 'flush-chain':
    case 'delete-chain':
      return `${command.verb.replace('-', ' ')} ${chain(command.chain)}`;
    case 'add-rule':
      return `add rule ${chain(command.chain)} ${checkedExpression(command.expression)}${ruleComment(command.comment)}`;
    case 'add-set':
      return `add set ${set(command.set)}${setBody(types(command.spec.key), command.spec)}`;
    case 'add-map':
      return `add map ${set(command.set)}${setBody(mapTypes(command.spec), command.spec)}`;
    case 'flush-set':
    case 'delete-set':
    case 'flush-map':
    case 'delete-map':
      return `${command.verb.replace('-', ' ')} ${set(command.set)}`;
    case 'create-elements':
      return `create element ${set(command.set)} ${elements(command.elements, true)}`;
    case 'add-elements':
      return `add element ${set(command.set)} ${elements(command.elements, true)}`;
    case 'discard-elements':
      // Deleting what is not there fails; what has just been made sure of is there.
      return `add element ${set(command.set)} ${elements(command.elements, true)}; delete element ${set(command.set)} ${elements(command.elements, false)}`;
    case 'delete-elements':
      return `delete element ${set(command.set)} ${elements(command.elements, false)}`;
    default:
      throw new InvalidNftablesInputError(JSON.stringify(command), 'it is no command');
  }
}

/** A table as nft names it. */
export function table({ family, table: name }: NftTable): string {
  return `${oneOf('family', families, family)} ${checkedName('table', name)}`;
}

/** A set or map as nft names it. */
export function set(ref: NftSet): string {
  return `${table(ref)} ${checkedName('set', ref.set)}`;
}

/** A chain as nft names it. */
export function chain(ref: NftChain): string {
  return `${table(ref)} ${checkedName('chain', ref.chain)}`;
}

const families = ['inet', 'ip', 'ip6', 'bridge', 'netdev', 'arp'];
const hooks = ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress', 'egress'];
const fieldTypes = [
  'ipv4_addr',
  'ipv6_addr',
  'ether_addr',
  'inet_proto',
  'inet_service',
  'ifname',
  'mark',
  'verdict',
];

function oneOf(what: string, choices: readonly string[], value: string): string {
  if (!choices.includes(value)) {
    throw new InvalidNftablesInputError(
      `${JSON.stringify(value)} as a ${what}`,
      `it is none of ${choices.join(', ')}`,
    );
  }
  return value;
}

function positive(what: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1 || value > 0x7fffffff) {
    throw new InvalidNftablesInputError(`${JSON.stringify(value)} as a ${what}`, 'it is no positive integer');
  }
  return value;
}

function braces(...statements: (string | undefined)[]): string {
  const present = statements.filter((statement) => statement !== undefined);
  return present.length === 0 ? '' : ` { ${present.map((statement) => `${statement};`).join(' ')} }`;
}

function comment(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `comment ${quotedComment(text)}`;
}

function ruleComment(text: string | undefined): string {
  return text === undefined ? '' : ` comment ${quotedComment(text)}`;
}

function chainBody({ hook, comment: text }: NftChainSpec): string {
  return braces(
    hook && hookStatement(hook),
    hook?.policy && `policy ${oneOf('policy', ['accept', 'drop'], hook.policy)}`,
    comment(text),
  );
}

function hookStatement({ type, hook, priority, link }: NftChainHook): string {
  if (!Number.isInteger(priority) || Math.abs(priority) > 0x7fffffff) {
    throw new InvalidNftablesInputError(`${JSON.stringify(priority)} as a priority`, 'it is no integer');
  }
  const where = link === undefined ? '' : ` device ${quotedLinkName(link)}`;
  return `type ${oneOf('chain type', ['filter', 'nat', 'route'], type)} hook ${oneOf('hook', hooks, hook)}${where} priority ${priority}`;
}

function types(fields: readonly NftType[]): string {
  if (fields.length === 0) throw new InvalidNftablesInputError('a set', 'its key has no field');
  return fields.map((field) => oneOf('field type', fieldTypes, field)).join(' . ');
}

function mapTypes(spec: NftMapSpec): string {
  return `${types(spec.key)} : ${types(spec.data)}`;
}

function setBody(type: string, spec: NftSetSpec): string {
  return braces(
    `type ${type}`,
    spec.interval ? 'flags interval' : undefined,
    spec.timeoutSeconds === undefined ? undefined : `timeout ${positive('timeout', spec.timeoutSeconds)}s`,
    spec.size === undefined ? undefined : `size ${positive('size', spec.size)}`,
    comment(spec.comment),
  );
}

function elements(list: readonly NftElement[], whole: boolean): string {
  return `{ ${list.map((element) => formatElement(element, whole)).join(', ')} }`;
}

function formatElement(element: NftElement, whole: boolean): string {
  const key = formatValues('key', element.key);
  if (!whole) return key;
  const timeout =
    element.timeoutSeconds === undefined ? '' : ` timeout ${positive('timeout', element.timeoutSeconds)}s`;
  const data = element.data === undefined ? '' : ` : ${formatValues('data', element.data)}`;
  return `${key}${timeout}${ruleComment(element.comment)}${data}`;
}
