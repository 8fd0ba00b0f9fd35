"""A real RTSP server (GStreamer's) that plays files, for the tests of the cameras. Run by the system's own Python.

Usage: rtsp_server.py <user> <password> <name>=<file.mp4>...   Each viewer gets the whole file from its beginning, at
its own pace, who knows the password. Says its port on the first line, stays until its input is closed.
"""

import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402  # the versions must be chosen first


def factory(path: str) -> GstRtspServer.RTSPMediaFactory:
    made = GstRtspServer.RTSPMediaFactory()
    made.set_launch(f'( filesrc location="{path}" ! qtdemux ! queue ! rtph264pay config-interval=-1 name=pay0 pt=96 )')
    permissions = GstRtspServer.RTSPPermissions()
    for what in ("access", "construct"):
        permissions.add_permission_for_role("watcher", f"media.factory.{what}", True)
    made.set_permissions(permissions)
    return made


def watchman(user: str, password: str) -> GstRtspServer.RTSPAuth:
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "watcher")
    auth = GstRtspServer.RTSPAuth()
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    return auth


def main(user: str, password: str, *clips: str) -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    server.set_auth(watchman(user, password))
    for clip in clips:
        name, path = clip.split("=", 1)
        server.get_mount_points().add_factory(f"/{name}", factory(path))
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    loop = GLib.MainLoop()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    loop.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
