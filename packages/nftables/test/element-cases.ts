import { type NftElement, type NftMapSpec, type NftSetSpec, nftValue as v } from '@tsnet/nftables';

/** A set or map, and elements for it. */
export interface ElementCase {
  readonly title: string;
  readonly spec: NftSetSpec | NftMapSpec;
  readonly elements: readonly NftElement[];
}

const web = [v.protocol('tcp'), v.port(8080)];
const dns = [v.protocol('udp'), v.port(53)];
const bridge = v.link('br0');

/** Every shape of element that goes to the kernel without libnftables. */
export const elementCases: readonly ElementCase[] = [
  {
    title: 'links',
    spec: { key: ['ifname'] },
    elements: [{ key: [bridge] }, { key: [v.link('fifteen-letters')] }],
  },
  { title: 'IPv4 addresses', spec: { key: ['ipv4_addr'] }, elements: [{ key: [v.address('10.5.0.2')] }] },
  { title: 'IPv6 addresses', spec: { key: ['ipv6_addr'] }, elements: [{ key: [v.address('fd05::2')] }] },
  {
    title: 'MAC addresses',
    spec: { key: ['ether_addr'] },
    elements: [{ key: [v.mac('02:00:00:00:00:aB')] }],
  },
  { title: 'protocols', spec: { key: ['inet_proto'] }, elements: [{ key: [v.protocol('sctp')] }] },
  {
    title: 'ports',
    spec: { key: ['inet_service'] },
    elements: [{ key: [v.port(0)] }, { key: [v.port(65535)] }],
  },
  {
    title: 'marks',
    spec: { key: ['mark'] },
    elements: [{ key: [v.mark(0x01020304)] }, { key: [v.mark(0xffffffff)] }],
  },
  {
    title: 'pairs of links',
    spec: { key: ['ifname', 'ifname'] },
    elements: [{ key: [bridge, v.link('br1')] }],
  },
  {
    title: 'a mark beside a MAC address',
    spec: { key: ['mark', 'ether_addr'] },
    elements: [{ key: [v.mark(7), v.mac('02:00:00:00:00:01')] }],
  },
  {
    title: 'a link with IPv4 prefixes and ranges',
    spec: { key: ['ifname', 'ipv4_addr'], interval: true },
    elements: [
      { key: [bridge, v.prefix('10.5.0.0', 24)] },
      { key: [bridge, v.addressRange('10.6.0.1', '10.6.0.9')] },
      { key: [bridge, v.address('10.7.0.1')] },
    ],
  },
  {
    title: 'a link with an IPv6 prefix',
    spec: { key: ['ifname', 'ipv6_addr'], interval: true },
    elements: [{ key: [bridge, v.prefix('fd05::', 64)] }],
  },
  {
    title: 'IPv4 targets',
    spec: { key: ['inet_proto', 'inet_service'], data: ['ipv4_addr', 'inet_service'] },
    elements: [
      { key: web, data: [v.address('10.5.0.2'), v.port(80)], comment: 'web' },
      { key: dns, data: [v.address('10.5.0.3'), v.port(53)] },
    ],
  },
  {
    title: 'IPv6 targets',
    spec: { key: ['ipv6_addr', 'inet_proto', 'inet_service'], data: ['ipv6_addr', 'inet_service'] },
    elements: [{ key: [v.address('::1'), ...web], data: [v.address('fd05::2'), v.port(80)] }],
  },
  {
    title: 'IPv4 targets of port ranges',
    spec: { key: ['ipv4_addr', 'inet_proto', 'inet_service'], data: ['ipv4_addr'], interval: true },
    elements: [
      {
        key: [v.prefix('0.0.0.0', 0), v.protocol('udp'), v.portRange(7000, 7005)],
        data: [v.address('10.5.0.2')],
      },
      {
        key: [v.address('127.0.0.1'), v.protocol('tcp'), v.portRange(1, 65535)],
        data: [v.address('10.5.0.2')],
      },
    ],
  },
  {
    title: 'IPv6 targets of port ranges',
    spec: { key: ['ipv6_addr', 'inet_proto', 'inet_service'], data: ['ipv6_addr'], interval: true },
    elements: [
      { key: [v.prefix('::', 0), v.protocol('udp'), v.portRange(7000, 7005)], data: [v.address('fd05::2')] },
    ],
  },
  {
    title: 'verdicts',
    spec: { key: ['ifname'], data: ['verdict'] },
    elements: [
      ...(['accept', 'drop', 'continue', 'return'] as const).map((verdict) => ({
        key: [v.link(verdict)],
        data: [v.verdict(verdict)],
      })),
      { key: [v.link('jump')], data: [v.jump('to_network')] },
      { key: [v.link('goto')], data: [v.goto('to_network')] },
    ],
  },
  {
    title: 'single values of every length',
    spec: { key: ['inet_proto'], data: ['inet_service'] },
    elements: [{ key: [v.protocol('tcp')], data: [v.port(80)] }],
  },
  {
    title: 'timeouts and comments',
    spec: { key: ['inet_service'], timeoutSeconds: 3600 },
    elements: [
      { key: [v.port(1)], timeoutSeconds: 4_000_000, comment: 'wéb' },
      { key: [v.port(2)], comment: 'x'.repeat(127) },
      { key: [v.port(3)], timeoutSeconds: 60 },
    ],
  },
];
