import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type RawAnswer, type RawRequest, sendRaw } from './raw-request.ts';

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

/** What a daemon says of its API, to hold its answers against. */
export class Contract {
  readonly description: Description;
  readonly #ajv = new Ajv2020({ strict: false });
  readonly #validators = new Map<string, ValidateFunction>();

  private constructor(description: Description) {
    this.description = description;
  }

  /** Asks a daemon for its description. */
  static async of(socket: string): Promise<Contract> {
    const { body } = await sendRaw(socket, { method: 'GET', path: '/openapi.json' });
    return new Contract(JSON.parse(body));
  }

  /** The ids of all described operations. */
  get operations(): readonly string[] {
    return Object.values(this.description.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
  }

  /** What is wrong with an answer by the description; empty when it is as described. */
  faults(request: RawRequest, { status, headers, body }: RawAnswer): readonly string[] {
    const described = this.#find(request);
    if (described === undefined) return [`${request.method} ${request.path} is not described`];
    const response = described.responses[String(status)] ?? described.responses.default;
    if (response === undefined) return [`${described.operationId} may not answer with ${status}`];
    const type = String(headers['content-type']).split(';')[0] ?? '';
    const expected = status >= 400 ? 'application/problem+json' : 'application/json';
    if (type !== expected) return [`the type is ${type}, not ${expected}`];
    const schema = Object.values(response.content ?? {})[0]?.schema;
    if (schema === undefined) return [`${described.operationId} has no schema for ${status}`];
    const validate = this.#validatorOf(`${described.operationId} ${status}`, schema);
    if (validate(JSON.parse(body))) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}: ${body}`);
  }

  #find({ method, path }: RawRequest): DescribedOperation | undefined {
    const parts = (path.split('?')[0] ?? '').split('/');
    const fits = ([template]: readonly [string, unknown]) => {
      const wanted = template.split('/');
      const isSame = (part: string, index: number) => part.startsWith('{') || part === parts[index];
      return wanted.length === parts.length && wanted.every(isSame);
    };
    // What is written out goes before what is filled in.
    const [found] = Object.entries(this.description.paths)
      .filter((entry) => fits(entry))
      .flatMap(([template, methods]) => ({ template, described: methods[method.toLowerCase()] }))
      .filter(({ described }) => described !== undefined)
      .sort((a, b) => a.template.split('{').length - b.template.split('{').length);
    return found?.described;
  }

  #validatorOf(name: string, schema: object): ValidateFunction {
    const known = this.#validators.get(name) ?? this.#ajv.compile(schema);
    this.#validators.set(name, known);
    return known;
  }
}
