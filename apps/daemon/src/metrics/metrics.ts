import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** How long operations take, in seconds: from what a read takes to what nobody should wait for. */
const DURATIONS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** What the daemon counts, in the format of Prometheus. */
export class Metrics {
  readonly registry = new Registry();
  /** Operations that were carried out, by kind and outcome: `ok`, or the kind of error. */
  readonly operations: Counter<'operation' | 'outcome'>;
  /** How long they took, in seconds. */
  readonly durations: Histogram<'operation'>;
  /** Who follows events just now. */
  readonly subscribers: Gauge;
  /** What was found of damage, and what came of it: `found`, `repaired`, `failed`. */
  readonly drift: Counter<'state'>;

  readonly #gauges: Gauges;
  readonly #fill: (gauges: Gauges) => Promise<void>;

  /** @param fill - sets the gauges to what there is, before they are read. */
  constructor(fill: (gauges: Gauges) => Promise<void>) {
    const registers = [this.registry];
    // How late the event loop is, is looked at ten times a second: each look wakes the process.
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 100 });
    this.operations = new Counter({
      name: 'tsnet_operations_total',
      help: 'Operations carried out',
      labelNames: ['operation', 'outcome'],
      registers,
    });
    this.durations = new Histogram({
      name: 'tsnet_operation_duration_seconds',
      help: 'How long operations take',
      labelNames: ['operation'],
      buckets: DURATIONS,
      registers,
    });
    this.subscribers = new Gauge({
      name: 'tsnet_event_subscribers',
      help: 'Clients that follow events',
      registers,
    });
    this.drift = new Counter({
      name: 'tsnet_drift_total',
      help: 'Damage to networks: found, repaired, or failed to be repaired',
      labelNames: ['state'],
      registers,
    });
    for (const state of ['found', 'repaired', 'failed']) this.drift.inc({ state }, 0);
    this.#gauges = new Gauges(registers);
    this.#fill = fill;
  }

  /** Everything, as Prometheus reads it. */
  async text(): Promise<string> {
    await this.#fill(this.#gauges);
    return this.registry.metrics();
  }
}

/** What there is just now: it is looked up whenever somebody reads. */
export class Gauges {
  readonly networks: Gauge;
  readonly endpoints: Gauge<'network'>;
  readonly ports: Gauge<'network' | 'protocol'>;
  readonly addresses: Gauge<'pool' | 'network' | 'state'>;
  readonly endpointBytes: Counter<'endpoint' | 'name' | 'network' | 'direction'>;
  readonly endpointPackets: Counter<'endpoint' | 'name' | 'network' | 'direction'>;
  readonly networkBytes: Counter<'network' | 'direction'>;
  readonly networkPackets: Counter<'network' | 'direction'>;

  constructor(registers: Registry[]) {
    const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
      new Gauge({ name, help, labelNames, registers });
    const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
      new Counter({ name, help, labelNames, registers });
    const ofEndpoint = ['endpoint', 'name', 'network', 'direction'] as const;
    const ofNetwork = ['network', 'direction'] as const;
    this.networks = gauge('tsnet_networks', 'Networks');
    this.endpoints = gauge('tsnet_endpoints', 'Endpoints by network', 'network');
    this.ports = gauge('tsnet_ports', 'Published ports by network and protocol', 'network', 'protocol');
    this.addresses = gauge('tsnet_pool_addresses', 'Addresses of pools by state', 'pool', 'network', 'state');
    const bytes = 'Bytes that an endpoint has received or sent';
    this.endpointBytes = counter('tsnet_endpoint_bytes_total', bytes, ...ofEndpoint);
    const packets = 'Packets that an endpoint has received or sent';
    this.endpointPackets = counter('tsnet_endpoint_packets_total', packets, ...ofEndpoint);
    const networkBytes = 'Bytes that the bridge of a network has received or sent';
    this.networkBytes = counter('tsnet_network_bytes_total', networkBytes, ...ofNetwork);
    const networkPackets = 'Packets that the bridge of a network has received or sent';
    this.networkPackets = counter('tsnet_network_packets_total', networkPackets, ...ofNetwork);
  }
}
