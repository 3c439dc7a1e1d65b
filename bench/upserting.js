// An upsert of a CSV file by jsforce, with its three result files parsed: what bench/upserting.py measures beside ours.
const fs = require("fs");
const jsforce = require("jsforce");

async function main() {
  const given = JSON.parse(fs.readFileSync(0, "utf8"));
  const connection = new jsforce.Connection({ instanceUrl: given.url, accessToken: given.token, version: "64.0" });
  const job = connection.bulk2.createJob({
    operation: "upsert",
    object: "Contact",
    externalIdFieldName: "Legacy_Id__c",
    lineEnding: "LF",
  });
  await job.open();
  await job.uploadData(fs.readFileSync(given.path, "utf8"));
  await job.close();
  await job.poll(200, 600000);
  const results = await job.getAllResults();
  const counted = {
    successful: results.successfulResults.length,
    failed: results.failedResults.length,
    unprocessed: results.unprocessedRecords.length,
  };
  process.stdout.write(JSON.stringify(counted) + "\n");
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
