import type { Place } from "../../model/records.ts";
import { evidenceAt, finding, quoted } from "../mark.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "recording-off",
  title: "OpenClaw was told not to record what it does",
  severity: "high",
  attack: ["T1562.001", "T1070"],
} as const;

/** Keys of the config whose value "false" ends a record (docs/gateway/audit of 2026.9.6). */
const switches = /^(?:audit|logging\.audit|diagnostics)\.enabled$/;
/** Ends the recording of runs (docs/tools/trajectory of 2026.9.6). */
const noTrajectory = /\bOPENCLAW_TRAJECTORY=["']?(?:0|false|off)\b/i;

interface Off {
  readonly says: string;
  readonly artifact: string;
  readonly place: Place;
}

export const recordingOff: Mark = {
  ...base,
  needs: ["config", "persistence"],
  evaluate: (input) => {
    const found: Off[] = [];
    for (const { key, value, place } of input.readings.config.records) {
      const off = /^(?:0|false|off)$/i.test(value);
      if (off && (switches.test(key) || /\bOPENCLAW_TRAJECTORY\b/.test(key)))
        found.push({ says: `${key} is ${value}`, artifact: "config", place });
      if (key === "logging.level" && value === "silent")
        found.push({ says: "logging.level is silent", artifact: "config", place });
    }
    for (const item of input.readings.persistence.records)
      for (const text of [...item.sets, ...item.runs])
        if (noTrajectory.test(text))
          found.push({ says: `${item.name} sets ${text}`, artifact: item.mechanism, place: item.place });
    return found.map(({ says, artifact, place }) =>
      finding(base, {
        key: `${place.path}\0${says}`,
        confidence: "likely",
        summary: `${quoted(input, says, 200).slice(1, -1)}: what ran since then is recorded nowhere but in the transcripts`,
        evidence: [evidenceAt(artifact, place, { input, excerpt: says })],
        next: ["find out since when: the config's history and the file's time tell"],
      }),
    );
  },
};
