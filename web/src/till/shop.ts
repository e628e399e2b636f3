/** What the till reads from the server and asks of it. Amounts are minor units of the document's one currency. */
import type { Receipt } from '../ui/receipt';

export interface Store {
  id: string;
  name: string;
  code: string;
  time_zone: string;
  currency: string;
}

export interface Pairing {
  device: { id: string; name: string };
  store: Store;
}

export interface Session {
  staff: { id: string; name: string; login: string };
  organisation: { id: string; name: string };
  permissions: string[];
}

export interface Option {
  id: string;
  name: string;
  name_en?: string;
  price_delta: number;
  default: boolean;
  sold_out: boolean;
}

export interface OptionGroup {
  id: string;
  name: string;
  name_en?: string;
  min: number;
  max: number;
  options: Option[];
}

export interface Variant {
  id: string;
  /** Empty when the product has only one. */
  name: string;
  sku: string;
  barcodes: string[];
  price: number;
  /** Counted units can't be sold below zero; on_hand is how many there are. */
  tracked: boolean;
  on_hand: number;
}

export interface Product {
  id: string;
  name: string;
  name_en?: string;
  category_id: string;
  variants: Variant[];
  option_groups: string[];
}

export interface Category {
  id: string;
  name: string;
  name_en?: string;
  sort: number;
}

export interface Menu {
  currency: string;
  categories: Category[];
  products: Product[];
  option_groups: OptionGroup[];
}

export interface AskedLine {
  variant_id: string;
  quantity: number;
  options: { option_id: string; quantity: number }[];
}

export interface Quote {
  currency: string;
  lines: { total: number }[];
  totals: { subtotal: number; discount: number; tax: number; total: number };
}

export interface OnHand {
  variant_id: string;
  on_hand: number;
}

export interface Sold {
  receipt: Receipt;
  change: number;
  on_hand: OnHand[];
}

export interface SoldOrder {
  id: string;
  status: string;
  currency: string;
  lines: SoldLine[];
}

export interface SoldLine {
  id: string;
  name: string;
  name_en?: string;
  variant_name: string;
  quantity: number;
  /** How many units can still be refunded. */
  left: number;
  total: number;
}

export interface Refunded {
  receipt: Receipt;
  paid_back: { tender: string; amount: number }[];
  on_hand: OnHand[];
}
