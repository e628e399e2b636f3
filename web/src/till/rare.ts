/** The sheets that are opened now and then. They come once the till can sell, so that it begins sooner. */
export async function loadRareSheets() {
  const [measure, more, pay, refund, shift, slip] = await Promise.all([
    import('./MeasureSheet.svelte'),
    import('./MoreSheet.svelte'),
    import('./PaySheet.svelte'),
    import('./RefundSheet.svelte'),
    import('./ShiftSheet.svelte'),
    import('./SlipSheet.svelte'),
  ]);
  return {
    MeasureSheet: measure.default,
    MoreSheet: more.default,
    PaySheet: pay.default,
    RefundSheet: refund.default,
    ShiftSheet: shift.default,
    SlipSheet: slip.default,
  };
}

export type RareSheets = Awaited<ReturnType<typeof loadRareSheets>>;
