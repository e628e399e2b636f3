import { newKey } from '../api/key';
import { ApiProblem } from '../api/problem';
import { send } from './server';

/**
 * Asks for one change at a time. The same change keeps its key until the server has answered, so that asking again never
 * does it twice.
 */
export class Attempt {
  #key = '';
  #of = '';

  async post<Answer>(path: string, body: unknown): Promise<Answer> {
    const text = JSON.stringify(body);
    if (this.#of !== path + text) {
      this.#key = newKey();
      this.#of = path + text;
    }
    try {
      const answer = await send<Answer>('POST', path, { body: text, key: this.#key });
      this.#of = '';
      return answer;
    } catch (error) {
      if (error instanceof ApiProblem && !error.retryable) {
        this.#of = '';
      }
      throw error;
    }
  }
}
