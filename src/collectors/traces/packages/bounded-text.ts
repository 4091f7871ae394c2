import type { Host } from "../../../host/host.ts";
import { messageOf } from "../../../model/errors.ts";
import { textOf } from "../../files.ts";

/** The text of a file of the packages' database; `problem` where it is cut or cannot be read. Never throws. */
export function boundedText(
  host: Host,
  realPath: string,
  maxBytes: number,
): { readonly text: string; readonly problem?: string } {
  try {
    const handle = host.fs.open(realPath);
    try {
      const size = Math.min(handle.stat.size, maxBytes);
      const bytes = new Uint8Array(size);
      let filled = 0;
      while (filled < size) {
        const got = handle.read(bytes.subarray(filled));
        if (got === 0) break;
        filled += got;
      }
      const text = textOf(bytes.subarray(0, filled));
      return handle.stat.size > maxBytes
        ? { text, problem: `only its first ${maxBytes} bytes were read` }
        : { text };
    } finally {
      handle.close();
    }
  } catch (error) {
    return { text: "", problem: messageOf(error) };
  }
}

/** Lines one at a time: as an array, millions of short ones would take more memory than their text. */
export function* linesOf(text: string): Generator<string> {
  let from = 0;
  for (let to = text.indexOf("\n"); to >= 0; to = text.indexOf("\n", from)) {
    yield text.slice(from, to);
    from = to + 1;
  }
  if (from < text.length) yield text.slice(from);
}
