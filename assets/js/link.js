// How a page gets the stream: through the shared worker; where there is none, one tab leads and tells the others;
// where even that is missing, the page keeps a stream of its own.

import { Hub } from "./hub.js";

// The token of the session, as far as it tells one from another: what one person saw is never another's.
const session = () => /(?:^|;\s*)_csrf_token=([^;]{12})/.exec(document.cookie)?.[1] ?? "";

// Pages of different releases or sessions do not share: each names its own stream.
export function connect(receive, release) {
  const version = `${release}-${session()}`;
  if (self.SharedWorker) {
    try {
      return shared(receive, `ioc-stream-${version}`);
    } catch {
      // a browser may have the name and refuse the thing
    }
  }
  return self.BroadcastChannel && navigator.locks ? led(receive, `ioc-stream-${version}`) : alone(receive);
}

function shared(receive, name) {
  const worker = new SharedWorker("/assets/js/worker.js", { type: "module", name });
  const port = worker.port;
  let scopes = [];
  port.onmessage = ({ data }) => receive(data);
  port.start();
  const want = () => port.postMessage({ type: "want", scopes });
  setInterval(() => port.postMessage({ type: "here" }), 20e3);
  addEventListener("pagehide", () => port.postMessage({ type: "leave" }));
  addEventListener("pageshow", (event) => event.persisted && want());
  return {
    follow(names) {
      scopes = names;
      want();
    },
  };
}

function led(receive, name) {
  const channel = new BroadcastChannel(name);
  const me = crypto.randomUUID();
  let scopes = [];
  let hub = null;
  const want = () => (hub ? hub.want(me, scopes, receive) : channel.postMessage({ want: scopes, from: me }));
  channel.onmessage = ({ data }) => {
    if (data.tell && !hub && (!data.to || data.to === me)) receive(data.tell);
    if (data.lead && !hub) want();
    if (data.want && hub) hub.want(data.from, data.want, (tell) => channel.postMessage({ tell, to: data.from }));
    if (data.leave && hub) hub.leave(data.from);
  };
  navigator.locks.request(name, () => {
    hub = new Hub((tell) => {
      receive(tell);
      channel.postMessage({ tell });
    });
    want();
    channel.postMessage({ lead: true });
    return new Promise(() => {}); // the lock ends with the tab, and the next one leads
  });
  addEventListener("pagehide", () => channel.postMessage({ leave: true, from: me }));
  return {
    follow(names) {
      scopes = names;
      want();
    },
  };
}

function alone(receive) {
  const hub = new Hub(receive);
  return { follow: (names) => hub.want("page", names, receive) };
}
