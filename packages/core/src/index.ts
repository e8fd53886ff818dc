/**
 * The tsnet engine: networks, endpoints and published ports for any sandbox, over any driver.
 *
 * ```ts
 * import { BridgeDriver } from '@tsnet/bridge';
 * import { Engine, Host, parsePortSpec } from '@tsnet/core';
 * import { SqliteStore } from '@tsnet/ipam';
 * import { openLinux } from '@tsnet/linux';
 *
 * const host = Host.open({ linux: openLinux() });
 * await using engine = new Engine({
 *   host,
 *   store: await SqliteStore.open('/var/lib/tsnet/state.db'),
 *   drivers: [BridgeDriver.open({ host })],
 * });
 * await engine.createNetwork({ name: 'web' });
 * await engine.connect({
 *   network: 'web',
 *   sandbox: { kind: 'name', name: 'app' },
 *   ports: [parsePortSpec('8080:80')],
 * });
 * ```
 *
 * @packageDocumentation
 */
export type {
  Change,
  DesiredNetwork,
  Driver,
  Finding,
  Repair,
  SandboxEnd,
  Survey,
  SurveyScope,
  Traffic,
  TrafficReport,
  Watch,
  WatchOptions,
} from './driver.ts';
export { Engine, type EngineOptions } from './engine.ts';
export {
  DriverNotFoundError,
  EndpointExistsError,
  EndpointNotFoundError,
  HostAddressError,
  InvalidEndpointError,
  InvalidNameError,
  InvalidNetworkError,
  InvalidPortSpecError,
  LinkExistsError,
  NetworkExistsError,
  NetworkFullError,
  NetworkInUseError,
  NetworkNotFoundError,
  NoFreePortError,
  NotReadyError,
  PortTakenError,
  PublishError,
  RouteOverlapError,
  SandboxIsHostError,
  SubnetOverlapError,
  SysctlError,
  TeardownError,
  UndoError,
} from './errors.ts';
export { takeBack } from './failures.ts';
export { egressMtu } from './host/egress-mtu.ts';
export { Host, type HostOptions } from './host/host.ts';
export { Sysctl } from './host/sysctl.ts';
export { Inventory } from './inventory.ts';
export { SubjectBusyError } from './journal/errors.ts';
export type { Operation, OperationKind } from './journal/operation.ts';
export type { Endpoint, EndpointAddress, EndpointSpec, SandboxIdentity } from './model/endpoint.ts';
export { checkIfName, checkName, fitsIfName } from './model/name.ts';
export {
  type Labels,
  type LifecycleState,
  type Network,
  type NetworkFirewall,
  type NetworkSpec,
  networkFirewalls,
  type Subnet,
  type SubnetSpec,
} from './model/network.ts';
export {
  formatPortSpec,
  listeningFamilies,
  type PortProtocol,
  type PortSpec,
  type PublishedPort,
  parsePortSpec,
} from './model/port.ts';
export { formatReach, type PortReach, type Reach, reachOf } from './model/reach.ts';
export { type FlatSubnetOptions, groupSubnets } from './model/subnet-spec.ts';
export type { CreateOptions } from './operations/create-options.ts';
export type { CreateSandboxOptions } from './operations/create-sandbox.ts';
export type { DeleteNetworkOptions } from './operations/delete-network.ts';
export type { DisconnectOptions } from './operations/disconnect.ts';
export { automaticPools } from './operations/plan-subnets.ts';
export type { PoolReport } from './operations/pool-report.ts';
export type { ChangePortsOptions } from './operations/publish.ts';
export type { EndpointPage } from './operations/queries.ts';
export { applyPlan, type Plan, type Step, type StepObserver, tearDown, type Undo } from './plan.ts';
export { portsClash } from './records/port-claims.ts';
export { type RecordChange, readRecordChange } from './records/record-change.ts';
export type { PlannedStep, Rehearsal } from './rehearsal/rehearsal.ts';
export { DamageRecursError } from './repair/guard/errors.ts';
export type { GuardOptions } from './repair/guard/guard.ts';
export type { Repaired } from './repair/reconcile.ts';
