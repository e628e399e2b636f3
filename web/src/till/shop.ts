/** What the till reads from the server and asks of it. Amounts are minor units of the document's one currency. */
import type { components } from '../api/schema';

type Schemas = components['schemas'];

export type Pairing = Schemas['FleetPairedView'];
export type Session = Schemas['StaffSessionView'];
export type Menu = Schemas['CatalogMenuView'];
export type Availability = Schemas['CatalogAvailabilityView'];
export type SoldOutRequest = Schemas['SoldOutInputBody'];
export type Category = Schemas['CatalogMenuCategoryView'];
export type Product = Schemas['CatalogMenuProductView'];
export type Variant = Schemas['CatalogMenuVariantView'];
export type OptionGroup = Schemas['CatalogMenuGroupView'];
export type Option = Schemas['CatalogOptionView'];
export type Discount = Schemas['DiscountView'];
export type AskedDiscount = Schemas['CheckoutDiscountInput'];
export type AskedBasket = Pick<QuoteRequest, 'lines' | 'discounts' | 'service'>;
export type Service = NonNullable<QuoteRequest['service']>;
export type HeldOrder = Schemas['CheckoutHeldView'];
export type Approval = Schemas['CheckoutApprovalView'];
export type QuoteRequest = Schemas['QuoteRequest'];
export type Quote = Schemas['CheckoutQuoteView'];
export type SaleRequest = Schemas['CheckoutSaleInput'];
export type Sold = Schemas['CheckoutView'];
export type Practised = Schemas['CheckoutPracticeView'];
export type TillStaff = Schemas['StaffTillStaffView'];
/** What the till shows of a sale when it is made. */
export type Shown = Sold | Practised;
export type OnHand = Schemas['CheckoutOnHandView'];
export type FoundReceipt = Schemas['FindOutputBody'];
export type SoldOrder = Schemas['OrderDetailView'];
export type SoldLine = Schemas['OrderLineView'];
export type RefundAsked = Schemas['CheckoutRefundInput'];
export type Printer = Schemas['PrintingPrinterView'];
export type PrintJob = Schemas['PrintingJobView'];
export type CashReceiptAsked = Schemas['CheckoutCashReceiptInput'];
export type Tender = Schemas['TenderView'];
export type Refunded = Schemas['CheckoutRefundedView'];
