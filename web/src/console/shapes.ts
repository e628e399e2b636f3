/** What the server gives the console. Amounts are minor units of the document's one currency. */

export interface SignedIn {
  staff: { id: string; name: string; login: string };
  organisation: { id: string; name: string };
  permissions: string[];
  roles: Role[];
  expires_at: string;
}

export interface Role {
  role: string;
  store_id?: string;
  merchant_id?: string;
}

export interface Store {
  id: string;
  name: string;
  code: string;
  merchant: { id: string; name: string; registration_number: string; taxation: string };
  time_zone: string;
  currency: string;
  tax_mode: string;
  address: string;
  phone: string;
  business_date: string;
}

export type OrderStatus = 'paid' | 'partly_refunded' | 'refunded';

export interface OrderSummary {
  id: string;
  number: string;
  call_number: string;
  status: OrderStatus;
  store_id: string;
  business_date: string;
  sold_at: string;
  currency: string;
  total: number;
  refunded: number;
}

export interface Order extends OrderSummary {
  created_at: string;
  tax_mode: string;
  totals: Amounts;
  change: number;
  lines: OrderLine[];
  tenders: { kind: string; amount: number; change: number; left: number }[];
  refunds: Refund[];
  /** What can still be paid back. */
  left: number;
}

export interface Amounts {
  subtotal: number;
  discount: number;
  taxable_supply: number;
  exempt: number;
  zero_rated: number;
  tax: number;
  total: number;
}

export interface OrderLine {
  id: string;
  name: string;
  name_en?: string;
  variant_name: string;
  sku: string;
  quantity: number;
  refunded: number;
  /** Units that can still be refunded. */
  left: number;
  unit_price: number;
  total: number;
  exempt: boolean;
  options: { name: string; name_en?: string; price_delta: number; quantity: number }[];
  discounts: { name_ko: string; name_en: string; amount: number }[];
}

export interface Refund {
  id: string;
  number: string;
  refunded_at: string;
  restock: boolean;
  reason: string;
  total: number;
  lines: { line_id: string; quantity: number; total: number }[];
  paid_back: { tender: string; amount: number }[];
}

/** What an order moved in the ledger. */
export interface Books {
  order_id: string;
  number: string;
  postings: Posting[];
}

export interface Posting {
  id: string;
  name: string;
  at: string;
  transfers: Transfer[];
}

export interface Transfer {
  debit: { code: string; name: string };
  credit: { code: string; name: string };
  /** A currency, or the units of a variant. */
  asset: string;
  unit: 'money' | 'units';
  amount: number;
}

export interface DayReport {
  currency: string;
  business_date: string;
  orders: number;
  gross: number;
  refund_count: number;
  refunds: number;
  net: number;
  by_hour: { hour: number; orders: number; amount: number }[];
}

export interface ReceiptSummary {
  number: string;
  kind: 'sale' | 'refund';
  order_id: string;
  store_id: string;
  issued_at: string;
  register: string;
  cashier: string;
  currency: string;
  total: number;
}

export interface StockItem {
  variant_id: string;
  product_name: string;
  variant_name: string;
  sku: string;
  /** Counted units can't be sold below zero. */
  tracked: boolean;
  on_hand: number;
}

export interface StockMovement {
  id: string;
  at: string;
  kind: 'receive' | 'adjust' | 'sale' | 'return' | 'import' | 'import_undo';
  /** What the shelf gained; below zero what it lost. */
  quantity: number;
  reason: string;
}

export interface Device {
  id: string;
  store_id: string;
  name: string;
  kind: string;
  register_code: string;
  generation: number;
  state: 'waiting' | 'paired' | 'revoked';
  paired_at?: string;
  revoked_at?: string;
}

/** A code that connects a till; it is shown once. */
export interface Pairing {
  device: Device;
  pairing_code: string;
  pairing_expires_at: string;
}

export interface StaffMember {
  id: string;
  login: string;
  name: string;
  active: boolean;
  roles: Role[];
  created_at: string;
  version: number;
}

export type Taxation = 'general' | 'simplified' | 'simplified_invoicing' | 'exempt';

/** Who a merchant is for the tax office, from a day on. */
export interface Identity {
  valid_from: string;
  registration_number: string;
  name: string;
  representative: string;
  address: string;
  phone: string;
  business_type: string;
  business_item: string;
  taxation: Taxation;
}

export interface Merchant {
  id: string;
  country: string;
  name: string;
  registration_number: string;
  taxation: Taxation;
  identities: Identity[];
  version: number;
}

export interface StoreDetail extends Store {
  rounding_step: number;
  rounding: 'down' | 'half_up' | 'up';
  cutover_minutes: number;
  taxes: { key: string; name_ko: string; name_en: string; rate_ppm: number; classes?: string[] }[];
  hours: { weekday: number; opens_minute: number; closes_minute: number }[];
  closing_days: string[];
  version: number;
}

export type TaxClass = 'standard' | 'exempt' | 'zero';

export interface Price {
  store_id: string;
  amount: number;
}

export interface Variant {
  id: string;
  /** Its values; empty when the product has only one. */
  name: string;
  values: string[];
  sku: string;
  barcodes: string[];
  tracked: boolean;
  tax_class: TaxClass;
  status: 'active' | 'archived';
  prices: Price[];
}

export interface Product {
  id: string;
  version: number;
  handle: string;
  name: string;
  name_en: string;
  description: string;
  category_id: string;
  kind: 'goods' | 'food' | 'service';
  status: 'active' | 'archived';
  /** What the variants differ by: size, colour. */
  axes: string[];
  option_groups: string[];
  variants: Variant[];
}

export interface Category {
  id: string;
  version: number;
  name: string;
  name_en: string;
  sort: number;
}

export interface OptionGroup {
  id: string;
  version: number;
  name: string;
  name_en: string;
  min: number;
  max: number;
  sort: number;
  options: Option[];
}

export interface Option {
  id: string;
  name: string;
  name_en: string;
  price_delta: number;
  default: boolean;
  sold_out: boolean;
}

export type ImportStatus = 'checked' | 'refused' | 'applying' | 'applied' | 'undoing' | 'undone';

/** One catalogue file and what became of it. */
export interface CatalogImport {
  id: string;
  status: ImportStatus;
  format: 'dangol' | 'shopify';
  file_name: string;
  store_ids: string[];
  /** Counts products, as they were when the file was checked; rows are the file's. */
  summary: { rows: number; create: number; update: number; unchanged: number };
  progress: { done: number; total: number };
  errors: ImportProblem[];
  created_at: string;
  finished_at?: string;
}

export interface ImportProblem {
  /** As a spreadsheet numbers it; 0 for the whole file. */
  row: number;
  column: string;
  code: string;
  message: string;
}
