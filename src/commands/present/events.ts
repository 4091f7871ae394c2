import type { Host } from "../../host/host.ts";
import { shown } from "../../model/text.ts";
import type { Presenter } from "./presenter.ts";

const nothing = (): void => undefined;

/** The contract's stream: one object per line on stdout. Titles and remarks are for people and stay out. */
export function jsonPresenter(host: Host): Presenter {
  return {
    expect: nothing,
    event: (event) => {
      const line = event.type === "step" ? { ...event, title: undefined } : event;
      host.terminal.out(`${JSON.stringify(line)}\n`);
    },
    say: (text) => host.terminal.err(`${shown(text, 1000)}\n`),
    attend: (inner) => inner,
    broken: nothing,
  };
}
