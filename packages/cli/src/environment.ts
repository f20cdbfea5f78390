import { homedir } from "node:os";
import { join } from "node:path";

/** The one place that reads the environment. */
export interface Environment {
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  /** Where `login` stores the key. */
  readonly configDir: string;
}

export function environment(): Environment {
  const value = (name: string) => process.env[name] || undefined;
  return {
    apiKey: value("ONEHAZEL_API_KEY"),
    baseUrl: value("ONEHAZEL_BASE_URL"),
    configDir:
      value("ONEHAZEL_CONFIG_DIR") ??
      join(value("XDG_CONFIG_HOME") ?? join(homedir(), ".config"), "onehazel"),
  };
}
