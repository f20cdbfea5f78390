const widthMax = 92;

/** A value as a person would write it in TypeScript; `indent` is that of the line it begins on, `taken` what stands there already. */
export function literal(value, indent = "", taken = 0) {
  const line = onOneLine(value);
  if (typeof value !== "object" || value === null || indent.length + taken + line.length <= widthMax)
    return line;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${deeper}${literal(item, deeper)},\n`).join("")}${indent}]`;
  }
  const rows = Object.entries(value).map(([key, item]) => {
    const name = `${nameOf(key)}: `;
    return `${deeper}${name}${literal(item, deeper, name.length)},\n`;
  });
  return `{\n${rows.join("")}${indent}}`;
}

function onOneLine(value) {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const rows = Object.entries(value).map(([key, item]) => `${nameOf(key)}: ${onOneLine(item)}`);
  return rows.length === 0 ? "{}" : `{ ${rows.join(", ")} }`;
}

function nameOf(key) {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
