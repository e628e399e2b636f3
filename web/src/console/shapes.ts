/** What the server gives the console, by the console's names. Amounts are minor units of the document's one currency. */
import type { components } from '../api/schema';

type Schemas = components['schemas'];

export type SignedIn = Schemas['StaffSessionView'];
export type StaffMember = Schemas['StaffMemberView'];
export type Role = Schemas['StaffRoleView'];

export type Store = Schemas['PlaceStoreView'];
export type StoreDetail = Schemas['PlaceStoreDetailView'];
export type Merchant = Schemas['PlaceMerchantView'];
export type Identity = Schemas['PlaceIdentity'];
export type Taxation = Identity['taxation'];

export type Device = Schemas['FleetView'];
export type Pairing = Schemas['FleetPairingView'];

export type Tender = Schemas['TenderView'];
export type Discount = Schemas['DiscountView'];
export type PlannedPrice = Schemas['CatalogPlannedView'];
export type DiscountLimits = Schemas['DiscountLimitsView'];

export type Printer = Schemas['PrintingPrinterView'];
export type PrintJob = Schemas['PrintingJobView'];

export type OrderSummary = Schemas['OrderView'];
export type OrderStatus = OrderSummary['status'];
export type Order = Schemas['OrderDetailView'];
export type OrderLine = Schemas['OrderLineView'];
export type Refund = Schemas['OrderRefundedView'];
export type Sales = Schemas['ConsoleSalesView'];
export type SalesGroup = Schemas['ConsoleGroupView'];
export type OrderDiscount = Order['discounts'][number];
export type ReceiptSummary = Schemas['OrderReceiptView'];
export type Books = Schemas['CheckoutBooksView'];
export type Posting = Schemas['CheckoutPostingView'];
export type Transfer = Schemas['CheckoutTransferView'];

export type StockItem = Schemas['StockItemView'];
export type StockMovement = Schemas['StockMovementView'];
export type StockDetail = Schemas['StockDetailView'];
export type StockLocation = Schemas['StockLocationView'];
export type StockSlip = Schemas['StockSlipView'];
export type StockTransfer = Schemas['StockTransferView'];
export type StockCount = Schemas['StocktakeView'];
export type StockCountLine = Schemas['StockCountLineView'];
export type StockCountReview = Schemas['StockReviewView'];

export type Product = Schemas['CatalogProductView'];
export type BulkChange = Schemas['CatalogBulkChangeInput'];
export type BulkPreview = Schemas['CatalogBulkPreviewView'];
export type BulkEdit = Schemas['CatalogBulkEditView'];
export type Variant = Schemas['CatalogVariantView'];
export type TaxClass = Schemas['CatalogVariantInput']['tax_class'];
export type RecipePart = Schemas['CatalogPartView'];
export type Category = Schemas['CatalogCategoryView'];
export type OptionGroup = Schemas['CatalogGroupView'];
export type CatalogImport = Schemas['CatalogImportView'];
export type ImportStatus = CatalogImport['status'];
export type ImportProblem = Schemas['CatalogImportProblemView'];
