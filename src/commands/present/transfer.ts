/** How far a long piece of work is, for the line that moves: pure. */
import { bytesText, durationText } from "../../model/text.ts";

export interface Transfer {
  readonly done: number;
  /** As far as it can be known beforehand; undefined: not at all. */
  readonly total?: number;
  /** The total is that of another time. */
  readonly isGuess?: boolean;
  readonly elapsedMs: number;
}

const settledMs = 1500;

/**
 * "41 %, 1.2 GiB of about 2.9 GiB, 180.0 MiB/s, 9.4 s left", with less where `room` (columns) is short. The rate is told once
 * it means something; a total that was passed is no longer told.
 */
export function transferText(transfer: Transfer, room: number): string {
  const { percent, amount, speed, left } = partsOf(transfer);
  const ways = [
    [...percent, amount, ...speed, ...left],
    [...percent, ...speed, ...left],
    [...percent, ...left],
    percent.length > 0 ? percent : [bytesText(transfer.done)],
  ].map((parts) => parts.filter((part) => part !== "").join(", "));
  return ways.find((way) => way.length <= room) ?? ways.at(-1) ?? "";
}

interface Parts {
  readonly percent: readonly string[];
  readonly amount: string;
  readonly speed: readonly string[];
  readonly left: readonly string[];
}

function partsOf({ done, total = 0, isGuess = false, elapsedMs }: Transfer): Parts {
  const rate = elapsedMs < settledMs ? 0 : (done / elapsedMs) * 1000;
  const speed = rate > 0 ? [`${bytesText(Math.round(rate))}/s`] : [];
  if (total === 0 || done > total) return { percent: [], amount: bytesText(done), speed, left: [] };
  return {
    percent: [`${Math.floor((done / total) * 100)} %`],
    amount: `${bytesText(done)} of ${isGuess ? "about " : ""}${bytesText(total)}`,
    speed,
    left: rate > 0 ? [`${durationText(((total - done) / rate) * 1000)} left`] : [],
  };
}
