/** Files beside the page, or carried in it. Addresses are relative, so that the site works in any folder. */

const kept = new Map<string, Promise<unknown>>();

/** Address of a data file. */
export function address(name: string): string {
  return new URL(`data/${name}`, document.baseURI).href;
}

/** A data file as JSON, read once. Throws with its name if it is not there. */
export function json<Shape>(name: string): Promise<Shape> {
  const known = kept.get(name);
  if (known) return known as Promise<Shape>;
  const read = get(name).then((response) => response.json() as Promise<Shape>);
  kept.set(name, read);
  read.catch(() => kept.delete(name));
  return read;
}

/** A data file as bytes. */
export async function bytes(name: string): Promise<ArrayBuffer> {
  return (await get(name)).arrayBuffer();
}

/** The compiled engine; hosts that send it under a wrong type are served by a second way. */
export async function compiled(source: string): Promise<WebAssembly.Module> {
  const response = await fetch(source);
  if (!response.ok) throw new Error(`${source}: ${response.status}`);
  const again = response.clone();
  try {
    return await WebAssembly.compileStreaming(response);
  } catch {
    return WebAssembly.compile(await again.arrayBuffer());
  }
}

async function get(name: string): Promise<Response> {
  const carried = document.getElementById(`file-${name}`)?.textContent;
  if (carried) return new Response(Uint8Array.from(atob(carried), (sign) => sign.charCodeAt(0)));
  const response = await fetch(address(name));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}
