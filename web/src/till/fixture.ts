import type { Menu, Tender } from './shop';

/** A small café's menu for tests. */
export const cafeMenu: Menu = {
  revision: 1,
  prices: '',
  currency: 'KRW',
  categories: [
    { id: 'cat_goods', name: '굿즈', sort: 2 },
    { id: 'cat_coffee', name: '커피', name_en: 'Coffee', sort: 1 },
    { id: 'cat_none', name: '아직 없음', sort: 3 },
  ],
  products: [
    {
      id: 'prd_americano',
      name: '아메리카노',
      name_en: 'Americano',
      category_id: 'cat_coffee',
      kind: 'food',
      sold_by: 'unit',
      option_groups: ['opg_temperature', 'opg_extra'],
      variants: [
        {
          id: 'var_americano',
          name: '',
          sku: 'AME',
          barcodes: [],
          price: 4500,
          tracked: false,
          on_hand: 0,
          tax_class: 'standard',
        },
      ],
    },
    {
      id: 'prd_latte',
      name: '카페라떼',
      name_en: 'Caffè latte',
      category_id: 'cat_coffee',
      kind: 'food',
      sold_by: 'unit',
      option_groups: [],
      variants: [
        {
          id: 'var_latte',
          name: '',
          sku: 'LAT',
          barcodes: [],
          price: 5000,
          tracked: false,
          on_hand: 0,
          tax_class: 'standard',
        },
      ],
    },
    {
      id: 'prd_note',
      name: '무지 노트 A5',
      category_id: 'cat_goods',
      kind: 'food',
      sold_by: 'unit',
      option_groups: [],
      variants: [
        {
          id: 'var_note',
          name: '',
          sku: 'NOTE-A5',
          barcodes: ['8801234567893'],
          price: 3200,
          tracked: true,
          on_hand: 3,
          tax_class: 'standard',
        },
      ],
    },
  ],
  option_groups: [
    {
      id: 'opg_temperature',
      name: '온도',
      min: 1,
      max: 1,
      options: [
        { id: 'opt_ice', name: 'ICE', name_en: '', price_delta: 0, default: true, sold_out: false },
        { id: 'opt_hot', name: 'HOT', name_en: '', price_delta: 0, default: false, sold_out: false },
      ],
    },
    {
      id: 'opg_extra',
      name: '추가',
      min: 0,
      max: 2,
      options: [
        { id: 'opt_shot', name: '샷 추가', name_en: '', price_delta: 500, default: false, sold_out: false },
        { id: 'opt_syrup', name: '시럽 추가', name_en: '', price_delta: 300, default: false, sold_out: false },
        { id: 'opt_light', name: '연하게', name_en: '', price_delta: 0, default: false, sold_out: false },
      ],
    },
  ],
};

const plain = { category_id: 'cat_goods', kind: 'goods', option_groups: [] } as const;
const variant = { name: '', sku: '', barcodes: [], tax_class: 'standard' } as const;

/** What has no price of a unit: beans by weight, and cakes whose amount is entered. */
export const beans: Menu['products'][number] = {
  ...plain,
  id: 'prd_beans',
  name: '원두',
  name_en: 'Beans',
  sold_by: 'weight',
  option_groups: [],
  variants: [{ ...variant, id: 'var_beans', barcodes: [], price: 12_345, tracked: true, on_hand: 1000 }],
};
export const cake: Menu['products'][number] = {
  ...plain,
  id: 'prd_cake',
  name: '주문 케이크',
  sold_by: 'open_price',
  least_price: 30_000,
  option_groups: [],
  variants: [{ ...variant, id: 'var_cake', barcodes: [], price: 0, tracked: false, on_hand: 0 }],
};

const tender: Tender = {
  id: '',
  version: 1,
  kind: 'other',
  name: '',
  name_en: '',
  in_drawer: false,
  gives_change: false,
  cash_receipt: false,
  earns_points: true,
  slip_required: false,
  line: '',
  sort: 0,
  active: true,
};

/** What a small café takes. */
export const card: Tender = { ...tender, id: 'tnd_2', kind: 'card', name: '카드', name_en: 'Card' };
export const cash: Tender = {
  ...tender,
  id: 'tnd_1',
  kind: 'cash',
  name: '현금',
  name_en: 'Cash',
  in_drawer: true,
  gives_change: true,
};
export const voucher: Tender = { ...tender, id: 'tnd_7', name: '상품권', gives_change: true };
/** What it takes no more. */
export const closed: Tender = { ...tender, id: 'tnd_8', name: '옛 상품권', active: false };
