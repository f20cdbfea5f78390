import { LRUCache } from "lru-cache";
import type { TemplateVersion } from "../credential.js";

const templatesMax = 1_000;
const hintsMax = 100_000;

/** What versions of templates say, which never changes, so that it need not travel with every look-up of a credential. */
export class KnownTemplates {
  readonly #versions = new LRUCache<string, TemplateVersion>({ max: templatesMax });
  /** Which template a credential met last. A hint, nothing trusts it. */
  readonly #hints = new LRUCache<string, string>({ max: hintsMax });

  /** The template that a credential met last, if it is still at hand. */
  lastMet(credential: string): TemplateVersion | undefined {
    const ref = this.#hints.get(credential);
    return ref === undefined ? undefined : this.#versions.get(ref);
  }

  /** The template that a look-up names. Its schema is null where it is the one that the look-up was told of. */
  versionOf(
    credential: string,
    told: TemplateVersion | undefined,
    { template_ref: ref, template_schema: schema }: { template_ref: string | null; template_schema: unknown },
  ): TemplateVersion | undefined {
    if (ref === null) return undefined;
    // Kept by the caller meanwhile: it may have been evicted here.
    if (ref === told?.ref) return told;
    const version = this.#versions.get(ref) ?? { ref, schema };
    this.#versions.set(ref, version);
    this.#hints.set(credential, ref);
    return version;
  }
}
