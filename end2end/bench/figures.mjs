// Figures: medians, and the table that shows them.

export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A row of the table: what was measured, the value with its unit, and the value to compare it with. */
export function figure(what, value, beside = "") {
  return { what, value, beside };
}

export const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
export const milliseconds = (ms) => `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
export const microseconds = (us) => `${us.toFixed(1)} µs`;

export function showFigures(figures) {
  const [first, second] = ["what", "value"].map((column) => Math.max(...figures.map((one) => one[column].length)));
  console.log("");
  for (const { what, value, beside } of figures) {
    console.log(`${what.padEnd(first)}  ${value.padStart(second)}  ${beside}`.trimEnd());
  }
}
