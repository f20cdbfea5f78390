/** The fenced blocks of a README in these languages, in order, each with the heading it stands under. */
export function blocksOf(readme, ...languages) {
  const blocks = [];
  let heading = "";
  for (const [text, title, language, body] of readme.matchAll(/^#+ (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else if (text && languages.includes(language)) blocks.push({ heading, text: body.trim() });
  }
  return blocks;
}
