// Prints the name of the first model that a server has, whichever protocol it speaks.
const url = process.argv[2];
const answer = await fetch(`${url}/v1/models`);
if (answer.ok) {
  console.log((await answer.json()).data[0].id);
} else {
  console.log((await (await fetch(`${url}/api/tags`)).json()).models[0].name);
}
