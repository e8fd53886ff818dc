import type { Host, Network, Repair, Step } from '@tsnet/core';
import { IpPrefix } from '@tsnet/inet';
import { addAddress, changeLink } from '@tsnet/netlink';
import { bridgeSettings, createBridgeStep } from '../bridge-steps.ts';
import { bridgeGroup, getMarkedBridge } from '../mark.ts';
import type { Observation } from './observation.ts';
import { renameLink } from './rename-link.ts';

/** Compares the bridge of a network with what it should be. */
export function surveyBridge(host: Host, observation: Observation, network: Network): readonly Repair[] {
  const { ifName, id } = network;
  const bridge = observation.bridges.get(id);
  const repair = (problem: string, step: Step): Repair => ({
    subject: `bridge ${ifName}`,
    problem,
    owner: id,
    isLeftover: false,
    plan: [step],
  });
  if (bridge === undefined) {
    const isTaken = observation.links.has(ifName);
    return [
      repair(isTaken ? 'missing, and another link has its name' : 'missing', createBridgeStep(host, network)),
    ];
  }
  const present = observation.addresses.get(bridge.ifIndex) ?? [];
  const missing = network.subnets
    .map(({ prefix, gateway }) => IpPrefix.of(gateway, prefix.length))
    .filter((wanted) => !present.some((prefix) => prefix.equals(wanted)));
  const wrong = bridge.ifName === ifName ? wrongSettings(host, network) : {};
  return [
    ...(bridge.ifName === ifName ? [] : [repair(`renamed to ${bridge.ifName}`, renameStep(host, network))]),
    ...(Object.keys(wrong).length === 0
      ? []
      : [repair(`set otherwise: ${Object.keys(wrong).join(', ')}`, settingsStep(host, network))]),
    ...(bridge.group === bridgeGroup(network)
      ? []
      : [repair(`in link group ${bridge.group}`, groupStep(host, network))]),
    ...(bridge.up ? [] : [repair('down', raiseStep(host, network))]),
    ...(missing.length === 0
      ? []
      : [repair(`lacks ${missing.join(', ')}`, addressStep(host, network, missing))]),
  ];
}

function wrongSettings(host: Host, network: Network): Record<string, number> {
  const settings = Object.entries(bridgeSettings(network));
  return Object.fromEntries(settings.filter(([name, value]) => host.sysctl.read(name) !== String(value)));
}

function renameStep(host: Host, network: Network): Step {
  return {
    name: 'rename-bridge',
    subject: network.ifName,
    apply() {
      const { ifIndex } = getMarkedBridge(host.netlink, network);
      renameLink(host.netlink, ifIndex, network.ifName);
    },
  };
}

function settingsStep(host: Host, network: Network): Step {
  return {
    name: 'set-bridge',
    subject: network.ifName,
    apply: () => host.sysctl.write(bridgeSettings(network)),
  };
}

function groupStep(host: Host, network: Network): Step {
  return {
    name: 'group-bridge',
    subject: network.ifName,
    apply() {
      const { ifIndex } = getMarkedBridge(host.netlink, network);
      host.netlink.send(changeLink(ifIndex, { group: bridgeGroup(network) }));
    },
  };
}

function raiseStep(host: Host, network: Network): Step {
  return {
    name: 'raise-bridge',
    subject: network.ifName,
    apply() {
      const { ifIndex } = getMarkedBridge(host.netlink, network);
      host.netlink.send(changeLink(ifIndex, { up: true }));
    },
  };
}

function addressStep(host: Host, network: Network, missing: readonly IpPrefix[]): Step {
  return {
    name: 'address-bridge',
    subject: `${network.ifName} with ${missing.join(', ')}`,
    apply() {
      const { ifIndex } = getMarkedBridge(host.netlink, network);
      host.netlink.send(...missing.map((prefix) => addAddress(ifIndex, prefix)));
    },
  };
}
