import { hidesText } from "../../model/persistence.ts";
import { itemFindings, textOf } from "../persistence.ts";
import type { Mark } from "../mark.ts";

const base = {
  id: "persistence-hidden",
  title: "Something that starts by itself hides part of its text",
  severity: "high",
  attack: ["T1564", "T1027"],
} as const;

/** Controls that move the cursor or turn the text around; joiners and variation selectors of emoji are none. */
const moving = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2060\u2066-\u2069]/;

/** Crontabs and authorized keys have marks of their own. */
export const persistenceHidden: Mark = {
  ...base,
  needs: ["persistence"],
  evaluate: (input) =>
    itemFindings(base, input, (item) => {
      if (!item.odd.includes(hidesText) || /^(?:host-cron|authorized-keys)$/.test(item.mechanism))
        return undefined;
      const moves = moving.test(`${item.name}\n${textOf(item)}`);
      return { says: "holds characters that do not show", ...(moves ? {} : { severity: "low" }) };
    }),
};
