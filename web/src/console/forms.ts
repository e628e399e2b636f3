import { ApiProblem } from '../api/problem';

/** What the server says about one field of a form that it refused. */
export function fieldError(problem: unknown, location: string): string | undefined {
  return problem instanceof ApiProblem ? problem.field(location) : undefined;
}

/** Whether someone else changed in the meantime what the form was filled from. */
export function isStale(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.status === 412;
}
