import { ApiProblem, ApiUnreachable } from '../api/problem';
import { dictionary } from '../i18n/dictionary';
import { words } from './words';

const titles = dictionary({
  ko: { unreachable: '연결되지 않았어요', failed: '잠시 멈췄어요', refused: '확인이 필요해요' },
  en: { unreachable: 'Not connected', failed: 'Something stopped', refused: 'Please check' },
});

/** Says what was thrown in words for the person: a refusal in the server's own, everything else in ours. */
export function explain(error: unknown): { title: string; about: string } {
  if (error instanceof ApiUnreachable) {
    return { title: titles.unreachable, about: words.unreachable };
  }
  if (error instanceof ApiProblem && error.message !== '') {
    return { title: error.retryable ? titles.failed : titles.refused, about: error.message };
  }
  return { title: titles.failed, about: words.failed };
}
