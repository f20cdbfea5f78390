export async function dumpSchema(): Promise<string> {
  return "";
}
