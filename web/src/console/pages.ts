import Banknote from '@lucide/svelte/icons/banknote';
import Boxes from '@lucide/svelte/icons/boxes';
import ChartNoAxesColumn from '@lucide/svelte/icons/chart-no-axes-column';
import ClipboardList from '@lucide/svelte/icons/clipboard-list';
import CreditCard from '@lucide/svelte/icons/credit-card';
import MonitorSmartphone from '@lucide/svelte/icons/monitor-smartphone';
import Package from '@lucide/svelte/icons/package';
import PrinterIcon from '@lucide/svelte/icons/printer';
import ReceiptText from '@lucide/svelte/icons/receipt-text';
import ShoppingBag from '@lucide/svelte/icons/shopping-bag';
import Store from '@lucide/svelte/icons/store';
import TicketPercent from '@lucide/svelte/icons/ticket-percent';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';
import { dictionary } from '../i18n/dictionary';
import type { NavigationItem } from '../ui/Shell.svelte';
import Categories from './catalog/Categories.svelte';
import BulkEdits from './catalog/BulkEdits.svelte';
import Import from './catalog/Import.svelte';
import Imports from './catalog/Imports.svelte';
import OptionGroups from './catalog/OptionGroups.svelte';
import Planned from './catalog/Planned.svelte';
import Products from './catalog/Products.svelte';
import SoldOut from './catalog/SoldOut.svelte';
import Closings from './closings/Closings.svelte';
import Components from './Components.svelte';
import Discounts from './discounts/Discounts.svelte';
import Devices from './devices/Devices.svelte';
import Books from './orders/Books.svelte';
import Orders from './orders/Orders.svelte';
import Refunds from './orders/Refunds.svelte';
import Staff from './people/Staff.svelte';
import Places from './places/Places.svelte';
import Printers from './printers/Printers.svelte';
import Receipts from './receipts/Receipts.svelte';
import Reports from './reports/Reports.svelte';
import type { router } from './router';
import Count from './stock/Count.svelte';
import Counts from './stock/Counts.svelte';
import Locations from './stock/Locations.svelte';
import Slips from './stock/Slips.svelte';
import Stock from './stock/Stock.svelte';
import Transfers from './stock/Transfers.svelte';
import Tenders from './tenders/Tenders.svelte';

type Route = keyof (typeof router)['routes'];

const say = dictionary({
  ko: {
    reports: '매출',
    reportsAbout: '얼마나 팔았는지, 지난 기간과 견주어 보여요. 숫자를 누르면 그 숫자를 이루는 주문이 보여요.',
    orders: '주문',
    ordersAbout: '계산대에서 받은 주문이에요.',
    refunds: '환불',
    refundsAbout: '돌려드린 돈과 그 이유예요.',
    books: '주문의 장부',
    booksAbout: '이 주문이 장부에 남긴 모든 대체예요. 차변의 합과 대변의 합은 늘 같아요.',
    products: '상품',
    productsAbout: '계산대에서 파는 상품과 가격이에요.',
    categories: '카테고리',
    categoriesAbout: '계산대 왼쪽에 이 순서대로 보여요.',
    optionGroups: '옵션',
    optionGroupsAbout: '주문할 때 고르는 것들이에요. 몇 개까지 고를 수 있는지도 여기서 정해요.',
    planned: '행사가',
    plannedAbout: '정해 둔 동안 계산대의 가격이 저절로 바뀌어요.',
    soldOut: '품절',
    soldOutAbout: '매장에서 지금 팔지 않는 것이에요. 바꾸면 모든 계산대에 바로 보여요.',
    bulkEdits: '일괄 수정',
    bulkEditsAbout: '여러 상품을 한꺼번에 바꾼 기록이에요. 잘못 바꿨으면 되돌릴 수 있어요.',
    imports: '가져오기',
    importsAbout: '파일로 상품을 한 번에 넣거나 고쳐요. 넣기 전에 먼저 검사해요.',
    discounts: '할인',
    discountsAbout: '계산대에서 주는 할인과, 누가 얼마까지 할인할 수 있는지예요.',
    stock: '재고',
    stockAbout: '지금 매장에 있는 수량이에요.',
    slips: '입고·폐기',
    slipsAbout: '들어온 것과 버린 것, 고친 것을 전표로 남겨요.',
    transfers: '이동',
    transfersAbout: '다른 매장이나 창고로 옮기는 것이에요. 가는 중인 것도 보여요.',
    locations: '위치',
    locationsAbout: '창고처럼 매장 말고 재고를 두는 곳이에요. 계산대는 늘 매장에 있는 것을 팔아요.',
    counts: '실사',
    countsAbout: '있는 그대로 세어 장부와 맞춰요. 파는 동안에도 셀 수 있어요.',
    receipts: '영수증',
    receiptsAbout: '번호로 영수증을 찾아 다시 보고 인쇄해요.',
    closings: '정산',
    closingsAbout: '계산대마다 근무를 마감한 기록이에요. 시재가 맞지 않은 근무를 바로 알 수 있어요.',
    devices: '기기',
    devicesAbout: '매장에 연결된 계산대예요.',
    printers: '프린터',
    printersAbout: '영수증 프린터와, 인쇄하지 못한 것이에요.',
    tenders: '결제수단',
    tendersAbout: '계산대에서 받는 결제수단이에요. 이름과 쓰임을 정해요.',
    staff: '직원',
    staffAbout: '누가 어디에서 무엇을 할 수 있는지 보여요.',
    places: '매장',
    placesAbout: '매장과 사업자 정보예요. 영수증에 이대로 찍혀요.',
    components: '화면 부품',
    componentsAbout: '모든 부품을 두 언어와 두 가지 색으로 보여줘요.',
  },
  en: {
    reports: 'Sales',
    reportsAbout: 'What was sold, beside the period before. Press a figure to see what it is made of.',
    orders: 'Orders',
    ordersAbout: 'The orders that the tills took.',
    refunds: 'Refunds',
    refundsAbout: 'What was paid back, and why.',
    books: 'Books of an order',
    booksAbout: 'Every transfer that this order left in the books. Debits always equal credits.',
    products: 'Products',
    productsAbout: 'What the tills sell, and for how much.',
    categories: 'Categories',
    categoriesAbout: 'The till shows them on its left, in this order.',
    optionGroups: 'Options',
    optionGroupsAbout: 'What is chosen with an order, and how many of it.',
    planned: 'Planned prices',
    plannedAbout: 'The tills charge these by themselves for as long as you say.',
    soldOut: 'Sold out',
    soldOutAbout: 'What a store does not sell for now. All its tills see a change at once.',
    bulkEdits: 'Bulk edits',
    bulkEditsAbout: 'Changes of many products at once. Each can be undone.',
    imports: 'Import',
    importsAbout: 'Add or change many products from a file. It is checked before anything happens.',
    discounts: 'Discounts',
    discountsAbout: 'What the tills may take off, and who may give how much.',
    stock: 'Stock',
    stockAbout: 'What is in the store now.',
    slips: 'Slips',
    slipsAbout: 'What came in, what was thrown away and what was corrected.',
    transfers: 'Transfers',
    transfersAbout: 'Moves to another store or a back room, with what is on its way.',
    locations: 'Locations',
    locationsAbout: 'Where stock lies beside the sales floor. Tills always sell from the floor.',
    counts: 'Counts',
    countsAbout: 'Count what is there and put the books right, also while the shop sells.',
    receipts: 'Receipts',
    receiptsAbout: 'Find a receipt by its number, look at it and print it again.',
    closings: 'Closings',
    closingsAbout: 'How each till’s shifts were closed, and where the drawer was over or short.',
    devices: 'Devices',
    devicesAbout: 'The tills that are connected to a store.',
    printers: 'Printers',
    printersAbout: 'Receipt printers, and what did not come out.',
    tenders: 'Tenders',
    tendersAbout: 'What the tills take, what it is called and how it behaves.',
    staff: 'Staff',
    staffAbout: 'Who may do what, and where.',
    places: 'Stores',
    placesAbout: 'Stores and merchants, as they stand on receipts.',
    components: 'Components',
    componentsAbout: 'Every component in both languages and both sets of colours.',
  },
});

/** A page of the console. */
export interface PageOf {
  readonly title: string;
  readonly about: string;
  /** The entry of the navigation under which it stands. */
  noun: Route;
  /** What one must be allowed to see it; null for everybody who is signed in. */
  permission: string | null;
  content: Component;
}

function page(name: keyof typeof say & Route, noun: Route, permission: string | null, content: Component): PageOf {
  return {
    get title() {
      return say[name];
    },
    get about() {
      return say[`${name}About`];
    },
    noun,
    permission,
    content,
  };
}

export const pages: Record<Exclude<Route, 'start'>, PageOf> = {
  reports: page('reports', 'reports', 'books.read', Reports),
  orders: page('orders', 'orders', 'order.read', Orders),
  refunds: page('refunds', 'orders', 'order.read', Refunds),
  books: page('books', 'orders', 'books.read', Books),
  products: page('products', 'products', 'catalog.read', Products),
  categories: page('categories', 'products', 'catalog.read', Categories),
  optionGroups: page('optionGroups', 'products', 'catalog.read', OptionGroups),
  planned: page('planned', 'products', 'catalog.read', Planned),
  soldOut: page('soldOut', 'products', 'catalog.read', SoldOut),
  bulkEdits: page('bulkEdits', 'products', 'catalog.read', BulkEdits),
  imports: page('imports', 'products', 'catalog.import', Imports),
  import: page('imports', 'products', 'catalog.import', Import),
  discounts: page('discounts', 'discounts', 'discount.read', Discounts),
  stock: page('stock', 'stock', 'stock.read', Stock),
  slips: page('slips', 'stock', 'stock.read', Slips),
  transfers: page('transfers', 'stock', 'stock.read', Transfers),
  locations: page('locations', 'stock', 'stock.read', Locations),
  counts: page('counts', 'counts', 'stock.count', Counts),
  count: page('counts', 'counts', 'stock.count', Count),
  receipts: page('receipts', 'receipts', 'order.read', Receipts),
  closings: page('closings', 'closings', 'shift.read', Closings),
  devices: page('devices', 'devices', 'device.read', Devices),
  printers: page('printers', 'printers', 'print.read', Printers),
  tenders: page('tenders', 'tenders', 'tender.read', Tenders),
  staff: page('staff', 'staff', 'staff.read', Staff),
  places: page('places', 'places', 'place.write', Places),
  components: page('components', 'components', null, Components),
};

/** One noun of the rail. */
export interface Noun {
  route:
    | 'reports'
    | 'orders'
    | 'products'
    | 'discounts'
    | 'stock'
    | 'counts'
    | 'receipts'
    | 'closings'
    | 'devices'
    | 'printers'
    | 'tenders'
    | 'staff'
    | 'places';
  readonly label: string;
  permission: string;
  icon: NavigationItem['icon'];
}

function noun(route: Noun['route'], icon: Noun['icon']): Noun {
  return {
    route,
    get label() {
      return say[route];
    },
    permission: pages[route].permission ?? '',
    icon,
  };
}

export const navigation: readonly Noun[] = [
  noun('reports', ChartNoAxesColumn),
  noun('orders', ShoppingBag),
  noun('products', Package),
  noun('discounts', TicketPercent),
  noun('stock', Boxes),
  noun('counts', ClipboardList),
  noun('receipts', ReceiptText),
  noun('closings', Banknote),
  noun('devices', MonitorSmartphone),
  noun('printers', PrinterIcon),
  noun('tenders', CreditCard),
  noun('staff', Users),
  noun('places', Store),
];
