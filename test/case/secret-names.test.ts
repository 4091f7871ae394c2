import { describe, expect, it } from "vitest";
import {
  isSecretName,
  isSecretOption,
  isSecretSetting,
  isSecretVariableName,
  isSensitiveName,
  namesSecret,
} from "../../src/model/secret-names.ts";

describe("names of secrets", () => {
  const plain = ["path", "credential.helper", "CREDENTIALS_DIRECTORY", "keyboard", "author"];
  const within = ["http.https://x.example/.extraheader", "_auth", "credentials", "passw"];
  const whole = [
    ...["apiKey", "api_key", "--api-key", "access-key", "signingKey", "encryption_key", "encryptKey"],
    ...["GATEWAY_TOKEN", "//registry.example/:_authToken", "clientSecret", "passwd", "PGPASSWORD"],
    ...["passphrase", "bearer", "private_key", "-Djavax.net.ssl.keyStorePassword"],
  ];

  it.each(whole)("%s is one whatever stands under it", (name) =>
    expect([isSecretName(name), namesSecret(name)]).toEqual([true, true]),
  );
  it.each(["AWS_ACCESS_KEY_ID", "tokenType", "TOKEN_OLD", "secrets"])("%s holds a word for one", (name) =>
    expect([isSecretName(name), namesSecret(name)]).toEqual([false, true]),
  );
  it.each(within)("%s sounds like one", (name) => expect(namesSecret(name)).toBe(true));
  it.each(plain)("%s is none", (name) =>
    expect([isSecretName(name), namesSecret(name)]).toEqual([false, false]),
  );

  it.each([
    [isSecretSetting, ["tokens", "Cookie", "x-goog-api-key", "webhookUrl", "key"], ["maxTokens", "keyboard"]],
    [isSecretVariableName, ["DB_PASS", "API_KEY_2", "SESSION_COOKIE"], ["API_KEY_FILE", "KEYBOARD", "PATH"]],
    [isSensitiveName, ["serviceAccount", "encryptKey"], ["passwordFile", "secretRef", "mode"]],
    [
      isSecretOption,
      ["--token", "-auth", "--hook-pass", "--api-key"],
      ["--token-from", "token", "--keyboard"],
    ],
  ])("%o knows its own", (knows, yes, no) => {
    expect([yes.filter((name) => !knows(name)), no.filter(knows)]).toEqual([[], []]);
  });
});
