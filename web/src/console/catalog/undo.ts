import { dictionary } from '../../i18n/dictionary';
import { formatNumber } from '../../format/money';
import { locale } from '../../i18n/locale.svelte';
import { toasts } from '../../ui/toasts.svelte';
import { send } from '../server';
import type { BulkEdit } from '../shapes';

const say = dictionary({
  ko: {
    undone: '되돌렸어요.',
    kept: (count: string) => `되돌렸어요. 그 뒤에 누가 고친 상품 ${count}개는 그대로예요.`,
  },
  en: {
    undone: 'Undone.',
    kept: (count) => `Undone. ${count} products that someone edited since stayed as they are.`,
  },
});

/** Takes a bulk edit back and says what came of it. */
export async function undoBulk(id: string): Promise<void> {
  const { kept } = await send<BulkEdit>('POST', `/v1/catalog/bulk-edits/${id}/undo`);
  toasts.say(kept > 0 ? say.kept(formatNumber(kept, locale.current)) : say.undone);
}
