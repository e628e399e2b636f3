/** What is wrong with one part of the input. The location is its path: "lines[0].quantity". */
export interface ProblemField {
  location: string;
  code: string;
  message: string;
}

/** A refusal that the server gave in words (RFC 9457 problem details). Its message is written for the reader. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly title: string;
  readonly code: string;
  readonly fields: readonly ProblemField[];

  constructor(status: number, title: string, detail: string, code: string, fields: readonly ProblemField[]) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.code = code;
    this.fields = fields;
  }

  /** Whether the same request, with the same key, may succeed later: the server was busy or failed inside. */
  get retryable(): boolean {
    return this.status === 429 || this.status >= 500;
  }

  /** The sentence about one field, if the server said one. */
  field(location: string): string | undefined {
    return this.fields.find((field) => field.location === location || field.location === `body.${location}`)?.message;
  }
}

/**
 * No answer came: offline, the server gone, or too slow. What was asked may have happened or not, so only asking again
 * with the same key can tell.
 */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function fieldsOf(value: unknown): ProblemField[] {
  if (!Array.isArray(value)) {
    return [];
  }
  return value.map((entry: Record<string, unknown> | null) => ({
    location: text(entry?.location),
    code: text(entry?.code),
    message: text(entry?.message),
  }));
}

const gatewayStatuses = [502, 504];

/**
 * Turns an answer that is not a success into the error that it means. What answers 502 or 504 stands between us and
 * the server and knows no outcome.
 */
export async function problemOf(response: Response): Promise<ApiProblem | ApiUnreachable> {
  const type = response.headers.get('Content-Type') ?? '';
  if (!type.includes('json')) {
    return gatewayStatuses.includes(response.status)
      ? new ApiUnreachable(`gateway answered ${response.status}`)
      : new ApiProblem(response.status, response.statusText, '', '', []);
  }
  const body: Record<string, unknown> = await response.json().catch(() => ({}));
  return new ApiProblem(response.status, text(body.title), text(body.detail), text(body.code), fieldsOf(body.errors));
}
