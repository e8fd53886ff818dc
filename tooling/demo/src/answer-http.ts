import { createServer } from 'node:http';

/*
 * node answer-http.ts NAME PORT: a web server that says who it is and whom it sees.
 */
const [, , name, port] = process.argv;

createServer((request, response) => {
  response.end(`${name} sees ${request.socket.remoteAddress?.replace('::ffff:', '')}`);
}).listen(Number(port), '::');
