/** Bars side by side, in groups. */
export interface Chart {
  readonly title: string;
  readonly groups: readonly { readonly label: string; readonly bars: readonly Bar[] }[];
}

export interface Bar {
  readonly series: string;
  readonly value: number;
}

const width = 860;
const labelWidth = 250;
const valueWidth = 70;
const barHeight = 14;
const groupGap = 12;
const top = 58;
/** Apart in lightness too, for who sees no hue; readable on white and on black. */
const colours = ["#0f766e", "#d97706", "#7c8594", "#be4b8a", "#4f7fd6"];

/** The chart as an SVG that takes light or dark from its reader. */
export function svgOf({ title, groups }: Chart): string {
  const series = [...new Set(groups.flatMap(({ bars }) => bars.map((bar) => bar.series)))];
  const colourOf = (name: string) => colours[series.indexOf(name) % colours.length];
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const scale = (width - labelWidth - valueWidth) / longest;
  const shapes: string[] = [];
  let y = top;
  for (const { label, bars } of groups) {
    const middle = y + (bars.length * barHeight) / 2 + 4;
    shapes.push(`<text x="${labelWidth - 10}" y="${middle}" text-anchor="end">${escaped(label)}</text>`);
    for (const { series: name, value } of bars) {
      const length = Math.max(1, Math.round(value * scale));
      shapes.push(
        `<rect x="${labelWidth}" y="${y}" width="${length}" height="${barHeight - 2}" fill="${colourOf(name)}"/>`,
        `<text class="value" x="${labelWidth + length + 6}" y="${y + 10}">${figure(value)}</text>`,
      );
      y += barHeight;
    }
    y += groupGap;
  }
  const legend = series.map((name, index) => {
    const x = labelWidth + index * 150;
    return `<rect x="${x}" y="34" width="12" height="12" fill="${colourOf(name)}"/><text x="${x + 18}" y="44">${escaped(name)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img">`,
    `<title>${escaped(title)}</title>`,
    "<style>text{font:12px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600;font-size:15px}.value{font-size:11px}",
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>",
    `<text class="title" x="10" y="20">${escaped(title)}</text>`,
    ...legend,
    ...shapes,
    "</svg>",
    "",
  ].join("\n");
}

function figure(value: number): string {
  return value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString("en");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
