import type { Host } from "../../host/host.ts";
import type { Progress } from "./progress.ts";
import { type Transfer, transferText } from "./transfer.ts";

/** Columns that the title, the wheel and the clock of the moving line take. */
const beside = 40;

/** Shows how far it is on the moving line; time counts from now on. */
export function transferLine(
  { clock, terminal }: Pick<Host, "clock" | "terminal">,
  progress: Progress,
): (transfer: Omit<Transfer, "elapsedMs">) => void {
  const since = clock.monotonic();
  return (transfer) => {
    const elapsedMs = clock.monotonic() - since;
    progress.detail(transferText({ ...transfer, elapsedMs }, terminal.width - beside));
  };
}
