// The form on an operation's page: builds the request that the samples show, sends it, and shows what came back.

/** Longer replies are cut: a page is not the place to read an export. */
const shownCharsMax = 20_000;
const timeoutMs = 30_000;

class TryIt extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form")!;
    const server = form.elements.namedItem("server") as HTMLInputElement;
    const key = form.elements.namedItem("key") as HTMLInputElement;
    // A key is for one server: another one never sees it.
    const slot = () => `onehazel:${key.dataset.kind}:${server.value.replace(/\/$/, "")}`;
    const takeKey = () => {
      key.value = sessionStorage.getItem(slot()) ?? "";
    };
    server.value = sessionStorage.getItem("onehazel:server") ?? homeServer() ?? server.value;
    takeKey();
    server.addEventListener("change", () => {
      sessionStorage.setItem("onehazel:server", server.value);
      takeKey();
    });
    key.addEventListener("change", () => sessionStorage.setItem(slot(), key.value));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send(form, server.value, key.value);
    });
  }

  async #send(form: HTMLFormElement, server: string, key: string): Promise<void> {
    const button = form.querySelector("button")!;
    const output = form.querySelector("output")!;
    const reply = form.querySelector("pre")!;
    const empty = form.querySelector<HTMLInputElement>("[required]:placeholder-shown");
    if (empty !== null) {
      output.textContent = `Fill in ${empty.dataset.name ?? empty.name} first.`;
      empty.focus();
      return;
    }
    const url = this.#urlOf(form, server);
    if (this.dataset.method === "DELETE" && !confirm(`DELETE ${url}\n\nThis is a real request.`)) {
      output.textContent = "Not sent.";
      return;
    }
    button.disabled = true;
    output.textContent = "Sending…";
    const startedMs = performance.now();
    try {
      const response = await fetch(url, this.#requestOf(form, key));
      const text = await response.text();
      const tookMs = Math.round(performance.now() - startedMs);
      output.textContent = `${response.status} ${response.statusText}, ${tookMs} ms`;
      output.dataset.ok = String(response.ok);
      reply.textContent = shown(text);
    } catch (error) {
      output.textContent = "No answer.";
      output.dataset.ok = "false";
      reply.textContent = `${(error as Error).message}\n\n${hint(server)}`;
    } finally {
      reply.hidden = false;
      button.disabled = false;
    }
  }

  #urlOf(form: HTMLFormElement, server: string): string {
    const path = this.dataset.path!.replaceAll(/\{(\w+)\}/g, (_, name) =>
      encodeURIComponent(fieldsOf(form, "path").get(name) ?? ""),
    );
    const query = new URLSearchParams([...fieldsOf(form, "query")]).toString();
    return `${server.replace(/\/$/, "")}${path}${query === "" ? "" : `?${query}`}`;
  }

  #requestOf(form: HTMLFormElement, key: string): RequestInit {
    const headers = new Headers([...fieldsOf(form, "header")]);
    if (key !== "") headers.set("Authorization", `Bearer ${key.trim()}`);
    const body = form.querySelector("textarea")?.value.trim();
    if (body) headers.set("Content-Type", "application/json");
    const signal = AbortSignal.timeout(timeoutMs);
    return { method: this.dataset.method!, headers, signal, credentials: "omit", ...(body ? { body } : {}) };
  }
}

/** What is filled in, by name. */
function fieldsOf(form: HTMLFormElement, place: string): Map<string, string> {
  const fields = form.querySelectorAll<HTMLInputElement | HTMLSelectElement>(`[data-in="${place}"]`);
  return new Map(
    [...fields].filter(({ value }) => value !== "").map(({ dataset, value }) => [dataset.name!, value]),
  );
}

/** The server that serves this page, where it is one of ours and not a file host. */
function homeServer(): string | undefined {
  return /\/docs\/reference\//.test(location.pathname) && location.protocol.startsWith("http")
    ? location.origin
    : undefined;
}

function shown(text: string): string {
  let pretty = text;
  try {
    pretty = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Lines, or no JSON: as it came.
  }
  return pretty.length > shownCharsMax ? `${pretty.slice(0, shownCharsMax)}\n… cut here` : pretty;
}

function hint(server: string): string {
  return server === location.origin
    ? "Is the server still running?"
    : `Either no server runs at ${server} (start one with \`npx -y pnpm@10.34.9 start\`), or it does not allow pages from ` +
        `${location.origin}: open its own /docs, or start it with CORS_ORIGINS=${location.origin}.`;
}

customElements.define("try-it", TryIt);
