import type { Host } from "../../host/host.ts";
import { shown } from "../../model/text.ts";
import type { Presenter } from "./presenter.ts";

const nothing = (): void => undefined;

/**
 * The contract's stream: one object per line on stdout. Titles and remarks are for people and stay out: stderr is left to
 * the one object of a failure, unless --verbose asks for more.
 */
export function jsonPresenter(host: Host, { verbose }: { readonly verbose: boolean }): Presenter {
  return {
    expect: nothing,
    event: (event) => {
      const line = event.type === "step" ? { ...event, title: undefined } : event;
      host.terminal.out(`${JSON.stringify(line)}\n`);
    },
    say: (text) => {
      if (verbose) host.terminal.err(`${shown(text, 1000)}\n`);
    },
    attend: (inner) => inner,
    broken: nothing,
  };
}
