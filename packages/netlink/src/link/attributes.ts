import { bytes, macAddress, s32, text, u8, u16, u32 } from '../wire/attribute.ts';
import { type AttributeValues, attributeSet } from '../wire/attribute-set.ts';

/** IFLA_BR_*: a bridge's own settings. Times are in hundredths of a second; host byte order. */
export const bridgeAttributes = attributeSet({
  forwardDelay: [1, u32],
  helloTime: [2, u32],
  maxAge: [3, u32],
  ageingTime: [4, u32],
  stpState: [5, u32],
  priority: [6, u16],
  vlanFiltering: [7, u8],
  multicastSnooping: [23, u8],
});

/** IFLA_BRPORT_*: a link's settings as the port of a bridge; host byte order. */
export const bridgePortAttributes = attributeSet({
  state: [1, u8],
  priority: [2, u16],
  cost: [3, u32],
  hairpin: [4, u8],
  learning: [8, u8],
  isolated: [33, u8],
});

/** IFLA_PROP_*: further properties of a link. */
export const linkPropertyAttributes = attributeSet({ alternativeNames: [53, text, 'repeated'] });

/** IFLA_INFO_*: the kind of a link, and data whose layout the kind decides. */
export const linkInfoAttributes = attributeSet({
  kind: [1, text],
  data: [2, bytes],
  portKind: [4, text],
  portData: [5, bytes],
});

/** IPV4_DEVCONF_* (linux/ip.h), as a request writes them. The kernel's own messages hold an array instead. */
const ipv4Settings = attributeSet({
  /** Announce the link's addresses when it comes up and when its own address is set. */
  announce: [22, u32],
});

/** A link's settings in each address family (AF_INET is 2), as a request writes them. */
export const familySettings = attributeSet({
  ipv4: [2, attributeSet({ settings: [1, ipv4Settings] })],
});

const table = {
  address: [1, macAddress],
  broadcast: [2, macAddress],
  ifName: [3, text],
  mtu: [4, u32],
  /** Index of the other end of a pair, or of the link below. */
  peerIfIndex: [5, s32],
  queueDiscipline: [6, text],
  /** Index of the bridge that the link is a port of; 0 takes it out. */
  master: [10, u32],
  bridgePort: [12, bridgePortAttributes.flagged],
  transmitQueueLength: [13, u32],
  /** See {@link operationalStates}. */
  operationalState: [16, u8],
  linkInfo: [18, linkInfoAttributes],
  /** Free text of up to 255 bytes. */
  alias: [20, text],
  /** struct rtnl_link_stats64, which newer kernels make longer; host byte order. */
  statistics: [23, bytes],
  /** {@link familySettings} in requests; the kernel's messages are laid out otherwise. */
  familySettings: [26, bytes],
  /** A number by which links can be changed or deleted together. */
  group: [27, u32],
  /** Descriptor of the namespace to create the link in or to move it to. */
  netnsFd: [28, u32],
  /** RTEXT_FILTER_*: what the kernel adds to or leaves out of its answer. */
  extensionMask: [29, u32],
  transmitQueues: [31, u32],
  receiveQueues: [32, u32],
  /** The namespace of the other end, as an id of the reader's namespace. */
  peerNetnsId: [37, s32],
  minimumMtu: [50, u32],
  maximumMtu: [51, u32],
  properties: [52, linkPropertyAttributes.flagged],
  /** Of requests only: names the link. */
  alternativeName: [53, text],
} as const;

/** IFLA_*: the attributes of RTM_NEWLINK and its kin (linux/if_link.h). Integers are in host byte order. */
export const linkAttributes = attributeSet(table);

/** The values of {@link linkAttributes}. */
export type LinkAttributes = AttributeValues<typeof table>;
