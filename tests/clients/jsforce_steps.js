// Takes jsforce through everything that it does with an org, and prints what it was told, as JSON.
'use strict';

const fs = require('node:fs');
const jsforce = require('jsforce');

const given = JSON.parse(fs.readFileSync(0, 'utf8'));
const seen = {};
const VERSION = '60.0';

function connected(accessToken) {
  return new jsforce.Connection({ instanceUrl: given.url, accessToken, version: VERSION });
}

// What a call failed with, or what it gave.
async function outcome(promise) {
  try {
    return { result: await promise };
  } catch (error) {
    return { name: error.name, errorCode: error.errorCode, message: error.message };
  }
}

async function signIn() {
  const oauth2 = { loginUrl: given.url, clientId: given.clientId, clientSecret: given.clientSecret };
  const byCredentials = new jsforce.Connection({ oauth2, version: VERSION });
  await byCredentials.authorize({ grant_type: 'client_credentials' });
  seen.identity = await byCredentials.identity();

  const byPassword = new jsforce.Connection({ oauth2, version: VERSION });
  seen.byPassword = await byPassword.login(given.username, given.password);

  const bySoap = new jsforce.Connection({ loginUrl: given.url, version: VERSION });
  seen.bySoap = await bySoap.login(given.username, given.password + given.securityToken);
  seen.soapQuery = (await bySoap.query('SELECT Id FROM Account LIMIT 1')).totalSize;
  const soapToken = bySoap.accessToken;
  await bySoap.logout();
  seen.afterLogout = await outcome(connected(soapToken).query('SELECT Id FROM Account LIMIT 1'));
  seen.wrongPassword = await outcome(
    new jsforce.Connection({ loginUrl: given.url, version: VERSION }).login(given.username, 'wrong'));
}

async function signInAsABrowserDoes() {
  const oauth2 = new jsforce.OAuth2({
    loginUrl: given.url, clientId: given.clientId, redirectUri: given.callback, useVerifier: true,
  });
  const page = await (await fetch(oauth2.getAuthorizationUrl({ scope: 'api refresh_token', state: 'x' }))).text();
  const form = new URLSearchParams();
  for (const [, name, value] of page.matchAll(/<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"/g)) {
    form.set(name, value.replaceAll('&amp;', '&'));
  }
  form.set('decision', 'allow');
  const answer = await fetch(`${given.url}/services/oauth2/authorize`, {
    method: 'POST', body: form, redirect: 'manual',
  });
  const back = new URL(answer.headers.get('location'));
  const connection = new jsforce.Connection({ oauth2, version: VERSION });
  await connection.authorize(back.searchParams.get('code'));
  const first = connection.accessToken;

  // The session ends behind the client's back: it comes back by its refresh token.
  await fetch(`${given.url}/practice/sessions`, {
    method: 'DELETE', headers: { Authorization: `Bearer ${given.token}` },
  });
  seen.afterRefresh = (await connection.query('SELECT Id FROM Account LIMIT 1')).totalSize;
  seen.isRefreshed = connection.accessToken !== first;
  await connection.logout(true);
  seen.afterRevoke = await outcome(connected(connection.accessToken ?? first).query('SELECT Id FROM Account LIMIT 1'));
}

async function read(connection) {
  seen.objects = (await connection.describeGlobal()).sobjects.map((each) => each.name);
  seen.fields = (await connection.sobject('Contact').describe()).fields.map((each) => each.name);
  const soql = 'SELECT Id, Name, Account.Name FROM Contact ORDER BY Id';
  const all = await connection.query(soql, { autoFetch: true, maxFetch: 100000 });
  seen.allIds = all.records.map((each) => each.Id);
  const small = await connection.query(soql, { headers: { 'Sforce-Query-Options': 'batchSize=200' } });
  seen.smallPage = [small.totalSize, small.done, small.records.length];
  seen.count = (await connection.query('SELECT COUNT() FROM Contact')).totalSize;
  seen.groups = (await connection.query(
    'SELECT Account.Name name, COUNT(Id) people FROM Contact GROUP BY Account.Name')).records.length;
  seen.withChildren = (await connection.query(
    'SELECT Id, (SELECT LastName FROM Contacts LIMIT 2) FROM Account LIMIT 3')).records
    .map((each) => each.Contacts && each.Contacts.records.length);
  seen.limits = (await connection.limits()).DailyApiRequests.Max;
  seen.badField = await outcome(connection.query('SELECT Nope FROM Contact'));
  seen.badObject = await outcome(connection.query('SELECT Id FROM Nope'));
  seen.badSyntax = await outcome(connection.query('SELECT Id FROM Contact WHERE'));
}

async function write(connection) {
  const contacts = connection.sobject('Contact');
  const [first, ...others] = given.single;
  const made = await contacts.create(first);
  seen.retrieved = await contacts.retrieve(made.id);
  seen.updated = await contacts.update({ Id: made.id, Title: 'Changed' });
  seen.upserted = await contacts.upsert({ ...first, Title: first.Title }, given.key);
  seen.missing = await outcome(contacts.retrieve('003000000000000AAA'));
  seen.invalid = await outcome(contacts.create({ FirstName: 'Nameless' }));
  seen.createdMany = await contacts.create(others);
  seen.createdSome = await contacts.create([{ LastName: 'Good' }, { FirstName: 'Bad' }], { allOrNone: false });
  seen.updatedMany = await contacts.update(
    seen.createdMany.map((each, place) => ({ Id: each.id, Title: others[place].Title })));
  seen.upsertedMany = await contacts.upsert(given.upserted, given.key);
  seen.retrievedMany = (await contacts.retrieve(seen.createdMany.map((each) => each.id))).map((each) => each.LastName);
  const doomed = await contacts.create([{ LastName: 'Doomed' }, { LastName: 'Doomed too' }]);
  seen.destroyed = await contacts.destroy(doomed.map((each) => each.id));
  seen.afterDestroy = await outcome(contacts.retrieve(doomed[0].id));
}

async function bulk(connection) {
  connection.bulk2.pollInterval = 300;
  connection.bulk2.pollTimeout = 60000;
  const [upserted, inserted, broken, records] = await Promise.all([
    connection.bulk2.loadAndWaitForResults({
      object: 'Contact', operation: 'upsert', externalIdFieldName: given.key, input: given.bulk,
    }),
    connection.bulk2.loadAndWaitForResults({ object: 'Contact', operation: 'insert', input: given.csv }),
    unprocessed(connection),
    connection.bulk2.query(given.bulkQuery).then((stream) => stream.toArray()),
  ]);
  Object.assign(seen, { bulkUpserted: upserted, bulkInserted: inserted, bulkBroken: broken, bulkRecords: records });
  seen.bulkDeleted = await connection.bulk2.loadAndWaitForResults({
    object: 'Contact', operation: 'delete', input: inserted.successfulResults.map((each) => ({ Id: each.sf__Id })),
  });
}

async function unprocessed(connection) {
  const job = connection.bulk2.createJob({ object: 'Contact', operation: 'insert' });
  await job.open();
  await job.uploadData('Nope__c\nx\n');
  await job.close();
  const failure = await outcome(job.poll(300, 60000));
  const results = await job.getAllResults();
  await job.delete();
  return { failure, results };
}

async function main() {
  await signIn();
  await signInAsABrowserDoes();
  const connection = connected(given.token);
  await read(connection);
  await write(connection);
  await bulk(connection);
  process.stdout.write(JSON.stringify(seen));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
