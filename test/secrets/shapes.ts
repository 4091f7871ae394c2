/** The forms in which people and programs write a secret down, each around a value of the caller's choice. All are fakes. */

const basic = (value: string): string => Buffer.from(`bot:${value}`).toString("base64");
const part = (value: string): string => Buffer.from(value).toString("base64url");

/** One line each. `base64` where only that spelling of the value is written. */
export interface Shape {
  readonly name: string;
  readonly write: (value: string) => string;
  readonly base64?: (value: string) => string;
}

const inProse: Readonly<Record<string, (value: string) => string>> = {
  "password is": (v) => `note to self: the password is ${v}, do not lose it`,
  "password is a quoted one": (v) => `the password for the NAS is "${v}".`,
  "password beside": (v) => `log in to the router with password ${v} and reboot it`,
  "pw:": (v) => `nas pw: ${v}`,
  "pass:": (v) => `user: admin pass: ${v}`,
  "PIN:": (v) => `PIN: ${v}`,
  "login with a slash": (v) => `use the login admin / ${v} for the printer`,
  "credentials with a slash": (v) => `credentials: admin/${v}`,
  "use token": (v) => `use token ${v} to post the report`,
  "token in backquotes": (v) => `set the token to \`${v}\` first`,
  "API key": (v) => `my API key is ${v}`,
  "key =": (v) => `key = ${v}`,
  "secret of a service": (v) => `the webhook secret should be ${v}`,
  "in German": (v) => `Das Passwort lautet ${v}`,
  "in Spanish": (v) => `la contraseña es ${v}`,
  "in Chinese": (v) => `密码：${v}`,
  "in Russian": (v) => `пароль: ${v}`,
};

const inVariables: Readonly<Record<string, (value: string) => string>> = {
  "X= before a command": (v) => `X=${v} curl https://api.example/v1`,
  "several before a command": (v) => `A=1 FOO=${v} ./run --fast`,
  "lower case before a command": (v) => `foo=${v} ./run`,
  "lower case, then used": (v) => `t=${v}; curl -H "X-T: $t" https://api.example`,
  env: (v) => `env FOO=${v} ./run`,
  "env -i": (v) => `env -i PATH=/bin FOO='${v}' ./run`,
  export: (v) => `export FOO="${v}"`,
  "sh -c": (v) => `sh -c 'FOO=${v} ./run'`,
  setenv: (v) => `setenv FOO ${v}`,
  "docker -e": (v) => `docker run -e FOO=${v} image`,
  "docker --env": (v) => `docker run --env=FOO=${v} image`,
  PGPASSWORD: (v) => `PGPASSWORD=${v} psql -h db`,
  MYSQL_PWD: (v) => `MYSQL_PWD='${v}' mysql shop`,
  "a path-like name": (v) => `SERVICE_CREDS=${v} ./run`,
};

const inPrograms: Readonly<Record<string, (value: string) => string>> = {
  "curl -u": (v) => `curl -u admin:${v} https://nas.example/x`,
  "curl -su": (v) => `curl -su admin:${v} https://nas.example/x`,
  "curl -uuser": (v) => `curl -uadmin:${v} https://nas.example/x`,
  "curl --user": (v) => `curl --user 'admin:${v}' https://nas.example/x`,
  "curl -b": (v) => `curl -b 'sid=${v}' https://nas.example/x`,
  "curl -d": (v) => `curl -d 'user=a&password=${v}' https://nas.example/login`,
  "curl JSON": (v) => `curl --json '{"user":"a","pass":"${v}"}' https://nas.example/login`,
  "curl escaped JSON": (v) => `curl -d "{\\"auth\\":\\"${v}\\"}" https://nas.example/login`,
  "wget --password": (v) => `wget --user=a --password=${v} https://nas.example/f`,
  "httpie -a": (v) => `http -a admin:${v} nas.example/x`,
  "mysql -p": (v) => `mysql -u root -p${v} shop`,
  mongosh: (v) => `mongosh "mongodb://admin:${v}@db.example/shop"`,
  "redis-cli -a": (v) => `redis-cli -h db -a ${v} ping`,
  "sshpass -p": (v) => `sshpass -p ${v} ssh root@nas.example`,
  "sshpass -p glued": (v) => `sshpass -p'${v}' ssh root@nas.example`,
  "smbclient -U": (v) => `smbclient //nas/share -U admin%${v}`,
  "ldapsearch -w": (v) => `ldapsearch -D cn=admin -w ${v} -b dc=example`,
  "openssl pass:": (v) => `openssl enc -aes-256-cbc -pass pass:${v} -in a`,
  "gpg --passphrase": (v) => `gpg --batch --passphrase ${v} -d a.gpg`,
  "zip -P": (v) => `zip -P ${v} out.zip a`,
  "7z -p": (v) => `7z a -p${v} out.7z a`,
  "docker login": (v) => `docker login -u me -p ${v} registry.example`,
  "echo into sudo": (v) => `echo ${v} | sudo -S id`,
  "echo into passwd": (v) => `echo 'admin:${v}' | chpasswd`,
  "echo into login": (v) => `echo "${v}" | docker login --password-stdin`,
  "here-string": (v) => `sudo -S id <<< "${v}"`,
  "git clone": (v) => `git clone https://x-access-token:${v}@git.example/a.git`,
  "git user only": (v) => `git clone https://${v}@git.example/a.git`,
  "git credential": (v) => `printf 'protocol=https\\npassword=${v}\\n' | git credential approve`,
  "aws configure": (v) => `aws configure set aws_secret_access_key ${v}`,
  "npm config": (v) => `npm config set //registry.example/:_authToken ${v}`,
  "openclaw config": (v) => `openclaw config set gateway.auth.token ${v}`,
  "kubectl --from-literal": (v) => `kubectl create secret generic s --from-literal=key=${v}`,
  "an option --key": (v) => `backup --encryption-key ${v} --all`,
  "an option --auth": (v) => `backup --auth ${v} --all`,
  "java -D": (v) => `java -Ddb.password=${v} -jar app.jar`,
};

const inRequests: Readonly<Record<string, (value: string) => string>> = {
  "X-Api-Key": (v) => `curl --header 'X-Api-Key: ${v}' https://api.example`,
  "a header of another name": (v) => `curl -H 'X-Goog-Auth-User: ${v}' https://api.example`,
  "Private-Token": (v) => `curl -H "PRIVATE-TOKEN: ${v}" https://git.example/api`,
  "Api-Key": (v) => `curl -H "Api-Key: ${v}" https://api.example`,
  Bearer: (v) => `Authorization: Bearer ${v}`,
  "Bearer, short": (v) => `-H 'authorization: bearer ${v}'`,
  Cookie: (v) => `Cookie: theme=dark; session=${v}; lang=en`,
  "Set-Cookie": (v) => `Set-Cookie: sid=${v}; Path=/; HttpOnly`,
  "query key": (v) => `GET https://api.example/v1?key=${v}&alt=json`,
  "query access_token": (v) => `GET https://api.example/v1?access_token=${v}`,
  "query signature": (v) => `https://s3.example/b/k?X-Amz-Algorithm=A&X-Amz-Signature=${v}`,
  "query sig": (v) => `https://blob.example/c?sv=2020&sig=${v}&se=1`,
  "query t": (v) => `https://cam.example/view?t=${v}`,
  fragment: (v) => `open http://127.0.0.1:18789/#token=${v}`,
  "URL with a password": (v) => `postgres://shop:${v}@db.example:5432/shop`,
  "URL without a user": (v) => `redis://:${v}@db.example:6379/0`,
  webhook: (v) => `https://hooks.slack.com/services/T0/B0/${v}`,
};

const inData: Readonly<Record<string, (value: string) => string>> = {
  JSON: (v) => `{"user": "a", "password": "${v}"}`,
  "JSON pass": (v) => `{"host":"h","pass":"${v}"}`,
  "JSON twice": (v) => JSON.stringify(JSON.stringify({ token: v })),
  YAML: (v) => `db_password: ${v}`,
  "YAML pwd": (v) => `pwd: '${v}'`,
  netrc: (v) => `machine nas.example login admin password ${v}`,
  pgpass: (v) => `db.example:5432:shop:admin:${v}`,
  INI: (v) => `secret = ${v}`,
  XML: (v) => `<password>${v}</password>`,
  "XML attribute": (v) => `<db user="a" password="${v}"/>`,
  "a well-known form": (v) => `sk-ant-api03-${v}`,
  JWT: (v) => `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib3QifQ.${v}`,
};

const spelled: readonly Shape[] = [
  {
    name: "basic authentication",
    write: (v) => `curl -H "Authorization: Basic ${basic(v)}" https://nas.example`,
    base64: basic,
  },
  { name: "JWT payload", write: (v) => `eyJhbGciOiJIUzI1NiJ9.eyJz${part(v)}.c2lnbmF0dXJl`, base64: part },
];

const groups = [inProse, inVariables, inPrograms, inRequests, inData];

export const shapes: readonly Shape[] = [
  ...groups.flatMap((group) => Object.entries(group).map(([name, write]) => ({ name, write }))),
  ...spelled,
];
