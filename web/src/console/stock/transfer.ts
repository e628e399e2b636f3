import type { StockTransfer } from '../shapes';
import { placeName } from './words';

/** Where a transfer begins or ends, as people say it. */
export function endName(end: StockTransfer['to']): string {
  return `${end.store} ${placeName(end.location)}`;
}
