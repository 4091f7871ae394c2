import { describe, expect, it } from "vitest";
import { isSecretName, namesSecret } from "../../src/model/secret-names.ts";

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
});
