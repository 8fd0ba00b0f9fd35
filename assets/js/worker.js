// The shared worker: every tab of this browser follows the same stream.

import { Hub } from "./hub.js";

const ports = new Map(); // port -> when it was last heard
const hub = new Hub((message) => {
  for (const port of ports.keys()) port.postMessage(message);
});

self.addEventListener("connect", (event) => {
  const port = event.ports[0];
  ports.set(port, Date.now());
  port.onmessage = ({ data }) => {
    ports.set(port, Date.now());
    if (data.type === "want") hub.want(port, data.scopes, (message) => port.postMessage(message));
    if (data.type === "leave") leave(port);
  };
});

// A tab that was killed says no farewell.
setInterval(() => {
  for (const [port, heard] of ports) if (Date.now() - heard > 90e3) leave(port);
}, 10e3);

function leave(port) {
  ports.delete(port);
  hub.leave(port);
}
