import { describe, expect, it } from 'vitest';
import { ApiProblem, ApiUnreachable, problemOf } from './problem';

function answer(status: number, body: string, type = 'application/problem+json'): Response {
  return new Response(body, { status, headers: { 'Content-Type': type } });
}

const refusal = JSON.stringify({
  title: 'Conflict',
  status: 409,
  detail: '아메리카노는 2개 남았어요. 수량을 줄여 주세요.',
  code: 'stock.short',
  errors: [{ location: 'lines[0].quantity', code: 'stock.short', message: '2개 남았어요.' }],
});

describe('problemOf', () => {
  it('reads the sentence, the code and the fields of a refusal', async () => {
    const problem = await problemOf(answer(409, refusal));
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ status: 409, code: 'stock.short', retryable: false });
    expect(problem.message).toContain('2개 남았어요');
    expect((problem as ApiProblem).field('lines[0].quantity')).toBe('2개 남았어요.');
    expect((problem as ApiProblem).field('lines[1].quantity')).toBeUndefined();
  });

  it('finds a field that is named from the body on', async () => {
    const body = JSON.stringify({ errors: [{ location: 'body.login', code: 'x', message: '고쳐 주세요.' }] });
    expect(((await problemOf(answer(422, body))) as ApiProblem).field('login')).toBe('고쳐 주세요.');
  });

  it('takes busy for something to try again', async () => {
    expect(await problemOf(answer(503, '{"title":"Busy"}'))).toMatchObject({ retryable: true, message: 'Busy' });
  });

  it('takes a gateway’s own page for no answer', async () => {
    expect(await problemOf(answer(502, '<html>', 'text/html'))).toBeInstanceOf(ApiUnreachable);
  });

  it('survives a problem that is not JSON after all', async () => {
    expect(await problemOf(answer(500, '{broken'))).toMatchObject({ status: 500, fields: [] });
  });

  it('survives fields of the wrong shape', async () => {
    expect(await problemOf(answer(422, '{"errors":[null,{"message":7}]}'))).toMatchObject({
      fields: [
        { location: '', code: '', message: '' },
        { location: '', code: '', message: '' },
      ],
    });
  });
});
