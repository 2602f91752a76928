"""A server that goes wrong in one way: faulty.py FAULT"""
import json
import os
import sys
import time

fault = sys.argv[1]
heard = []
held = []


def write(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def send(**message):
    write(json.dumps({"jsonrpc": "2.0", **message}))


def answer(id, text):
    send(id=id, result={"content": [{"type": "text", "text": text}], "isError": False})


def tool(name):
    return {"name": name, "description": name, "inputSchema": {"type": "object"}}


def list_tools(message):
    cursor = message.get("params", {}).get("cursor")
    if fault == "endless":
        send(id=message["id"], result={"tools": [tool("a")], "nextCursor": str(len(heard))})
    elif fault == "circle":
        send(id=message["id"], result={"tools": [tool("a")], "nextCursor": "same"})
    elif fault == "pages":
        pages = {None: ("a", "p/2 ="), "p/2 =": ("b", "\u00e4"), "\u00e4": ("c", None)}
        name, following = pages[cursor]
        result = {"tools": [tool(name)]}
        if following:
            result["nextCursor"] = following
        send(id=message["id"], result=result)
    elif fault == "changing":
        count = sum(1 for method in heard if method == "tools/list")
        send(id=message["id"], result={"tools": [tool("t%d" % number) for number in range(count)]})
    else:
        send(id=message["id"], result={"tools": [tool("a")]})


def call(message):
    id = message["id"]
    name = message["params"]["name"]
    if name == "heard":
        answer(id, json.dumps(heard))
    elif fault == "greeting":
        write("Welcome to the server!")
        write("")
        write("{not json")
        answer(id, "ok")
    elif fault == "junk":
        while True:
            write("noise")
    elif fault == "wrong-id":
        answer(999, "for somebody else")
    elif fault == "text-id":
        answer(str(id), "in quotes")
    elif fault == "null-id":
        send(id=None, error={"code": -32700, "message": "Parse error"})
    elif fault == "late":
        held.append(id)
        if len(held) == 2:
            answer(held[0], "late")
            answer(held[1], "in time")
    elif fault == "death":
        sys.stderr.write("Traceback: out of memory\n")
        sys.stderr.flush()
        os._exit(3)
    elif fault == "huge":
        sys.stdout.write("x" * 3_000_000)
        sys.stdout.flush()
        time.sleep(1000)
    elif fault == "error":
        send(id=id, error={"code": -32602, "message": "Unknown tool: " + name})
    elif fault == "failed":
        content = [{"type": "text", "text": "no such\nsymbol"}]
        send(id=id, result={"content": content, "isError": True})
    elif fault == "noisy":
        for _ in range(2000):
            sys.stderr.write("n" * 1000 + "\n")
        sys.stderr.flush()
        answer(id, "ok")
    elif fault == "asking":
        held.append(id)
        send(id="p-1", method="ping")
        send(id=77, method="sampling/createMessage", params={"messages": []})
        send(method="notifications/message", params={"level": "info", "data": "working"})
        send(method="notifications/something/unknown")
    elif fault == "reversed":
        held.append((id, name))
        if len(held) == 20:
            for id, name in reversed(held):
                answer(id, name)
    elif fault == "batch":
        result = {"content": [{"type": "text", "text": "ok"}]}
        note = {"jsonrpc": "2.0", "method": "notifications/message", "params": {}}
        write(json.dumps([note, {"jsonrpc": "2.0", "id": id, "result": result}]))
    elif fault == "changing":
        send(method="notifications/tools/list_changed")
        answer(id, "ok")
    elif fault == "progress":
        token = message["params"]["_meta"]["progressToken"]
        while True:
            send(method="notifications/progress", params={"progressToken": token, "progress": 1})
            time.sleep(0.01)
    # "silent" gives no answer.


for line in sys.stdin:
    message = json.loads(line)
    method = message.get("method")
    if method is None:
        heard.append(message)
        if fault == "asking" and len(heard) >= 2 and held:
            replies = [entry for entry in heard if isinstance(entry, dict)]
            if len(replies) == 2:
                answer(held.pop(), json.dumps(replies))
        continue
    heard.append("tools/call " + message["params"]["name"] if method == "tools/call" else method)
    if method == "initialize":
        if fault == "mute":
            continue
        version = "1999-01-01" if fault == "version" else message["params"]["protocolVersion"]
        if fault.startswith("revision="):
            version = fault.removeprefix("revision=")
        result = {"protocolVersion": version, "capabilities": {"tools": {"listChanged": True}}}
        result["serverInfo"] = {"name": "faulty", "version": "1"}
        send(id=message["id"], result=result)
    elif method == "tools/list":
        list_tools(message)
    elif method == "tools/call":
        call(message)
