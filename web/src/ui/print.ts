/** Millimetres in a CSS pixel: 96 of them are an inch. */
const mmPerPixel = 25.4 / 96;

/**
 * Prints one element alone, on a page that is as wide as the paper and as long as what is on it, as a roll printer
 * wants it. The element's copy stands in the page only while the browser prints.
 */
export function printAlone(element: HTMLElement, paperMm: 58 | 80): void {
  const root = document.createElement('div');
  root.className = 'print-root';
  root.append(element.cloneNode(true));
  document.body.append(root);

  const lengthMm = Math.ceil(element.scrollHeight * mmPerPixel) + 12;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    .print-root { display: none; }
    @page { size: ${paperMm}mm ${lengthMm}mm; margin: 0; }
    @media print {
      body { background: none; }
      body > :not(.print-root) { display: none !important; }
      .print-root { display: block; }
    }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  const done = (): void => {
    root.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
  addEventListener('afterprint', done, { once: true });
  print();
}
