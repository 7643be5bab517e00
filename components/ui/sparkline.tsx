/** Points of a polyline in a 100 × 24 box; a flat line where all values are alike. */
export function sparkPoints(values: readonly number[]): string {
  const highest = Math.max(...values, 0);
  const step = values.length > 1 ? 100 / (values.length - 1) : 0;
  return values
    .map(
      (value, index) =>
        `${(index * step).toFixed(1)},${(highest === 0 ? 23 : 23 - (value / highest) * 21).toFixed(1)}`,
    )
    .join(" ");
}

/** A shape beside a number that says it in words, so it is hidden from screen readers. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  if (values.length < 2) return null;
  return (
    <svg aria-hidden viewBox="0 0 100 24" preserveAspectRatio="none" className="h-6 w-full text-accent">
      <polyline
        points={sparkPoints(values)}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
