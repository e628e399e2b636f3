import { locale } from '../i18n/locale.svelte';
import { connection } from './connection.svelte';
import { ApiUnreachable, problemOf } from './problem';

/** How long an answer is waited for, in milliseconds. Uploads take their own. */
const patienceMs = 15_000;

/**
 * Asks the server in the reader's language and gives its answer, which is always a success: a refusal is thrown as
 * ApiProblem, no answer as ApiUnreachable.
 */
export async function request(input: Request, patience: number = patienceMs): Promise<Response> {
  input.headers.set('Accept-Language', locale.current);
  let response: Response;
  try {
    response = await fetch(input, { signal: AbortSignal.any([input.signal, AbortSignal.timeout(patience)]) });
  } catch (cause) {
    if (input.signal.aborted) {
      throw cause;
    }
    connection.lost();
    throw new ApiUnreachable('no answer', { cause });
  }
  if (response.ok) {
    connection.answered();
    return response;
  }
  const problem = await problemOf(response);
  if (problem instanceof ApiUnreachable) {
    connection.lost();
  } else {
    connection.answered();
  }
  throw problem;
}
